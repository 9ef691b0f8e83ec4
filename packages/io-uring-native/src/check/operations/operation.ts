// What the tables of operations consist of.
import type { Trial } from "../trial.ts";

/** One IORING_OP_*, tried with an entry of its own. */
export interface Operation extends Trial {
  readonly opcode: number;
}
