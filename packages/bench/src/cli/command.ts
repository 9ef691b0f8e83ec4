// What a command of `bench` is: its words, and how they are understood. Understanding comes first and has no effect, so that a mistake
// is told before anything is done.
import type { Arguments, Flags } from "./arguments.ts";

export interface Command {
  readonly name: string;
  /** How it is called, after "pnpm bench". */
  readonly usage: string;
  /** What it does, in a line of the help. */
  readonly summary: string;
  readonly flags: Flags;
  /**
   * Understands the arguments. What it returns does the work and resolves to the exit code.
   *
   * @param commandNames all words that name a command, for who may have mistyped one
   * @throws UsageError that names what was expected
   */
  prepare(args: Arguments, commandNames: readonly string[]): () => Promise<number> | number;
}
