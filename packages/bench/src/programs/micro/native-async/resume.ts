import { run } from "../harness.ts";

/** Awaiting a promise that is settled is the shortest wait that there is. */
const settled = Promise.resolve();

async function waiting(depth: number, times: number): Promise<number> {
  if (depth > 1) return await waiting(depth - 1, times);
  let waits = 0;
  for (; waits < times; waits++) await settled;
  return waits;
}

await run(waiting);
