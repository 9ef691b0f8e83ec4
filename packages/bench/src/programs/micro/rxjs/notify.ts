// Each wait is a subscription of its own, to the next event alone.
import { Subject, take } from "rxjs";
import { run } from "../harness.ts";

await run((waiters, operations) => {
  const event = new Subject<void>();
  const next = event.pipe(take(1));
  let wakes = 0;
  const wait = (): void => {
    next.subscribe(() => {
      wakes++;
      wait();
    });
  };
  for (let i = 0; i < waiters; i++) wait();
  for (let round = 0; round < operations / waiters; round++) event.next();
  event.complete();
  return wakes;
});
