import { run } from "../harness.ts";

const settled = Promise.resolve();

/** Without an await it would run within the call, and nothing would be started. */
async function task(index: number): Promise<number> {
  await settled;
  return index;
}

await run(async (_level, operations) => {
  const running: Promise<number>[] = [];
  for (let i = 0; i < operations; i++) running.push(task(i));
  let sum = 0;
  for (const value of await Promise.all(running)) sum += value;
  return sum;
});
