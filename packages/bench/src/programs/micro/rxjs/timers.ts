import { timer } from "rxjs";
import { realDelayMs } from "../delays.ts";
import { run } from "../harness.ts";

// Subscribed to one by one: an operator such as mergeMap searches its list of inner subscriptions whenever one of them ends.
await run(
  (_level, operations) =>
    new Promise((resolve) => {
      let left = operations;
      const fire = (): void => {
        if (--left === 0) resolve(operations);
      };
      for (let index = 0; index < operations; index++) timer(realDelayMs(index)).subscribe(fire);
    }),
);
