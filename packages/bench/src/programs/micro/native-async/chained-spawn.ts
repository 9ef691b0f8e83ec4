import { run } from "../harness.ts";

const settled = Promise.resolve();

async function link(left: number, done: (links: number) => void, length: number): Promise<void> {
  // The turn that a started task waits for.
  await settled;
  if (left === 0) done(length);
  else void link(left - 1, done, length);
}

await run((_level, operations) => {
  const { promise, resolve } = Promise.withResolvers<number>();
  void link(operations, resolve, operations);
  return promise;
});
