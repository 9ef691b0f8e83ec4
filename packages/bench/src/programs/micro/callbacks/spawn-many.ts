// What is started is a microtask, which hands its result to a callback.
import { run } from "../harness.ts";

function start(index: number, done: (value: number) => void): void {
  queueMicrotask(() => done(index));
}

await run((_level, operations) => {
  const { promise, resolve } = Promise.withResolvers<number>();
  let sum = 0;
  let left = operations;
  const join = (value: number): void => {
    sum += value;
    if (--left === 0) resolve(sum);
  };
  for (let i = 0; i < operations; i++) start(i, join);
  return promise;
});
