// Atomics are sequentially consistent: every thread's operations take effect in one order that all agree on. What weaker
// memory would show is never seen, and all that this order allows is.
import { describe, expect, it } from "vitest";
import { explore, type Memory, type Scene } from "../src/index.ts";

describe("litmus tests", () => {
  it("store buffering: two threads that store and then load do not both miss the other's store", () => {
    const outcomes = outcomesOf((memory) => {
      const [x, y] = [memory.int32Array("x"), memory.int32Array("y")];
      return { left: () => storeThenLoad(x, y), right: () => storeThenLoad(y, x) };
    });
    expect(outcomes).toEqual(["0,1", "1,0", "1,1"]);
  });

  it("message passing: who sees the flag sees the message", () => {
    const outcomes = outcomesOf((memory) => {
      const [message, flag] = [memory.int32Array("message"), memory.int32Array("flag")];
      return {
        sender() {
          Atomics.store(message, 0, 1);
          Atomics.store(flag, 0, 1);
        },
        receiver: () => `${Atomics.load(flag, 0)}${Atomics.load(message, 0)}`,
      };
    });
    expect(outcomes).toEqual([",00", ",01", ",11"]);
  });

  it("load buffering: two threads that load and then store do not both see the other's store", () => {
    const outcomes = outcomesOf((memory) => {
      const [x, y] = [memory.int32Array("x"), memory.int32Array("y")];
      return { left: () => loadThenStore(x, y), right: () => loadThenStore(y, x) };
    });
    expect(outcomes).toEqual(["0,0", "0,1", "1,0"]);
  });

  it("independent reads of independent writes: two readers agree which write came first", () => {
    const outcomes = outcomesOf((memory) => {
      const [x, y] = [memory.int32Array("x"), memory.int32Array("y")];
      return {
        writesX: () => Atomics.store(x, 0, 1),
        writesY: () => Atomics.store(y, 0, 1),
        readsXFirst: () => `${Atomics.load(x, 0)}${Atomics.load(y, 0)}`,
        readsYFirst: () => `${Atomics.load(y, 0)}${Atomics.load(x, 0)}`,
      };
    });
    expect(outcomes).toHaveLength(15);
    expect(outcomes).not.toContain("1,1,10,10");
  });
});

function storeThenLoad(own: Int32Array, other: Int32Array): number {
  Atomics.store(own, 0, 1);
  return Atomics.load(other, 0);
}

function loadThenStore(other: Int32Array, own: Int32Array): number {
  const seen = Atomics.load(other, 0);
  Atomics.store(own, 0, 1);
  return seen;
}

/** What the threads can return, each once. */
function outcomesOf(threads: (memory: Memory) => Scene<Record<string, () => unknown>>["threads"]): string[] {
  const outcomes = new Set<string>();
  const explored = explore(
    {
      name: "litmus",
      setup: (memory) => ({
        threads: threads(memory),
        check: (results) => outcomes.add(Object.values(results).join()),
      }),
    },
    { preemptions: Infinity },
  );
  expect(explored.unbounded).toBe(true);
  return [...outcomes].sort();
}
