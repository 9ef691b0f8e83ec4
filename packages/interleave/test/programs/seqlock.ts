// Two words that belong together, read without a lock: the sequence is odd while they are written, and a reader looks at it
// before and after. Broken: the sequence moves only when both are written.
import type { Model } from "../../src/index.ts";
import type { SeededBug } from "./seeded-bug.ts";
import { expectEqual } from "./check.ts";

function modelOf(name: string, isOddWhileWriting: boolean): Model {
  return {
    name,
    setup(memory) {
      const sequence = memory.int32Array("sequence");
      const pair = memory.int32Array("pair", 2);
      return {
        threads: {
          writer() {
            for (const value of [1, 2]) {
              if (isOddWhileWriting) Atomics.add(sequence, 0, 1);
              Atomics.store(pair, 0, value);
              Atomics.store(pair, 1, value);
              Atomics.add(sequence, 0, isOddWhileWriting ? 1 : 2);
            }
          },
          reader() {
            for (;;) {
              const before = Atomics.load(sequence, 0);
              const left = Atomics.load(pair, 0);
              const right = Atomics.load(pair, 1);
              if (before % 2 === 0 && Atomics.load(sequence, 0) === before) {
                expectEqual(left, right, "the other half");
                return;
              }
              Atomics.pause();
            }
          },
        },
      };
    },
  };
}

const correct: Model = modelOf("seqlock", true);
const broken: Model = modelOf("seqlock that is never odd", false);

export const seqlock: SeededBug = { correct, broken };
