// Two threads count. Broken: a load and a store, between which the other's count is lost.
import type { Model } from "../../src/index.ts";
import type { SeededBug } from "./seeded-bug.ts";
import { expectEqual } from "./check.ts";

function modelOf(name: string, increment: (count: Int32Array) => void): Model {
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

const correct: Model = modelOf("counter", (count) => Atomics.add(count, 0, 1));

const broken: Model = modelOf("counter, lost update", (count) => {
  Atomics.store(count, 0, Atomics.load(count, 0) + 1);
});

export const counter: SeededBug = { correct, broken };
