// The frame of every micro-benchmark: `PROGRAM LEVEL OPERATIONS WARMUP`. The workload is one pass of so many operations; passes are
// repeated until the compiler is done with it, and then until there is a time that the clock resolves.
import { allocatedBytes } from "../process-record.ts";
import { type Measured, measure, print } from "../self-measured.ts";
import { warmUp } from "../steady.ts";

/** What a pass did: what the lab expects of it, and what it counted or measured itself. */
export interface Outcome {
  readonly result: number;
  /** By name; those of the last pass are recorded. */
  readonly counters: Readonly<Record<string, number>>;
}

/** Does that many operations at that level. Returns what the lab expects of them, and the same in every pass. */
export type Workload = (level: number, operations: number) => Promise<number | Outcome> | number | Outcome;

/** The lab says how much time there is for an observation. */
const { POLLAB_WARMUP_MS = "500", POLLAB_BATCH_MS = "50", POLLAB_FRAME } = process.env;
const WARMUP_MS = Number(POLLAB_WARMUP_MS);
const WARMUP_PASSES = 3;
/** What is measured takes at least about this long. */
const BATCH_MS = Number(POLLAB_BATCH_MS);

/**
 * Measures the workload as the command line says, once it is steady, and prints the observation. A warm-up of 0 operations measures one
 * cold pass.
 */
export async function run(workload: Workload): Promise<void> {
  const { level, operations, warmup } = parameters();
  if (warmup === 0) return runOnce(workload);
  const pass = (): ReturnType<Workload> => workload(level, operations);
  if (POLLAB_FRAME === "tinybench") {
    const { measureLocally } = await import("./local-frame.ts");
    return print({ ...(await measureLocally(pass, operations)), result: resultOf(await pass()) });
  }
  const { passMs, ...ended } = await warmUp(pass, WARMUP_MS, Math.max(WARMUP_PASSES, warmup / operations));
  const measured = await measurePasses(pass, operations, Math.max(1, Math.ceil(BATCH_MS / passMs)));
  const allocated = await allocatedBytes(pass);
  const perOperation = allocated === undefined ? {} : { allocatedBytesPerOperation: allocated / operations };
  print({ ...measured, warmup: ended, process: { ...measured.process, ...perOperation } });
}

/** Measures a single pass without a warm-up: for workloads that are their own experiment, such as a flood, a collection, an hour. */
export async function runOnce(workload: Workload): Promise<void> {
  const { level, operations } = parameters();
  print(await measurePasses(() => workload(level, operations), operations, 1));
}

async function measurePasses(pass: () => ReturnType<Workload>, operations: number, passes: number): Promise<Measured> {
  const outcomes: Awaited<ReturnType<Workload>>[] = [0];
  const measured = await measure(passes * operations, async () => {
    for (let done = 0; done < passes; done++) outcomes[0] = await pass();
  });
  const [last = 0] = outcomes;
  return { ...measured, ...(typeof last === "number" ? { result: last } : last) };
}

function resultOf(outcome: number | Outcome): number {
  return typeof outcome === "number" ? outcome : outcome.result;
}

/** What the command line asks for. */
export function parameters(): { readonly level: number; readonly operations: number; readonly warmup: number } {
  const [level = 0, operations = 0, warmup = 0] = process.argv.slice(2).map(Number);
  return { level, operations, warmup };
}
