// Workers as they are, from the search for work to their sleep and the end, with the main thread that gives them tasks: no task is
// overlooked, whoever sleeps is woken when there is work, closing ends everybody, and all records are free in the end.
import assert from "node:assert/strict";
import type { Memory, Model } from "@pollab/interleave";
import { Pending } from "@pollab/runtime-core/future";
import { describe, it } from "vitest";
import type { TaskHandle } from "../../src/handles/task-handle.ts";
import { i32 } from "../../src/layout/field.ts";
import { sendTask, type SendTask } from "../../src/layout/send-task.ts";
import { Control } from "../../src/runtime/control.ts";
import type { MemberData } from "../../src/runtime/member.ts";
import { Outsider } from "../../src/runtime/outsider.ts";
import { Plan, type PlanOptions } from "../../src/runtime/plan.ts";
import { cancelAll } from "../../src/runtime/repair.ts";
import { describe as describeType, largestBody } from "../../src/runtime/types.ts";
import { Worker } from "../../src/runtime/worker.ts";
import { BODY, recordStride } from "../../src/memory/record.ts";
import type { Words } from "../../src/memory/words.ts";
import { restingEntries } from "../../src/memory/work-queue.ts";
import { expectCorrect, expectCorrectByChance, expectNoticed, instead, withoutNotify } from "./support.ts";

const add = sendTask("add", { args: { left: i32, right: i32 }, result: i32 }, ({ left, right }) => left + right);

/** Yields as many times as it is told. */
const counts = sendTask("counts", { args: { left: i32 }, result: i32 }, (state, cx) =>
  state.left-- === 0 ? 7 : cx.yieldNow(),
);

/** Starts two tasks, which the other worker may take, and does not wait for them. */
const forks = sendTask("forks", {}, (_, cx) => {
  cx.spawn(add, { left: 1, right: 1 });
  cx.spawn(add, { left: 2, right: 2 });
  return undefined;
});

const tasks: ReadonlyMap<string, SendTask> = new Map(
  // Each poll function knows its own layout.
  [add, counts, forks].map((task) => [task.name, task as unknown as SendTask]),
);
const types = [...tasks.values()].map(describeType);
const taskCapacity = 32;
const queueCapacity = 4;

/** Everything that the threads of a runtime share. */
class World {
  readonly plan: Plan;
  readonly words: Words;
  private readonly options: PlanOptions;

  constructor(memory: Memory, workers: number) {
    const stride = recordStride(largestBody(types));
    this.options = { workers, taskCapacity, stride, queueCapacity, heapWords: 256 };
    this.plan = new Plan(this.options);
    this.words = memory.name("words", new Int32Array(new SharedArrayBuffer(this.plan.totalWords * 4)));
    const name = (what: string, at: number): unknown => memory.name(what, this.words.subarray(at, at + 1));
    name("idle", this.plan.idle);
    name("control", this.plan.control);
    // As `Control` has it.
    name("resting 0", this.plan.control + 2);
    for (let slot = 0; slot < this.plan.slots; slot++) name(`parker ${slot}`, this.plan.parker(slot));
  }

  data(slot: number): MemberData {
    return { buffer: this.words.buffer, plan: this.options, types, slot, id: slot + 1 };
  }

  /** One of the threads of workers, from its start to its end. */
  work(slot: number): void {
    const worker = new Worker(this.data(slot), {
      tasks,
      resolve: () => assert.fail("there are no coroutines"),
      spins: 0,
      seed: 1,
      report: (error) => assert.fail(error),
    });
    worker.run();
    worker.close();
  }

  /** Asks all workers to end, as the supervisor does. */
  close(member: Outsider): void {
    new Control(this.words, this.plan.control).raiseClosing();
    for (let slot = 0; slot < this.options.workers; slot++) member.unpark(slot);
  }
}

/** What the main thread does; then it asks for the end. */
type Main = (member: Outsider, world: World) => unknown;

function workersModel(name: string, workers: number, main: Main, expected: unknown): Model {
  return {
    name: `workers: ${name}`,
    setup(memory) {
      const world = new World(memory, workers);
      const threads: Record<string, () => unknown> = {
        main() {
          const member = new Outsider(world.data(world.plan.mainSlot), tasks);
          const result = main(member, world);
          world.close(member);
          member.settle();
          return result;
        },
      };
      for (let slot = 0; slot < workers; slot++) threads[`worker ${slot}`] = () => world.work(slot);
      return {
        threads,
        check({ main: result }) {
          assert.deepEqual(result, expected);
          const supervisor = new Outsider(world.data(world.plan.supervisorSlot), new Map());
          cancelAll(supervisor);
          supervisor.settle();
          assert.equal(supervisor.slab.available(), taskCapacity, "free records");
        },
      };
    },
  };
}

