import { run } from "../harness.ts";

const settled = Promise.resolve();

async function yielding(times: number): Promise<number> {
  let yields = 0;
  for (; yields < times; yields++) await settled;
  return yields;
}

await run(async (tasks, operations) => {
  const running = Array.from({ length: tasks }, () => yielding(operations / tasks));
  let sum = 0;
  for (const yields of await Promise.all(running)) sum += yields;
  return sum;
});
