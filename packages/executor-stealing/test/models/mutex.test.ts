// The lock: one holder at a time, nobody sleeps for ever, and the death of a holder is told to exactly one.
import assert from "node:assert/strict";
import type { Model } from "@pollab/interleave";
import { describe, it } from "vitest";
import { Locks } from "../../src/memory/mutex.ts";
import type { Words } from "../../src/memory/words.ts";
import { expectCorrect, expectNoticed, instead, tornCompareExchange, withoutNotify } from "./support.ts";

/** Threads that live as long as the model. */
function locksOf(words: Words, me: number, spins: number): Locks {
  return new Locks(words, { me, isAlive: () => true }, spins);
}

/** Each thread adds to a plain word under the lock: two at once would race. */
function counting(name: string, threads: number, times: number, spins: number): Model {
  return {
    name: `mutex: ${name}`,
    setup(memory) {
      const words = memory.int32Array("lock");
      const count = memory.int32Array("count");
      const work = (id: number) => (): void => {
        const locks = locksOf(words, id, spins);
        for (let time = 0; time < times; time++) {
          if (!locks.lock(0)) throw new Error("nobody has died");
          count[0]++;
          locks.unlock(0);
        }
      };
      const names = Array.from({ length: threads }, (_, i) => [`thread ${i + 1}`, work(i + 1)] as const);
      return {
        threads: Object.fromEntries(names),
        check: () => assert.equal(count[0], threads * times),
      };
    },
  };
}

/** Thread 1 dies with the lock. The others want it, and one of them learns of it. */
const dying: Model = {
  name: "mutex: a holder dies",
  setup(memory) {
    const words = memory.int32Array("lock");
    const alive = memory.int32Array("alive");
    const plain = memory.int32Array("count");
    Atomics.store(alive, 0, 1);
    const members = (me: number) => ({ me, isAlive: (id: number) => id !== 1 || Atomics.load(alive, 0) === 1 });
    const survivor = (me: number) => (): boolean => {
      const locks = new Locks(words, members(me), 0);
      const isWhole = locks.lock(0);
      plain[0]++;
      locks.unlock(0);
      return isWhole;
    };
    return {
      threads: {
        dies() {
          new Locks(words, members(1), 0).lock(0);
          const before = plain[0]++;
          Atomics.store(alive, 0, 0);
          return before;
        },
        second: survivor(2),
        third: survivor(3),
      },
      check({ dies, second, third }) {
        assert.equal(plain[0], 3);
        // Nobody is left to learn of it when both had the lock before.
        assert.equal([second, third].filter((isWhole) => !isWhole).length, dies === 2 ? 0 : 1);
      },
    };
  },
};

describe("the lock", () => {
  it("has one holder at a time", () => {
    expectCorrect(counting("two threads, twice each", 2, 2, 0), { preemptions: Infinity });
  });

  it("wakes everybody in the end", () => {
    expectCorrect(counting("three threads", 3, 1, 0), { preemptions: Infinity });
  });

  it("does so also when waiters look again before they sleep", () => {
    expectCorrect(counting("three threads that spin", 3, 1, 1), { preemptions: 3 });
  });

  it("goes to one who is told that its holder has died", () => {
    // Those who sleep look after the holder when they time out.
    expectCorrect(dying, { preemptions: 3, timeouts: "any" });
  });
});

describe("a model notices when", () => {
  it("two take over the lock of the dead", () => {
    const torn = tornCompareExchange("lock");
    expectNoticed(dying, torn, { preemptions: 3, timeouts: "any" }, ["race", "assertion"]);
  });

  const model = counting("three threads", 3, 1, 0);

  it("unlocking wakes nobody", () => {
    expectNoticed(model, withoutNotify("lock"), {}, ["deadlock"]);
  });

  it("taking the lock is not one operation", () => {
    expectNoticed(model, tornCompareExchange("lock"), {}, ["race", "assertion"]);
  });

  it("one who has waited forgets that others may wait", () => {
    const forgetful = instead("compareExchange", "lock", (checked, view, index, expected, value) =>
      checked.compareExchange(view, index, expected, expected === 0 ? value & 0xffff : value),
    );
    expectNoticed(model, forgetful, { preemptions: 3 }, ["deadlock"]);
  });
});
