// How long observations will take, by rule of thumb, before any was made. From the first round on the pace itself tells.
import type { Budget } from "./mould.ts";
import type { Cell } from "./plan.ts";

/** To start a process, load what it is made of, and end it. */
const START_MS = 80;
/** Who is not steady after the least time to warm up gets more of it. */
const WARMUP_TIMES = 1.5;
/** Of whoever does as much as it is told, however long that takes: a server under load, a process that holds many tasks. */
const OTHERS_MS = 600;

/** Of one observation of each cell, one after the other. */
export function expectedMs(cells: readonly Cell[], { warmupMs, batchMs }: Budget): number {
  const filling = START_MS + WARMUP_TIMES * warmupMs + batchMs;
  return cells.reduce((sum, { scenario }) => sum + (scenario.fillsBudget === true ? filling : OTHERS_MS), 0);
}
