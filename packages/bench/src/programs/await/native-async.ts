// The language's own async functions and promises.
import type { Style } from "./style.ts";

/** Awaiting a promise that is settled is the shortest wait that there is. */
const settled = Promise.resolve();

async function chain(depth: number, value: number): Promise<number> {
  return depth === 1 ? value : await chain(depth - 1, value);
}

async function waiting(depth: number, times: number): Promise<number> {
  if (depth > 1) return await waiting(depth - 1, times);
  let waits = 0;
  for (; waits < times; waits++) await settled;
  return waits;
}

export const style: Style = {
  async call(depth, operations) {
    let sum = 0;
    for (let i = 0; i < operations; i++) sum += await chain(depth, i);
    return sum;
  },
  resume: waiting,
};
