// Two threads count. Broken: a load and a store, between which the other's count is lost.
import type { Model } from "../../src/index.ts";
import { expectEqual } from "./check.ts";

function counter(name: string, increment: (count: Int32Array) => void): Model {
  return {
    name,
    setup(memory) {
      const count = memory.int32Array("count");
      return {
        threads: { left: () => increment(count), right: () => increment(count) },
        check: () => expectEqual(Atomics.load(count, 0), 2, "count"),
      };
    },
  };
}

export const correct: Model = counter("counter", (count) => Atomics.add(count, 0, 1));

export const broken: Model = counter("counter, lost update", (count) => {
  Atomics.store(count, 0, Atomics.load(count, 0) + 1);
});
