import { run } from "../harness.ts";

function yielding(times: number, done: (yields: number) => void): void {
  let yields = 0;
  const next = (): void => {
    if (yields++ < times) queueMicrotask(next);
    else done(times);
  };
  next();
}

await run((tasks, operations) => {
  const { promise, resolve } = Promise.withResolvers<number>();
  let sum = 0;
  let left = tasks;
  const join = (yields: number): void => {
    sum += yields;
    if (--left === 0) resolve(sum);
  };
  for (let i = 0; i < tasks; i++) yielding(operations / tasks, join);
  return promise;
});
