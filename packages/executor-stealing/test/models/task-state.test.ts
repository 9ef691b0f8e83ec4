// The state of a task: each task is polled by one thread at a time, no wake is lost, there is one entry for it at most, its
// outcome is taken or forgone by one, and its record is released once.
import assert from "node:assert/strict";
import type { Memory, Model } from "@pollab/interleave";
import { describe, it } from "vitest";
import {
  Aborted,
  Again,
  Complete,
  Joinable,
  JOINER,
  JOINER_GENERATION,
  Queued,
  Ready,
  Running,
  Schedule,
  Stale,
  STATE,
  TaskStates,
  Waiting,
} from "../../src/memory/task-state.ts";
import type { Words } from "../../src/memory/words.ts";
import { expectCorrect, expectNoticed, instead } from "./support.ts";

const task = 0;
const recordWords = 8;
const outcome = 4;
const joinerRecord = 7;
const joinerGeneration = 3;

/** A record, a run queue that has a place for one entry, and what the task and its joiner have to see. */
class World {
  readonly record: Words;
  readonly entries: Words;
  /** Set before a wake; the task has to see it in a poll. */
  readonly events: Words;
  readonly joinerWoken: Words;
  readonly releases: Words;
  readonly states: TaskStates;

  constructor(memory: Memory) {
    this.record = memory.int32Array("record", recordWords);
    memory.name("state", this.record.subarray(STATE, 1));
    memory.name("joiner", this.record.subarray(JOINER, JOINER_GENERATION + 1));
    memory.name("outcome", this.record.subarray(outcome, outcome + 1));
    this.entries = memory.int32Array("entries");
    this.events = memory.int32Array("events");
    this.joinerWoken = memory.int32Array("joiner woken");
    this.releases = memory.int32Array("releases");
    this.states = new TaskStates(this.record, 0, recordWords);
  }

  /** As every thread has it. */
  fresh(): TaskStates {
    return new TaskStates(this.record, 0, recordWords);
  }

  /** Makes the task's entry. */
  enqueue(): void {
    if (Atomics.add(this.entries, 0, 1) !== 0) throw new Error("the task has two entries");
    Atomics.notify(this.entries, 0);
  }

  /** Sleeps until there is the task's entry, and takes it. */
  dequeue(): void {
    while (Atomics.compareExchange(this.entries, 0, 1, 0) !== 1) Atomics.wait(this.entries, 0, 0);
  }

  wake(states: TaskStates, generation: number): void {
    if (states.wake(task, generation) === Schedule) this.enqueue();
  }

  release(states: TaskStates, generation: number): void {
    if (Atomics.add(this.releases, 0, 1) !== 0) throw new Error("the record was released twice");
    states.release(task, generation);
  }

  /** Completes the task as its runner does. */
  complete(states: TaskStates, generation: number): void {
    const state = states.complete(task, Running);
    if (states.joiner !== 0) {
      assert.deepEqual([states.joiner, states.joinerGeneration], [joinerRecord, joinerGeneration]);
      Atomics.add(this.joinerWoken, 0, 1);
      Atomics.notify(this.joinerWoken, 0);
    }
    if ((state & Joinable) === 0) this.release(states, generation);
  }

  /** Runs the task until it has seen `events` events, or is aborted; its outcome is how many it has seen. */
  run(events: number, isYielding: boolean): "completed" | "aborted" {
    const states = this.fresh();
    for (;;) {
      this.dequeue();
      const state = states.start(task);
      assert.equal(state & (Queued | Running | Complete), Running);
      const seen = Atomics.load(this.events, 0);
      // The record is the runner's: a second one would race here.
      this.record[outcome] = seen;
      if ((state & Aborted) !== 0) {
        this.complete(states, 0);
        return "aborted";
      }
      if (seen >= events) {
        this.complete(states, 0);
        return "completed";
      }
      if (isYielding) {
        states.requeue(task, state);
        this.enqueue();
      } else if (states.suspend(task)) this.enqueue();
    }
  }
}

interface Setting {
  readonly name: string;
  readonly flags: number;
  readonly threads: (world: World) => Record<string, () => unknown>;
  readonly check?: (world: World, results: Readonly<Record<string, unknown>>) => void;
}

function taskModel({ name, flags, threads, check }: Setting): Model {
  return {
    name: `task: ${name}`,
    setup(memory) {
      const world = new World(memory);
      world.states.create(task, flags);
      world.enqueue();
      return {
        threads: threads(world),
        check(results) {
          assert.equal(Atomics.load(world.entries, 0), 0, "entries left");
          assert.equal(Atomics.load(world.releases, 0), 1, "releases");
          check?.(world, results);
        },
      };
    },
  };
}

const waker = (world: World) => (): void => {
  Atomics.add(world.events, 0, 1);
  world.wake(world.fresh(), 0);
};

/** Whoever takes the outcome releases the record. */
function join(world: World): number {
  const states = world.fresh();
  for (;;) {
    const woken = Atomics.load(world.joinerWoken, 0);
    switch (states.watch(task, 0, joinerRecord, joinerGeneration)) {
      case Ready: {
        const taken = world.record[outcome];
        world.release(states, 0);
        return taken;
      }
      case Waiting:
        Atomics.wait(world.joinerWoken, 0, woken);
        break;
      case Again:
        Atomics.pause();
        break;
      case Stale:
        throw new Error("the handle is stale though it is held");
    }
  }
}

