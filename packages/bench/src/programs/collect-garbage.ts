// The garbage collector on demand, for programs that measure what is still held. Never used between timed passes.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

interface Host {
  /** What Bun has instead of V8's flags. */
  readonly Bun?: { gc(synchronously: true): void };
}

/** Collects all garbage now. */
export const collectGarbage: () => void = collector(globalThis as Host);

function collector({ Bun: bun }: Host): () => void {
  if (bun !== undefined) return () => bun.gc(true);
  // The flag puts the function into every context that is made from then on.
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
