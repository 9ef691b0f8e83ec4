import { run } from "../harness.ts";

function link(left: number, done: () => void): void {
  // The turn that what is started waits for.
  queueMicrotask(() => {
    if (left === 0) done();
    else link(left - 1, done);
  });
}

await run((_level, operations) => {
  const { promise, resolve } = Promise.withResolvers<number>();
  link(operations, () => resolve(operations));
  return promise;
});
