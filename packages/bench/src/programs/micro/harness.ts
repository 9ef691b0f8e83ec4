// The frame of every micro-benchmark: `PROGRAM LEVEL OPERATIONS WARMUP`. The workload is one pass of so many operations; passes are
// repeated until the compiler is done with it, and then until there is a time that the clock resolves.
import { measure, print } from "../self-measured.ts";

/** Does that many operations at that level and returns what the lab expects of them. The same in every pass. */
export type Workload = (level: number, operations: number) => Promise<number> | number;

/** Longer than the compiler takes for any of the workloads, on a busy machine too. */
const WARMUP_MS = 500;
const WARMUP_PASSES = 2;
/** What is measured takes at least about this long. */
const BATCH_MS = 50;

/** Measures the workload as the command line says, and prints the observation. A warm-up of 0 operations measures one cold pass. */
export async function run(workload: Workload): Promise<void> {
  const { level, operations, warmup } = parameters();
  const passes =
    warmup === 0 ? 1 : Math.max(1, Math.ceil(BATCH_MS / (await warmUp(workload, level, operations, warmup))));
  let result = 0;
  const measured = await measure(passes * operations, async () => {
    for (let pass = 0; pass < passes; pass++) result = await workload(level, operations);
  });
  print({ ...measured, result });
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
