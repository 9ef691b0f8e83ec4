import { run } from "../../micro/harness.ts";
import { DEPTH, FAIL, SPAWN } from "../stack-cost.ts";

const settled = Promise.resolve();

async function one(): Promise<number> {
  await settled;
  return 1;
}

async function waiting(depth: number, times: number): Promise<number> {
  if (depth > 1) return await waiting(depth - 1, times);
  let waits = 0;
  for (; waits < times; waits++) await settled;
  return waits;
}

async function failing(depth: number): Promise<number> {
  if (depth > 1) return await failing(depth - 1);
  await settled;
  throw new Error("no reply");
}

await run(async (level, operations) => {
  if (level !== SPAWN && level !== FAIL) return waiting(DEPTH, operations);
  let done = 0;
  for (let i = 0; i < operations; i++) {
    try {
      done += level === SPAWN ? await one() : await failing(DEPTH);
    } catch {
      done++;
    }
  }
  return done;
});
