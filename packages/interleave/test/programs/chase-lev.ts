// A deque that its owner pushes to and pops from at the bottom while a thief takes from the top (Chase and Lev). Broken: the
// owner takes the last element without asking the top whether the thief has it.
import type { Model } from "../../src/index.ts";
import type { SeededBug } from "./seeded-bug.ts";
import { expectEachOnce } from "./check.ts";

const empty = 0;

class Deque {
  readonly #top: Int32Array;
  readonly #bottom: Int32Array;
  readonly #slots: Int32Array;
  readonly #asksForLast: boolean;

  constructor(top: Int32Array, bottom: Int32Array, slots: Int32Array, asksForLast: boolean) {
    this.#top = top;
    this.#bottom = bottom;
    this.#slots = slots;
    this.#asksForLast = asksForLast;
  }

  push(value: number): void {
    const bottom = Atomics.load(this.#bottom, 0);
    Atomics.store(this.#slots, bottom % this.#slots.length, value);
    Atomics.store(this.#bottom, 0, bottom + 1);
  }

  pop(): number {
    const bottom = Atomics.load(this.#bottom, 0) - 1;
    Atomics.store(this.#bottom, 0, bottom);
    const top = Atomics.load(this.#top, 0);
    if (top < bottom) return Atomics.load(this.#slots, bottom % this.#slots.length);
    let taken = empty;
    if (top === bottom) {
      let isMine = true;
      if (this.#asksForLast) isMine = Atomics.compareExchange(this.#top, 0, top, top + 1) === top;
      else Atomics.store(this.#top, 0, top + 1);
      if (isMine) taken = Atomics.load(this.#slots, bottom % this.#slots.length);
    }
    Atomics.store(this.#bottom, 0, bottom + 1);
    return taken;
  }

  steal(): number {
    const top = Atomics.load(this.#top, 0);
    if (top >= Atomics.load(this.#bottom, 0)) return empty;
    const value = Atomics.load(this.#slots, top % this.#slots.length);
    return Atomics.compareExchange(this.#top, 0, top, top + 1) === top ? value : empty;
  }
}

function modelOf(name: string, asksForLast: boolean): Model {
  return {
    name,
    setup(memory) {
      const top = memory.int32Array("top");
      const bottom = memory.int32Array("bottom");
      const slots = memory.int32Array("slots", 4);
      const deque = (): Deque => new Deque(top, bottom, slots, asksForLast);
      const taken = memory.int32Array("taken", 5);
      const take = (value: number): void => {
        if (value !== empty) Atomics.add(taken, value, 1);
      };
      return {
        threads: {
          owner() {
            const own = deque();
            own.push(1);
            own.push(2);
            take(own.pop());
            take(own.pop());
            take(own.pop());
          },
          thief() {
            const other = deque();
            take(other.steal());
            take(other.steal());
          },
        },
        check() {
          const values = [...taken].flatMap((times, value) => Array.from({ length: times }, () => value));
          expectEachOnce(values, [1, 2]);
        },
      };
    },
  };
}

const correct: Model = modelOf("Chase-Lev deque", true);
const broken: Model = modelOf("Chase-Lev deque, last element without CAS", false);

export const chaseLev: SeededBug = { correct, broken };
