import { realDelayMs } from "../delays.ts";
import { run } from "../harness.ts";

await run(
  (_level, operations) =>
    new Promise((resolve) => {
      let left = operations;
      const fire = (): void => {
        if (--left === 0) resolve(operations);
      };
      for (let index = 0; index < operations; index++) setTimeout(fire, realDelayMs(index));
    }),
);