const wakes: Setting = {
  name: "two wakes against a runner",
  flags: 0,
  threads: (world) => ({ runner: () => world.run(2, false), "waker 1": waker(world), "waker 2": waker(world) }),
};

const yields: Setting = {
  name: "a wake against a task that yields",
  flags: 0,
  threads: (world) => ({
    runner() {
      const states = world.fresh();
      world.dequeue();
      states.requeue(task, states.start(task));
      world.enqueue();
      return world.run(1, false);
    },
    waker: waker(world),
  }),
};

const aborts: Setting = {
  name: "abort against wake and runner",
  flags: 0,
  threads: (world) => ({
    runner: () => world.run(2, false),
    waker: waker(world),
    aborter: () => {
      if (world.fresh().abort(task, 0) === Schedule) world.enqueue();
    },
  }),
  check: (_, { runner }) => assert.equal(runner, "aborted"),
};

const joins: Setting = {
  name: "join against completion",
  flags: Joinable,
  threads: (world) => ({ runner: () => world.run(1, false), waker: waker(world), joiner: () => join(world) }),
  check: (_, { joiner }) => assert.equal(joiner, 1),
};

const detaches: Setting = {
  name: "a joiner that goes away against completion",
  flags: Joinable,
  threads: (world) => ({
    runner: () => world.run(0, false),
    joiner() {
      const states = world.fresh();
      states.watch(task, 0, joinerRecord, joinerGeneration);
      if (states.detach(task, 0)) world.release(states, 0);
    },
  }),
};

const replacesJoiner: Setting = {
  name: "a handle that goes to another joiner against completion",
  flags: Joinable,
  threads: (world) => ({
    runner() {
      const states = world.fresh();
      world.dequeue();
      states.start(task);
      world.record[outcome] = 1;
      const state = states.complete(task, Running);
      if (states.joiner !== 0) {
        // Never one joiner's number with another's generation.
        assert.equal(states.joinerGeneration, states.joiner * 10);
        Atomics.add(world.joinerWoken, 0, 1);
      }
      if ((state & Joinable) === 0) world.release(states, 0);
    },
    holder() {
      const states = world.fresh();
      states.watch(task, 0, 1, 10);
      if (states.watch(task, 0, 2, 20) === Waiting || states.peek(task, 0) !== Ready) {
        if (states.detach(task, 0)) world.release(states, 0);
      } else world.release(states, 0);
    },
  }),
};

/** A stale waker meets the record while it is released and used for the next task. */
const reuses: Setting = {
  name: "a stale wake and abort against release and reuse",
  flags: 0,
  threads: (world) => ({
    runner() {
      world.run(0, false);
      const states = world.fresh();
      assert.equal(states.create(task, 0), 1);
      const state = states.start(task);
      assert.equal(state & Aborted, 0, "the next task is aborted");
      return states.suspend(task);
    },
    waker: waker(world),
    aborter: () => {
      if (world.fresh().abort(task, 0) === Schedule) world.enqueue();
    },
  }),
  check: (_, { runner }) => assert.equal(runner, false, "the next task is woken"),
};

describe("the state of a task", () => {
  it.each([
    { setting: wakes, preemptions: 4 },
    { setting: yields, preemptions: Infinity },
    { setting: aborts, preemptions: 4 },
    { setting: joins, preemptions: 4 },
    { setting: detaches, preemptions: Infinity },
    { setting: replacesJoiner, preemptions: Infinity },
    { setting: reuses, preemptions: 4 },
  ])("$setting.name", ({ setting, preemptions }) => {
    expectCorrect(taskModel(setting), { preemptions });
  });
});

describe("a model notices when", () => {
  it("a task that was woken while it ran is not queued again", () => {
    const forgetful = instead(
      "and",
      "state",
      (checked, view, index, mask) => checked.and(view, index, mask & ~Queued) & ~Queued,
    );
    expectNoticed(taskModel(wakes), forgetful, {}, ["deadlock"]);
  });

  it("a wake does not compare the generation", () => {
    const late = instead("compareExchange", "state", (checked, view, index, expected, value) => {
      const seen = checked.or(view, index, value & 0xff);
      return seen === expected ? seen : expected;
    });
    expectNoticed(taskModel(reuses), late, {}, ["assertion"]);
  });

  it("a task that yields loses a wake that came meanwhile", () => {
    const blind = instead("compareExchange", "state", (checked, view, index, expected, value) => {
      // The runner's requeue, and only that, ends Running by comparing.
      const isRequeue = (expected & ~value & Running) !== 0;
      if (!isRequeue) return checked.compareExchange(view, index, expected, value);
      checked.store(view, index, value & ~Queued);
      return expected;
    });
    expectNoticed(taskModel(yields), blind, {}, ["assertion", "deadlock"]);
  });

  it("the completer reads whom to wake after it has let go of it", () => {
    const early = instead("xor", "state", (checked, view, index, bits) => {
      const before = checked.xor(view, index, bits);
      if ((bits & Complete) !== 0) checked.and(view, index, ~32);
      return before;
    });
    expectNoticed(taskModel(replacesJoiner), early, { preemptions: 3 }, ["race", "assertion"]);
  });
});
