// What is reported besides races and deadlocks, and that a report leads back to what went wrong.
import { describe, expect, it } from "vitest";
import { explore, exploreRandom, type Model, replay } from "../src/index.ts";
import { findingIn } from "./support/finding.ts";
import { counter } from "./programs/counter.ts";
import { needsTwoPreemptions } from "./programs/between.ts";

const lostUpdate = counter.broken;

/** Two threads, each of which does two operations on one word around something else. */
function around(something: (word: Int32Array) => unknown): Model {
  return {
    name: "around",
    setup(memory) {
      const word = memory.int32Array("word");
      const body = (): unknown => {
        Atomics.add(word, 0, 1);
        const result = something(word);
        Atomics.add(word, 0, 1);
        return result;
      };
      return { threads: { left: body, right: body } };
    },
  };
}

describe("an error", () => {
  it("has every step with the thread, the operation, its result and its place", () => {
    const { trace, message, schedule, preemptions, seed } = findingIn(() => explore(lostUpdate));
    expect(trace.map(({ thread, operation }) => `${thread}: ${operation}`)).toEqual([
      "left: Atomics.load(count) → 0",
      "right: Atomics.load(count) → 0",
      "right: Atomics.store(count, 1)",
      "left: Atomics.store(count, 1)",
    ]);
    for (const { position } of trace) expect(position).toMatch(/counter\.ts:\d+:\d+/);
    expect({ schedule, preemptions, seed }).toEqual({ schedule: "0*1 1*2 0*1", preemptions: 1, seed: undefined });
    expect(message).toContain('assertion in "counter, lost update": the check threw Error: count is 1 instead of 2');
    expect(message).toContain(schedule);
  });

  it("has what was thrown as its cause", () => {
    const thrown = new TypeError("no");
    const found = findingIn(() =>
      explore(
        around(() => {
          throw thrown;
        }),
      ),
    );
    expect(found).toMatchObject({ kind: "assertion", cause: thrown });
    expect(found.message).toContain("left threw TypeError: no");
  });

  it("of a random exploration has its seed, and its schedule is replayed without it", () => {
    const found = findingIn(() => exploreRandom(needsTwoPreemptions, { schedules: 1000, seed: 7, choice: "uniform" }));
    expect(found.seed).toBe(7);
    expect(found.message).toContain("seed: 7");
    expect(findingIn(() => replay(needsTwoPreemptions, found.schedule)).trace).toEqual(found.trace);
    const again = findingIn(() => exploreRandom(needsTwoPreemptions, { schedules: 1000, seed: 7, choice: "uniform" }));
    expect(again.schedule).toBe(found.schedule);
  });
});

describe("a replay", () => {
  it("of a schedule on which all is well returns what happened", () => {
    const { schedule, trace } = replay(lostUpdate, "1*2 0*2");
    expect(schedule).toBe("1*2 0*2");
    expect(trace.map(({ thread }) => thread)).toEqual(["right", "right", "left", "left"]);
  });

  it("goes on by itself where the schedule ends", () => {
    expect(replay(lostUpdate, "").trace).toHaveLength(4);
  });

  it("refuses text that is no schedule", () => {
    expect(() => replay(lostUpdate, "0*1 left")).toThrow(/"left" is no part of a schedule/);
  });

  it("says when the schedule does not fit the model", () => {
    expect(findingIn(() => replay(lostUpdate, "0*2 0*1")).kind).toBe("non-determinism");
    expect(() => replay(lostUpdate, "5*1")).toThrow('"5*1" names a thread that "counter, lost update" does not have');
  });
});

describe("a thread that is run again and does something else is reported", () => {
  /** Two threads of two operations, each of which asks at its start whether it is the third start of a schedule. */
  function thirdStart(body: (word: Int32Array, isThird: boolean) => void): Model {
    return {
      name: "third start",
      setup(memory) {
        const word = memory.int32Array("word");
        const shared = { starts: 0 };
        const start = (): void => body(word, ++shared.starts === 3);
        return { threads: { left: start, right: start } };
      },
    };
  }

  it("when it does another operation", () => {
    const model = thirdStart((word, isThird) => {
      if (isThird) Atomics.load(word, 0);
      else Atomics.add(word, 0, 1);
      Atomics.add(word, 0, 1);
    });
    const found = findingIn(() => explore(model));
    expect(found.kind).toBe("non-determinism");
    expect(found.message).toContain("left was run again and did something else: first add of word, then load of word");
  });

  it("when it ends before it has done what it did before", () => {
    const model = thirdStart((word, isThird) => {
      if (isThird) return;
      Atomics.add(word, 0, 1);
      Atomics.add(word, 0, 1);
    });
    const found = findingIn(() => explore(model));
    expect(found.kind).toBe("non-determinism");
    expect(found.message).toContain("first add of word, then it ended");
  });
});

