import type { Model } from "../../src/index.ts";

/** A program, and the same with a mistake in it. */
export interface SeededBug {
  readonly correct: Model;
  readonly broken: Model;
}
