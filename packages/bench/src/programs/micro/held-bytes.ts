// The frame of the programs that measure memory: what so many waiting tasks hold, without the garbage that making them left behind.
import { collectGarbage } from "../collect-garbage.ts";
import { measure, print } from "../self-measured.ts";
import { parameters } from "./harness.ts";

export interface Waiting {
  /** Starts so many tasks; resolves once each of them waits. */
  readonly start: (tasks: number) => Promise<void> | void;
  /** Lets all of them finish, and resolves to how many did. */
  readonly finish: () => Promise<number> | number;
}

/** Enough for the engine to make what it makes only once, unless what is measured is less: few tasks that are large. */
const MOST_REHEARSED = 1000;

/** Measures the tasks as the command line says, and prints the observation. */
export async function runHolding({ start, finish }: Waiting): Promise<void> {
  const { operations } = parameters();
  await start(Math.min(MOST_REHEARSED, operations));
  await finish();
  collectGarbage();
  const before = held();
  const measured = await measure(operations, () => start(operations));
  collectGarbage();
  const heldBytes = Math.max(0, held() - before);
  print({ ...measured, heldBytes, result: await finish() });
}

function held(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