describe("code that catches what stops its thread", () => {
  it("is reported when it ends normally", () => {
    const found = findingIn(() =>
      explore({
        name: "catches all",
        setup(memory) {
          const word = memory.int32Array("word");
          const body = (): void => {
            try {
              Atomics.add(word, 0, 1);
              Atomics.add(word, 0, 1);
            } catch {
              // As if nothing had happened.
            }
          };
          return { threads: { left: body, right: body } };
        },
      }),
    );
    expect(found.kind).toBe("swallowed");
  });

  it("is reported when it throws something else", () => {
    const found = findingIn(() =>
      explore(
        around((word) => {
          try {
            Atomics.add(word, 0, 1);
          } catch (cause) {
            throw new Error("wrapped", { cause });
          }
        }),
      ),
    );
    expect(found.kind).toBe("swallowed");
    expect(found.message).toContain("Error: wrapped");
  });

  it("is reported when it tries again and again", () => {
    const found = findingIn(() =>
      explore(
        around((word) => {
          for (;;) {
            try {
              return Atomics.add(word, 0, 1);
            } catch {
              // Once more.
            }
          }
        }),
      ),
    );
    expect(found.kind).toBe("swallowed");
  });

  it("is no matter when it touches shared memory before it ends", () => {
    const explored = explore(
      around((word) => {
        try {
          Atomics.add(word, 0, 1);
        } catch {
          Atomics.store(word, 0, -100);
        } finally {
          Atomics.sub(word, 0, 1);
        }
        if (Atomics.load(word, 0) < 0) throw new Error("the catch block had an effect");
      }),
    );
    expect(explored.complete).toBe(true);
  });
});

describe("a schedule without an end", () => {
  it("is a livelock, with a hint", () => {
    const found = findingIn(() =>
      explore({
        name: "spins",
        setup(memory) {
          const word = memory.int32Array("word");
          return {
            threads: {
              spinner() {
                while (Atomics.load(word, 0) === 0);
              },
            },
          };
        },
      }),
    );
    expect(found.kind).toBe("livelock");
    expect(found.message).toContain("Atomics.pause()");
  });

  it("is one also when it spins on plain reads", () => {
    const model: Model = {
      name: "spins",
      setup(memory) {
        const word = memory.int32Array("word");
        return {
          threads: {
            spinner() {
              while (word[0] === 0);
            },
          },
        };
      },
    };
    expect(findingIn(() => explore(model, { maxSteps: 50 })).trace).toHaveLength(50);
  });

  it("is none when it pauses and the others then go on", () => {
    const model: Model = {
      name: "pauses",
      setup(memory) {
        const word = memory.int32Array("word");
        const spin = (): void => {
          while (Atomics.load(word, 0) === 0) Atomics.pause();
        };
        return { threads: { one: spin, two: spin, setter: () => Atomics.store(word, 0, 1) } };
      },
    };
    expect(explore(model, { preemptions: Infinity })).toMatchObject({ unbounded: true });
  });

  it("a bounded spin is explored to its end also while others could run", () => {
    const results = new Set<string>();
    explore(
      {
        name: "bounded spin",
        setup(memory) {
          const word = memory.int32Array("word");
          return {
            threads: {
              spinner() {
                for (let spin = 0; spin < 2; spin++) {
                  if (Atomics.load(word, 0) === 1) return "seen";
                  Atomics.pause();
                }
                return Atomics.load(word, 0) === 1 ? "seen late" : "given up";
              },
              setter: () => Atomics.store(word, 0, 1),
            },
            check: ({ spinner }) => results.add(String(spinner)),
          };
        },
      },
      { spins: 2 },
    );
    expect([...results].sort()).toEqual(["given up", "seen", "seen late"]);
  });
});

describe("what cannot be checked is said", () => {
  it.each<[string, (word: Int32Array) => unknown, RegExp]>([
    ["an asynchronous thread", () => Promise.resolve(), /asynchronous/],
    ["Atomics.waitAsync", (word) => Atomics.waitAsync(word, 0, 0), /waitAsync/],
    ["memory from elsewhere", () => Atomics.load(elsewhere, 0), /not made in the model's set-up/],
  ])("%s", (_, something, message) => {
    const found = findingIn(() => explore(around(something)));
    expect(found.kind).toBe("unsupported");
    expect(found.message).toMatch(message);
  });

  it("a model within a model", () => {
    const found = findingIn(() => explore(around(() => explore(lostUpdate))));
    expect(found.message).toContain("another one cannot be explored inside it");
  });

  it("a set-up that throws, by what it throws", () => {
    const thrown = new Error("no memory");
    const model: Model = {
      name: "throws",
      setup() {
        throw thrown;
      },
    };
    expect(() => explore(model)).toThrow(thrown);
  });

  it("shared memory that grows", () => {
    const grows = (): SharedArrayBuffer => new SharedArrayBuffer(8, { maxByteLength: 16 });
    expect(() => explore({ name: "grows", setup: () => ({ threads: { grows } }) })).toThrow(/that grows/);
  });

  it("more threads than there can be", () => {
    const bodies = Array.from({ length: 31 }, (_, id) => [`thread ${id}`, () => undefined]);
    expect(() => explore({ name: "many", setup: () => ({ threads: Object.fromEntries(bodies) }) })).toThrow(
      "A model has at most 30 threads.",
    );
  });
});

const elsewhere = new Int32Array(new SharedArrayBuffer(4));
