// A mutex of one word: 0 free, 1 locked, 2 locked and somebody may wait (Drepper, "Futexes are tricky"). Broken: unlocking
// does not notify.
import type { Memory, Model } from "../../src/index.ts";
import type { SeededBug } from "./seeded-bug.ts";
import { expectEqual } from "./check.ts";

export function lock(word: Int32Array): void {
  if (Atomics.compareExchange(word, 0, 0, 1) === 0) return;
  while (Atomics.exchange(word, 0, 2) !== 0) Atomics.wait(word, 0, 2);
}

export function unlock(word: Int32Array): void {
  if (Atomics.exchange(word, 0, 0) === 2) Atomics.notify(word, 0, 1);
}

/** The count is plain: the mutex orders who touches it. */
function counting(memory: Memory, release: (word: Int32Array) => void): ReturnType<Model["setup"]> {
  const word = memory.int32Array("mutex");
  const count = memory.int32Array("count");
  const work = (): void => {
    lock(word);
    count[0] = (count[0] ?? 0) + 1;
    release(word);
  };
  return { threads: { left: work, right: work }, check: () => expectEqual(count[0], 2, "count") };
}

const correct: Model = { name: "mutex", setup: (memory) => counting(memory, unlock) };

const broken: Model = {
  name: "mutex that forgets to notify",
  setup: (memory) => counting(memory, (word) => Atomics.store(word, 0, 0)),
};

export const mutex: SeededBug = { correct, broken };
