// Something is made once, under a lock, by whoever needs it first. Broken: that it is made is looked up by a plain read,
// which nothing orders with the write.
import type { Model } from "../../src/index.ts";
import type { SeededBug } from "./seeded-bug.ts";
import { expectEqual } from "./check.ts";
import { lock, unlock } from "./mutex.ts";

interface Access {
  get(flag: Int32Array): number;
  set(flag: Int32Array): void;
}

function modelOf(name: string, isMade: Access): Model {
  return {
    name,
    setup(memory) {
      const mutex = memory.int32Array("mutex");
      const made = memory.int32Array("made");
      const value = memory.int32Array("value");
      const get = (): number => {
        if (isMade.get(made) === 0) {
          lock(mutex);
          if (isMade.get(made) === 0) {
            value[0] = (value[0] ?? 0) + 42;
            isMade.set(made);
          }
          unlock(mutex);
        }
        return value[0] ?? 0;
      };
      return {
        threads: { left: () => expectEqual(get(), 42, "value"), right: () => expectEqual(get(), 42, "value") },
      };
    },
  };
}

const correct: Model = modelOf("double-checked locking", {
  get: (made) => Atomics.load(made, 0),
  set: (made) => Atomics.store(made, 0, 1),
});

const broken: Model = modelOf("double-checked locking, published plainly", {
  get: (made) => made[0] ?? 0,
  set(made) {
    made[0] = 1;
  },
});

export const doubleChecked: SeededBug = { correct, broken };
