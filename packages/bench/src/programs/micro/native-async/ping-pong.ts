import { run } from "../harness.ts";

const settled = Promise.resolve();

async function ping(arrived: () => void): Promise<void> {
  await settled;
  const there = Promise.withResolvers<void>();
  const back = Promise.withResolvers<void>();
  void pong(there.promise, back.resolve);
  there.resolve();
  await back.promise;
  arrived();
}

async function pong(there: Promise<void>, back: () => void): Promise<void> {
  await there;
  back();
}

await run((_level, operations) => {
  const done = Promise.withResolvers<number>();
  let left = operations;
  const arrived = (): void => {
    if (--left === 0) done.resolve(operations);
  };
  for (let i = 0; i < operations; i++) void ping(arrived);
  return done.promise;
});
