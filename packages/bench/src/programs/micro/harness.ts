// The frame of every micro-benchmark: `PROGRAM LEVEL OPERATIONS WARMUP`. The workload is one pass of so many operations; passes are
// repeated until the compiler is done with it, and then until there is a time that the clock resolves.
import { measure, print } from "../self-measured.ts";

/** What a pass did: what the lab expects of it, and what it counted or measured itself. */
export interface Outcome {
  readonly result: number;
  /** By name; those of the last pass are recorded. */
  readonly counters: Readonly<Record<string, number>>;
}

/** Does that many operations at that level. Returns what the lab expects of them, and the same in every pass. */
export type Workload = (level: number, operations: number) => Promise<number | Outcome> | number | Outcome;

/** The lab says how much time there is for an observation. */
const { POLLAB_WARMUP_MS = "500", POLLAB_BATCH_MS = "50" } = process.env;
const WARMUP_MS = Number(POLLAB_WARMUP_MS);
const WARMUP_PASSES = 2;
/** What is measured takes at least about this long. */
const BATCH_MS = Number(POLLAB_BATCH_MS);

/** Measures the workload as the command line says, and prints the observation. A warm-up of 0 operations measures one cold pass. */
export async function run(workload: Workload): Promise<void> {
  const { level, operations, warmup } = parameters();
  const passes =
    warmup === 0 ? 1 : Math.max(1, Math.ceil(BATCH_MS / (await warmUp(workload, level, operations, warmup))));
  await measurePasses(workload, level, operations, passes);
}

/** Measures a single pass without a warm-up: for workloads that are their own experiment, such as a flood, a collection, an hour. */
export async function runOnce(workload: Workload): Promise<void> {
  const { level, operations } = parameters();
  await measurePasses(workload, level, operations, 1);
}

async function measurePasses(workload: Workload, level: number, operations: number, passes: number): Promise<void> {
  let outcome: number | Outcome = 0;
  const measured = await measure(passes * operations, async () => {
    for (let pass = 0; pass < passes; pass++) outcome = await workload(level, operations);
  });
  // The loop above is not seen to assign.
  const last = outcome as number | Outcome;
  print({ ...measured, ...(typeof last === "number" ? { result: last } : last) });
}

/** What the command line asks for. */
export function parameters(): { readonly level: number; readonly operations: number; readonly warmup: number } {
  const [level = 0, operations = 0, warmup = 0] = process.argv.slice(2).map(Number);
  return { level, operations, warmup };
}

/** Returns how long the last pass took, in ms. */
async function warmUp(workload: Workload, level: number, operations: number, warmup: number): Promise<number> {
  const began = performance.now();
  let before = began;
  let lastMs = 0;
  for (let passes = 0; ; passes++) {
    const isEnough = passes >= WARMUP_PASSES && passes * operations >= warmup;
    if (isEnough && before - began >= WARMUP_MS) return lastMs;
    await workload(level, operations);
    const now = performance.now();
    lastMs = now - before;
    before = now;
  }
}
