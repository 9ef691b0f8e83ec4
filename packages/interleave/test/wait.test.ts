// Atomics.wait and notify: who sleeps, who is woken, and who is never.
import { describe, expect, it } from "vitest";
import { explore, type Model } from "../src/index.ts";
import { findingIn } from "./support/finding.ts";

/** What the threads of a model can return, each once. */
function outcomesOf(model: Model, options: { timeouts?: "any" | "never" } = {}): string[] {
  const outcomes = new Set<string>();
  const watching: Model = {
    ...model,
    setup(memory) {
      const scene = model.setup(memory);
      return { ...scene, check: (results) => outcomes.add(Object.values(results).join()) };
    },
  };
  expect(explore(watching, { preemptions: Infinity, ...options }).unbounded).toBe(true);
  return [...outcomes].sort();
}

/** One waits for `timeoutMs`, and another sets the word and notifies. */
function waiting(timeoutMs: number, notifies = true): Model {
  return {
    name: "waiting",
    setup(memory) {
      const word = memory.int32Array("word");
      return {
        threads: {
          waiter: () => Atomics.wait(word, 0, 0, timeoutMs),
          setter() {
            Atomics.store(word, 0, 1);
            return notifies ? Atomics.notify(word, 0) : -1;
          },
        },
      };
    },
  };
}

describe("a wait", () => {
  it("ends by a notification, or does not begin when the word has changed", () => {
    expect(outcomesOf(waiting(Infinity))).toEqual(["not-equal,0", "ok,1"]);
  });

  it("with a timeout may also time out, before the notification and after the word has changed", () => {
    expect(outcomesOf(waiting(1))).toEqual(["not-equal,0", "ok,1", "timed-out,0"]);
  });

  it("with a timeout never times out if so wanted", () => {
    expect(outcomesOf(waiting(1), { timeouts: "never" })).toEqual(["not-equal,0", "ok,1"]);
  });

  it("with a timeout of 0 does not sleep", () => {
    expect(outcomesOf(waiting(0))).toEqual(["not-equal,0", "timed-out,0"]);
  });

  it("of BigInts compares them", () => {
    const model: Model = {
      name: "BigInt",
      setup(memory) {
        const word = memory.name("word", new BigInt64Array(new SharedArrayBuffer(8)));
        return {
          threads: {
            waiter: () => Atomics.wait(word, 0, 0n),
            setter() {
              Atomics.store(word, 0, -1n);
              return Atomics.notify(word, 0);
            },
          },
        };
      },
    };
    expect(outcomesOf(model)).toEqual(["not-equal,0", "ok,1"]);
  });

  it("that nobody ends is a deadlock, which says who waits where", () => {
    const found = findingIn(() => explore(waiting(Infinity, false)));
    expect(found.kind).toBe("deadlock");
    expect(found.message).toMatch(/waiter at word \(.*wait\.test\.ts:\d+:\d+\)/);
  });

  it("with a timeout that nobody ends is a deadlock only if it never times out", () => {
    expect(outcomesOf(waiting(1, false))).toEqual(["not-equal,-1", "timed-out,-1"]);
    expect(findingIn(() => explore(waiting(1, false), { timeouts: "never" })).kind).toBe("deadlock");
  });
});

it("who waits with a timeout in a loop lets the others go on in the end", () => {
  const model: Model = {
    name: "looks again",
    setup(memory) {
      const word = memory.int32Array("word");
      const look = (): void => {
        while (Atomics.load(word, 0) === 0) Atomics.wait(word, 0, 0, 10);
      };
      return { threads: { one: look, two: look, setter: () => Atomics.store(word, 0, 1) } };
    },
  };
  expect(explore(model, { preemptions: Infinity }).unbounded).toBe(true);
});

describe("a notification", () => {
  it("wakes as many as it says", () => {
    const orders = new Set<string>();
    const model: Model = {
      name: "two waiters",
      setup(memory) {
        const word = memory.int32Array("word");
        const woken = memory.int32Array("woken");
        const wait = (): number => {
          return Atomics.wait(word, 0, 0) === "ok" ? Atomics.add(woken, 0, 1) : -1;
        };
        return {
          threads: {
            first: wait,
            second: wait,
            notifier() {
              // One at a time; the second only when the first has gone on.
              while (Atomics.notify(word, 0, 1) === 0) Atomics.pause();
              while (Atomics.load(woken, 0) === 0) Atomics.pause();
              while (Atomics.notify(word, 0, 1) === 0) Atomics.pause();
            },
          },
          check: ({ first, second }) => orders.add(`${String(first)}${String(second)}`),
        };
      },
    };
    expect(explore(model, { preemptions: 2 }).complete).toBe(true);
    expect([...orders].sort()).toEqual(["01", "10"]);
  });

  it("of one wakes the one who waited first, and leaves the other asleep", () => {
    const model: Model = {
      name: "one of two",
      setup(memory) {
        const word = memory.int32Array("word");
        const wait = (): string => Atomics.wait(word, 0, 0);
        return {
          threads: {
            first: wait,
            second: wait,
            notifier() {
              while (Atomics.notify(word, 0, 1) === 0) Atomics.pause();
            },
          },
        };
      },
    };
    const found = findingIn(() => explore(model));
    expect(found.kind).toBe("deadlock");
    expect(found.message).toContain("second at word");
    expect(found.message).not.toContain("first at word");
  });
});