/** Waits for a result as the main thread does, but without an event loop. */
function resultOf<R>(member: Outsider, handle: TaskHandle<R>): R {
  const wait = handle.join();
  const waker = { wakes: 0, wake: () => void waker.wakes++ };
  for (;;) {
    const seen = waker.wakes;
    const result = wait.drive(waker);
    if (result !== Pending) return result;
    for (; waker.wakes === seen; member.openMail()) member.parkers[member.slot].park(Infinity);
  }
}

const addsAndJoins = (workers: number): Model =>
  workersModel(
    `${workers}, a task is given and joined`,
    workers,
    (member) => resultOf(member, member.spawn(add, { left: 1, right: 2 })),
    3,
  );

const closesAtOnce = (workers: number): Model =>
  workersModel(
    `${workers}, closed with a task that may not have begun`,
    workers,
    (member) => {
      member.detach(...numbersOf(member.spawn(add, { left: 1, right: 2 })));
    },
    undefined,
  );

function numbersOf({ generation, index }: TaskHandle<unknown>): [number, number] {
  return [index, generation];
}

const yieldsAndJoins = workersModel(
  "1, a task that yields against one that is joined",
  1,
  (member) => {
    const first = member.spawn(counts, { left: 2 });
    const second = member.spawn(add, { left: 1, right: 2 });
    return [resultOf(member, second), resultOf(member, first)];
  },
  [3, 7],
);

const forksAndJoins = workersModel(
  "2, a task starts two that nobody joins",
  2,
  (member) => {
    const fork = member.spawn(forks, {});
    const other = member.spawn(counts, { left: 1 });
    return [resultOf(member, fork), resultOf(member, other)];
  },
  [undefined, 7],
);

/** While everybody rests, the one who asked for it has all shared memory to itself, and so reads it plainly. */
const pauses = workersModel(
  "1, which rests for a moment",
  1,
  (member, world) => {
    const handle = member.spawn(counts, { left: 1 });
    member.settle();
    const control = new Control(world.words, world.plan.control);
    control.beginPause();
    member.unpark(0);
    while (!control.isResting(0)) Atomics.pause();
    const resting = restingEntries(world.words, world.plan.queue(0), queueCapacity);
    const waiting = member.inject.entries();
    assert.ok(resting.length + waiting.length <= 1, "the task is in one place");
    // Counted down to -1 when it has ended.
    const left = world.words[member.record(handle.index) + BODY];
    assert.ok(left >= -1 && left <= 1, "the task's state is whole");
    control.endPause();
    return resultOf(member, handle);
  },
  7,
);

describe("workers", () => {
  it.each([
    { model: pauses, preemptions: 1 },
    { model: addsAndJoins(1), preemptions: 2 },
    { model: addsAndJoins(2), preemptions: 0 },
    { model: closesAtOnce(1), preemptions: 2 },
    { model: closesAtOnce(2), preemptions: 1 },
    { model: yieldsAndJoins, preemptions: 1 },
  ])("$model.name", ({ model, preemptions }) => {
    expectCorrect(model, { preemptions });
  });

  it("search, steal and sleep, on schedules by chance", () => {
    expectCorrectByChance(addsAndJoins(2), { schedules: 500, seed: 1, changes: 3 });
    expectCorrectByChance(forksAndJoins, { schedules: 500, seed: 1, changes: 3 });
  });
});

describe("a model notices when", () => {
  it("a worker is not unparked", () => {
    expectNoticed(addsAndJoins(1), withoutNotify("parker 0"), {}, ["deadlock"]);
  });

  it("the main thread is not unparked", () => {
    expectNoticed(addsAndJoins(1), withoutNotify("parker 1"), {}, ["deadlock"]);
  });

  it("a worker goes to sleep without saying so", () => {
    const silent = instead("add", "idle", (checked, view, index) => checked.load(view, index));
    expectNoticed(addsAndJoins(1), silent, {}, ["deadlock"]);
  });

  it("the last one to search does not look again", () => {
    // It seems not to have been the last.
    const careless = instead(
      "add",
      "idle",
      (checked, view, index, value) => checked.add(view, index, value) + (1 << 24),
    );
    expectNoticed(addsAndJoins(1), careless, { preemptions: 3 }, ["deadlock"]);
  });

  it("a worker that is to rest goes on", () => {
    // It seems to rest in the first pause already.
    const restless = instead("load", "resting 0", () => 1 << 8);
    expectNoticed(pauses, restless, {}, ["race", "assertion"]);
  });

  it("closing is not seen", () => {
    const blind = instead("or", "control", () => 0);
    expectNoticed(addsAndJoins(1), blind, {}, ["deadlock"]);
  });
});
