// Searches all schedules with at most so many preemptions, depth first: the path of decisions is kept, the last one that
// has an alternative left is changed, and the execution is done again from the start.
//
// Schedules that differ only in the order of operations which do not touch each other lead to the same state. A state that
// was reached before with as many preemptions to spare is not searched again (as CHESS does it with happens-before graphs;
// under a bound the key includes who runs, because that decides what is a preemption).
import type { Decision, Strategy } from "./strategy.ts";
import type { Thread } from "./thread.ts";

interface Node {
  /** Numbers of threads. */
  readonly alternatives: readonly number[];
  taken: number;
}

/** The search under one bound. */
export class Exhaustive implements Strategy {
  readonly everywhere: boolean;
  /** Whether the bound has kept it from an alternative. */
  bounded = false;

  readonly #preemptions: number;
  readonly #path: Node[] = [];
  /** With how few preemptions each state was reached. */
  readonly #seen = new Map<number, number>();
  #depth = 0;
  #used = 0;

  /** `reduce` leaves out schedules that differ in nothing that a thread could notice. */
  constructor(preemptions: number, reduce: boolean) {
    this.#preemptions = preemptions;
    this.everywhere = !reduce;
  }

  /** Goes to the next schedule; false if there is none. */
  advance(): boolean {
    this.#depth = 0;
    this.#used = 0;
    for (let node = this.#path.at(-1); node !== undefined; node = this.#path.at(-1)) {
      if (++node.taken < node.alternatives.length) return true;
      this.#path.pop();
    }
    return false;
  }

  choose(decision: Decision): Thread | undefined {
    const { candidates, current, free } = decision;
    if (!free && candidates.length > 1 && this.#used >= this.#preemptions) {
      this.bounded = true;
      return current;
    }
    let node = this.#path[this.#depth];
    if (node === undefined && !this.everywhere && this.#wasSeen(decision)) return undefined;
    if (candidates.length === 1) return candidates[0];
    if (node === undefined) {
      node = { alternatives: alternativesOf(decision), taken: 0 };
      this.#path.push(node);
    }
    this.#depth++;
    const id = node.alternatives[node.taken];
    if (!free && id !== current?.id) this.#used++;
    return candidates.find((candidate) => candidate.id === id) ?? decision.threads.find((thread) => thread.id === id);
  }

  #wasSeen(decision: Decision): boolean {
    const state = this.#preemptions === Infinity ? decision.state() : decision.stateWithCurrent();
    const before = this.#seen.get(state);
    if (before !== undefined && before <= this.#used) return true;
    this.#seen.set(state, this.#used);
    return false;
  }
}

/** The thread that runs first, unless it would rather not. */
function alternativesOf({ candidates, current, free }: Decision): number[] {
  const others = candidates.filter((candidate) => candidate !== current).map(({ id }) => id);
  if (current === undefined || others.length === candidates.length) return others;
  return free ? [...others, current.id] : [current.id, ...others];
}
