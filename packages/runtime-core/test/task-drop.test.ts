// Every future of the task module is dropped at each of its awaits.
import { describe, expect, test } from "vitest";
import { type Future, Pending, PolledAfterCompletionError } from "../src/future/index.ts";
import { JoinSet, LocalSet, TaskLocal, TaskTracker } from "../src/task/index.ts";
import { Controlled, HandDriven } from "./support/bench-stand.ts";
import { expectDroppableEverywhere, type Leaf } from "./support/drop-everywhere.ts";

/** A future that owns one leaf, and is ready when the leaf is. */
const owning: Record<string, (leaf: Leaf) => Future<unknown>> = {
  "a task-local's scope": (leaf) => new TaskLocal<number>().scope(1, leaf),
  "a tracked future": (leaf) => new TaskTracker().trackFuture(leaf),
  "LocalSet.runUntil": (leaf) => new LocalSet().runUntil(leaf),
};

describe.each(Object.entries(owning))("%s", (_, make) => {
  test("dropped at any await holds, loses and wakes nothing", () => {
    expectDroppableEverywhere(({ leaf }) => {
      const part = leaf();
      return { future: make(part), events: [() => part.complete(1)] };
    });
  });

  test("dropped at any await of what fails, the same", () => {
    expectDroppableEverywhere(({ leaf }) => {
      const part = leaf();
      return { future: make(part), events: [() => part.fail(new Error("broken"))] };
    });
  });
});

/** A future that waits for a task without owning it, and the event that makes it ready. */
const observing: Record<string, (runtime: HandDriven, inner: Controlled<number>) => Future<unknown>> = {
  "a join handle": (runtime, inner) => runtime.spawn(inner),
  "JoinSet.joinNext": (runtime, inner) => {
    const set = new JoinSet<number>();
    set.spawnOn(runtime, inner);
    return set.joinNext();
  },
  "TaskTracker.wait": (runtime, inner) => {
    const tracker = new TaskTracker();
    tracker.spawnOn(runtime, inner);
    tracker.close();
    return tracker.wait();
  },
};

describe.each(Object.entries(observing))("%s", (_, make) => {
  test.each([0, 1, 2])("dropped after %d polls lets the task go on, and is not woken by its end", (polls) => {
    const runtime = new HandDriven();
    const inner = new Controlled<number>();
    const future = make(runtime, inner);
    runtime.settle();
    for (let i = 0; i < polls; i++) expect(runtime.poll(future)).toBe(Pending);
    future.drop();
    future.drop();
    inner.complete(1);
    runtime.settle();
    expect([runtime.waker.wakes, inner.drops, runtime.released]).toEqual([0, 0, 1]);
    expect(() => runtime.poll(future)).toThrow(PolledAfterCompletionError);
  });

  test("woken and then dropped has no part in it any more", () => {
    const runtime = new HandDriven();
    const inner = new Controlled<number>();
    const future = make(runtime, inner);
    runtime.settle();
    expect(runtime.poll(future)).toBe(Pending);
    inner.complete(1);
    runtime.settle();
    expect(runtime.waker.wakes).toBe(1);
    future.drop();
    expect(() => runtime.poll(future)).toThrow(PolledAfterCompletionError);
    expect(runtime.unobserved).toEqual([]);
  });

  test("run to its end says so when it is polled again", () => {
    const runtime = new HandDriven();
    const inner = new Controlled<number>();
    const future = make(runtime, inner);
    runtime.settle();
    inner.complete(1);
    runtime.settle();
    expect(runtime.poll(future)).not.toBe(Pending);
    expect(() => runtime.poll(future)).toThrow(PolledAfterCompletionError);
    future.drop();
  });
});

/** A future that aborts the set's tasks when it is dropped, or from its first poll on. */
const aborting: Record<string, (set: JoinSet<number>) => Future<unknown>> = {
  "JoinSet.joinAll": (set) => set.joinAll(),
  "JoinSet.shutdown": (set) => set.shutdown(),
};

describe.each(Object.entries(aborting))("%s", (_, make) => {
  test.each([0, 1, 2])("dropped after %d polls leaves no task running that it was to stop", (polls) => {
    const runtime = new HandDriven();
    const set = new JoinSet<number>();
    const inners = [new Controlled<number>(), new Controlled<number>()];
    for (const inner of inners) set.spawnOn(runtime, inner);
    runtime.settle();
    const future = make(set);
    for (let i = 0; i < polls; i++) expect(runtime.poll(future)).toBe(Pending);
    future.drop();
    future.drop();
    runtime.settle();
    const stopped = polls > 0 ? 1 : 0;
    expect(inners.map((inner) => inner.drops)).toEqual([stopped, stopped]);
    expect(runtime.waker.wakes).toBe(0);
    expect(() => runtime.poll(future)).toThrow(PolledAfterCompletionError);
    set.drop();
  });
});

describe("LocalSet", () => {
  test.each([0, 1, 2])("dropped after %d polls drops each of its tasks once", (polls) => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const inners = [new Controlled<number>(), new Controlled<number>()];
    for (const inner of inners) set.spawnLocal(inner);
    for (let i = 0; i < polls; i++) expect(runtime.poll(set)).toBe(Pending);
    set.drop();
    set.drop();
    expect(inners.map((inner) => [inner.drops, inner.waker])).toEqual([
      [1, null],
      [1, null],
    ]);
    expect(runtime.waker.wakes).toBe(0);
    expect(() => runtime.poll(set)).toThrow(PolledAfterCompletionError);
  });
});
