// Chooses schedules by chance, for models too large to be searched. Uniformly at each decision; or as PCT does (Burckhardt
// et al., "A randomized scheduler with probabilistic guarantees of finding bugs"): threads have priorities, the highest
// that can run does, and at a few steps, chosen beforehand, the one that runs falls below all others.
import type { Decision, Strategy } from "./strategy.ts";
import type { Thread } from "./thread.ts";

/** A source of numbers in [0, 1), the same ones for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Every thread that can run is as likely to go on as any other. */
export class Uniform implements Strategy {
  readonly everywhere = false;
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomNumbers(seed);
  }

  choose({ candidates }: Decision): Thread | undefined {
    return candidates[Math.floor(this.#random() * candidates.length)];
  }
}

/** One schedule by priorities, which change at `changes` of the decisions. */
export class Priorities implements Strategy {
  readonly everywhere = false;
  readonly #random: () => number;
  readonly #changeAt: Set<number>;
  /** By the threads' numbers. */
  readonly #priorities: number[] = [];
  #lowest = 0;
  decisions = 0;

  /** `decisionsExpected` is how many decisions there were in schedules before. */
  constructor(seed: number, changes: number, decisionsExpected: number) {
    this.#random = randomNumbers(seed);
    this.#changeAt = new Set(Array.from({ length: changes }, () => Math.floor(this.#random() * decisionsExpected)));
  }

  choose({ candidates, current, free }: Decision): Thread | undefined {
    const mustFall = this.#changeAt.has(this.decisions++) || free;
    if (current !== undefined && mustFall) this.#priorities[current.id] = --this.#lowest;
    let best: Thread | undefined;
    for (const candidate of candidates) {
      if (best === undefined || this.#priority(candidate) > this.#priority(best)) best = candidate;
    }
    return best;
  }

  #priority({ id }: Thread): number {
    return (this.#priorities[id] ??= this.#random());
  }
}
