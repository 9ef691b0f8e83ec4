// One thread waits until another has set a flag. Broken: it waits at a word that does not say whether the flag is set, so
// that a notification between its look at the flag and its wait is lost.
import type { Model } from "../../src/index.ts";
import type { SeededBug } from "./seeded-bug.ts";

function modelOf(name: string, await_: (flag: Int32Array, signal: Int32Array) => void): Model {
  return {
    name,
    setup(memory) {
      const flag = memory.int32Array("flag");
      const signal = memory.int32Array("signal");
      return {
        threads: {
          waiter: () => await_(flag, signal),
          setter() {
            Atomics.store(flag, 0, 1);
            Atomics.add(signal, 0, 1);
            Atomics.notify(signal, 0);
          },
        },
      };
    },
  };
}

const correct: Model = modelOf("event", (flag, signal) => {
  for (;;) {
    const seen = Atomics.load(signal, 0);
    if (Atomics.load(flag, 0) === 1) return;
    Atomics.wait(signal, 0, seen);
  }
});

const broken: Model = modelOf("event, lost wake-up", (flag, signal) => {
  if (Atomics.load(flag, 0) === 0) Atomics.wait(signal, 0, Atomics.load(signal, 0));
});

export const event: SeededBug = { correct, broken };
