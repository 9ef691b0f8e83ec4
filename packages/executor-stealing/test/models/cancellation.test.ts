// The cancellation token: whoever listens when it is cancelled is woken, or learns it at once.
import assert from "node:assert/strict";
import type { Model } from "@pollab/interleave";
import { describe, it } from "vitest";
import { expectCorrect, expectNoticed, instead, withoutNotify } from "./support.ts";
import { type Task, TOKEN_WORDS, World } from "./tasks.ts";

function tokenModel(name: string, threads: Readonly<Record<string, (task: Task, at: number) => unknown>>): Model {
  return {
    name: `token: ${name}`,
    setup(memory) {
      const count = Object.keys(threads).length;
      const world = new World(memory, count + 1, TOKEN_WORDS);
      const at = world.thing;
      const bodies = Object.entries(threads).map(([thread, body], i) => [thread, () => body(world.task(i + 1), at)]);
      return {
        threads: Object.fromEntries(bodies) as Record<string, () => unknown>,
        check() {
          const { tokens } = world.task(count + 1);
          assert.equal(tokens.isCancelled(at), true);
          for (let task = 1; task <= count; task++)
            assert.equal(tokens.listensTo(task), 0, "nobody is left in the list");
        },
      };
    },
  };
}

function listens(task: Task, at: number): void {
  while (!task.tokens.listen(at, task.number, task.generation)) task.sleep();
}

/** Listens, and then does not care any more. */
function leaves(task: Task, at: number): void {
  if (!task.tokens.listen(at, task.number, task.generation)) task.tokens.ignore(at, task.number);
}

const cancels = (task: Task, at: number): void => task.tokens.cancel(at);

const twoListeners = tokenModel("two listeners", { first: listens, second: listens, cancels });

describe("a cancellation token", () => {
  it("wakes all who listen", () => {
    expectCorrect(twoListeners, { preemptions: 4 });
  });

  it("lets one leave while it is cancelled", () => {
    expectCorrect(tokenModel("one that leaves", { listens, leaves, cancels }), { preemptions: 4 });
  });

  it("is cancelled once, by whoever comes first", () => {
    expectCorrect(tokenModel("cancelled twice", { listens, cancels, again: cancels }), { preemptions: 4 });
  });
});

describe("a model notices when", () => {
  it("a listener is not woken", () => {
    expectNoticed(twoListeners, withoutNotify("woken[1]"), {}, ["deadlock"]);
  });

  it("one who begins to listen does not look again whether it is cancelled", () => {
    const blind = (word: string) =>
      instead("load", word, (checked, view, index) => {
        // Under the lock the word is looked at once more; there it seems not to be set.
        const isLocked = checked.load(view, index - 2) !== 0;
        return isLocked ? 0 : checked.load(view, index);
      });
    expectNoticed(twoListeners, blind("thing[1]"), {}, ["deadlock"]);
  });

  it("what the lock protects is touched without it", () => {
    const unlocked = instead("compareExchange", "lock", () => 0);
    expectNoticed(twoListeners, unlocked, {}, ["race", "assertion", "deadlock"]);
  });
});
