// How many schedules there are of tiny models, against combinatorics.
import { describe, expect, it } from "vitest";
import { explore, type Model } from "../src/index.ts";

/** Threads with so many operations each, all on one word. */
function threadsOf(...operations: number[]): Model {
  return {
    name: operations.join(),
    setup(memory) {
      const word = memory.int32Array("word");
      const bodies = operations.map((count, id) => [
        `thread ${id}`,
        () => {
          for (let done = 0; done < count; done++) Atomics.add(word, 0, 1);
        },
      ]);
      return { threads: Object.fromEntries(bodies) };
    },
  };
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

function multinomial(parts: readonly number[]): number {
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.reduce((quotient, part) => quotient / factorial(part), factorial(total));
}

describe("without reduction", () => {
  it.each([[[1, 1]], [[2, 2]], [[3, 4]], [[6, 6]], [[1, 1, 1]], [[2, 2, 2]], [[3, 2, 1]], [[1, 1, 1, 1]]])(
    "threads with %j operations have as many schedules as there are ways to interleave them",
    (operations) => {
      const explored = explore(threadsOf(...operations), { preemptions: Infinity, reduction: "none" });
      expect(explored).toMatchObject({ schedules: multinomial(operations), complete: true, unbounded: true });
    },
  );

  // One thread first, then the other: 2. One preemption: the first stops after 1 to n - 1 of its operations, and the other
  // then runs to its end, where it counts as none.
  it.each([
    [0, 2],
    [1, 2 + 3 + 3],
    [2, 2 + 3 + 3 + 2 * 3 * 3],
  ])("two threads with 4 operations have with at most %i preemptions %i schedules", (preemptions, schedules) => {
    const explored = explore(threadsOf(4, 4), { preemptions, reduction: "none" });
    expect(explored).toMatchObject({ schedules, preemptions, complete: true, unbounded: false });
  });
});

describe("with reduction", () => {
  it("an operation on a word that nobody else touches makes no schedules", () => {
    const model: Model = {
      name: "private words",
      setup(memory) {
        const words = memory.int32Array("words", 4);
        const shared = memory.int32Array("shared");
        const body = (id: number) => (): void => {
          Atomics.add(words, id, 1);
          Atomics.add(shared, 0, 1);
          Atomics.add(words, id, 1);
        };
        return { threads: { left: body(0), right: body(1) } };
      },
    };
    expect(explore(model, { preemptions: Infinity })).toMatchObject({ schedules: 2, unbounded: true });
    expect(explore(model, { preemptions: Infinity, reduction: "none" })).toMatchObject({ schedules: 20 });
  });

  it("a word that is only read makes no schedules", () => {
    const model: Model = {
      name: "constant",
      setup(memory) {
        const word = memory.int32Array("word");
        const body = (): number => Atomics.load(word, 0) + Atomics.load(word, 0);
        return { threads: { left: body, right: body } };
      },
    };
    expect(explore(model, { preemptions: Infinity })).toMatchObject({ schedules: 2, unbounded: true });
  });

  it("operations of pairs of threads on different words have an order in each pair only", () => {
    const model: Model = {
      name: "pairs",
      setup(memory) {
        const words = memory.int32Array("words", 2);
        const add = (word: number) => (): unknown => Atomics.add(words, word, 1);
        return { threads: { a: add(0), b: add(0), c: add(1), d: add(1) } };
      },
    };
    const final = new Set<string>();
    const watching: Model = {
      ...model,
      setup(memory) {
        const scene = model.setup(memory);
        return { ...scene, check: (results) => final.add(JSON.stringify(results)) };
      },
    };
    // Each of the 4 final states has two threads that can be last.
    expect(explore(watching, { preemptions: Infinity }).schedules).toBe(8);
    expect(final.size).toBe(4);
    expect(explore(model, { preemptions: Infinity, reduction: "none" }).schedules).toBe(24);
  });

  it("ends, incomplete, after as many schedules as it may run", () => {
    const explored = explore(threadsOf(4, 4), { preemptions: Infinity, maxSchedules: 10 });
    expect(explored).toMatchObject({ schedules: 10, complete: false, unbounded: false });
  });
});
