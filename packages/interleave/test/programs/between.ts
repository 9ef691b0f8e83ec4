// Wrong only if a thread is stopped between its two loads and the other one between its two stores: two preemptions.
import type { Model } from "../../src/index.ts";

export const needsTwoPreemptions: Model = {
  name: "wrong with two preemptions",
  setup(memory) {
    const word = memory.int32Array("word");
    return {
      threads: {
        reader() {
          const first = Atomics.load(word, 0);
          const second = Atomics.load(word, 0);
          if (first === 0 && second === 1) throw new Error("saw the value in between");
        },
        writer() {
          Atomics.store(word, 0, 1);
          Atomics.store(word, 0, 2);
        },
      },
    };
  },
};
