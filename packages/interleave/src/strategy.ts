// Who decides which thread goes on: the face that the exhaustive search, the random ones and a replay have for an execution.
import type { Thread } from "./thread.ts";

/** A moment at which it has to be said which thread goes on. */
export interface Decision {
  /** Those that can go on, in the order of their numbers; at least one. */
  readonly candidates: readonly Thread[];
  /** The thread that stands before an operation; none if the last one has ended or waits. */
  readonly current: Thread | undefined;
  /** Whether another can be chosen without that counting as a preemption: there is no `current`, or it pauses. */
  readonly free: boolean;
  /** How many operations `current` has done since it was chosen. */
  readonly sinceSwitch: number;
  /** How many times a thread was chosen until now. */
  readonly switches: number;
  /** All of them, by their numbers. */
  readonly threads: readonly Thread[];
  /** Names the state that all this has led to: what the threads have seen of each other. */
  state(): number;
  /** The same, and which thread runs. */
  stateWithCurrent(): number;
}

/** Makes the decisions of one execution after another. */
export interface Strategy {
  /**
   * Whether it wants to be asked before each operation; if not, then only where the order of operations matters and
   * another thread could go on.
   */
  readonly everywhere: boolean;
  /** The candidate to go on with, or nothing, if this execution need not go on: where it leads is known. */
  choose(decision: Decision): Thread | undefined;
}
