import { setTimeout } from "node:timers/promises";
import { realDelayMs } from "../delays.ts";
import { run } from "../harness.ts";

async function sleeping(durationMs: number): Promise<number> {
  await setTimeout(durationMs);
  return 1;
}

await run(async (_level, operations) => {
  const running: Promise<number>[] = [];
  for (let index = 0; index < operations; index++) running.push(sleeping(realDelayMs(index)));
  let sum = 0;
  for (const value of await Promise.all(running)) sum += value;
  return sum;
});
