// The semaphore: never more permits out than there are, and nobody waits while there are enough.
import assert from "node:assert/strict";
import type { Model } from "@pollab/interleave";
import { describe, it } from "vitest";
import { Acquired, type Acquisition, Closed, Queueing } from "../../src/memory/semaphore.ts";
import { expectCorrect, expectNoticed, instead, withoutNotify } from "./support.ts";
import { SEMAPHORE_WORDS, type Task, World } from "./tasks.ts";

interface Setting {
  readonly name: string;
  readonly permits: number;
  readonly tasks: Readonly<Record<string, (task: Task, at: number) => unknown>>;
  /** Permits that are there in the end. */
  readonly left: number;
}

function semaphoreModel({ left, name, permits, tasks }: Setting): Model {
  return {
    name: `semaphore: ${name}`,
    setup(memory) {
      const count = Object.keys(tasks).length;
      const world = new World(memory, count + 1, SEMAPHORE_WORDS);
      const at = world.thing;
      world.task(count + 1).semaphores.initialise(at, permits);
      const threads = Object.entries(tasks).map(([thread, body], i) => [thread, () => body(world.task(i + 1), at)]);
      return {
        threads: Object.fromEntries(threads) as Record<string, () => unknown>,
        check: () => assert.equal(world.task(count + 1).semaphores.available(at), left, "permits left"),
      };
    },
  };
}

function acquire(task: Task, at: number, count: number): Acquisition {
  for (;;) {
    const result = task.semaphores.acquire(at, count, task.number, task.generation);
    if (result !== Queueing) return result;
    task.sleep();
  }
}

/** Takes permits and gives them back. */
const uses =
  (count: number) =>
  (task: Task, at: number): void => {
    assert.equal(acquire(task, at, count), Acquired);
    task.semaphores.release(at, count);
  };

/** Asks, and goes away if it is not its turn. */
const givesUp = (task: Task, at: number): void => {
  if (task.semaphores.acquire(at, 1, task.number, task.generation) === Acquired) task.semaphores.release(at, 1);
  else task.semaphores.forgo(at, task.number);
};

const usesTwice = semaphoreModel({
  name: "three tasks and one permit",
  permits: 1,
  tasks: { a: uses(1), b: uses(1), c: uses(1) },
  left: 1,
});

describe("a semaphore", () => {
  it("serves everybody in turn", () => {
    expectCorrect(usesTwice, { preemptions: 3 });
  });

  it("serves those who want many among those who want one", () => {
    const model = semaphoreModel({
      name: "one and many",
      permits: 2,
      tasks: { one: uses(1), two: uses(2), other: uses(1) },
      left: 2,
    });
    expectCorrect(model, { preemptions: 3 });
  });

  it("hands on what one does not fetch", () => {
    const model = semaphoreModel({
      name: "one that gives up",
      permits: 1,
      tasks: { a: uses(1), fickle: givesUp, b: uses(1) },
      left: 1,
    });
    expectCorrect(model, { preemptions: 3 });
  });

  it("tells those who wait that it is closed", () => {
    const model = semaphoreModel({
      name: "close against those who wait",
      permits: 0,
      tasks: {
        a: (task, at) => assert.equal(acquire(task, at, 1), Closed),
        b: (task, at) => assert.equal(acquire(task, at, 1), Closed),
        closer: (task, at) => task.semaphores.close(at),
      },
      left: 0,
    });
    expectCorrect(model, { preemptions: 4 });
  });

  it("gives what nobody waits for to one who tries", () => {
    const tries = (task: Task, at: number): void => {
      if (task.semaphores.tryAcquire(at, 1)) task.semaphores.release(at, 1);
    };
    const model = semaphoreModel({
      name: "tries among those who wait",
      permits: 1,
      tasks: { a: uses(1), tries, b: uses(1) },
      left: 1,
    });
    expectCorrect(model, { preemptions: 3 });
  });
});

describe("a model notices when", () => {
  it("those whose turn it is are not woken", () => {
    expectNoticed(
      usesTwice,
      instead("store", "woken[1]", () => 0),
      {},
      ["deadlock"],
    );
    expectNoticed(usesTwice, withoutNotify("woken[2]"), {}, ["deadlock"]);
  });

  it("what the lock protects is touched without it", () => {
    const unlocked = instead("compareExchange", "lock", () => 0);
    expectNoticed(usesTwice, unlocked, {}, ["race", "assertion"]);
  });

  it("one who is served does not learn it", () => {
    const kept = instead("store", "records[16]", () => 0);
    expectNoticed(usesTwice, kept, {}, ["assertion", "deadlock", "livelock"]);
  });
});
