import { run } from "../harness.ts";

const settled = Promise.resolve();

await run(async (waiters, operations) => {
  const rounds = operations / waiters;
  let waiting: (() => void)[] = [];
  const notified = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));

  async function wait(): Promise<number> {
    let wakes = 0;
    for (; wakes < rounds; wakes++) await notified();
    return wakes;
  }

  const running = Array.from({ length: waiters }, wait);
  for (let i = 0; i < rounds; i++) {
    // All of them wait again before the next round begins.
    while (waiting.length < waiters) await settled;
    const round = waiting;
    waiting = [];
    for (const wake of round) wake();
  }
  let sum = 0;
  for (const wakes of await Promise.all(running)) sum += wakes;
  return sum;
});
