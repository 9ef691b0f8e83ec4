// The garbage collector on demand, for programs that measure what is still held. Never used between timed passes.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");

/** Collects all garbage now. The flag puts the function into every context that is made from then on. */
export const collectGarbage: () => void = runInNewContext("gc") as () => void;
