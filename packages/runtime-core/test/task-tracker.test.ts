import { describe, expect, test } from "vitest";
import { asyncFn, AwaitOutsidePollError, Pending, pollFn, ready } from "../src/future/index.ts";
import { LocalSet, TaskTracker } from "../src/task/index.ts";
import { Controlled, HandDriven } from "./support/bench-stand.ts";

describe("a TaskTracker", () => {
  test("opens and closes, and says whether that changed anything", () => {
    const tracker = new TaskTracker();
    expect([tracker.isClosed, tracker.reopen()]).toEqual([false, false]);
    expect([tracker.close(), tracker.close(), tracker.isClosed]).toEqual([true, false, true]);
    expect([tracker.reopen(), tracker.reopen(), tracker.isClosed]).toEqual([true, false, false]);
  });

  test("counts tokens until they are dropped, each once", () => {
    const tracker = new TaskTracker();
    const tokens = Array.from({ length: 10 }, () => tracker.token());
    expect(tracker.size).toBe(10);
    for (const token of tokens) {
      token.drop();
      token[Symbol.dispose]();
    }
    expect(tracker.size).toBe(0);
  });

  test("counts a task from the spawn until it has finished, failed or been dropped", () => {
    const runtime = new HandDriven();
    const tracker = new TaskTracker();
    const futures = Array.from({ length: 4 }, () => new Controlled<number>());
    const handles = futures.map((future) => tracker.spawnOn(runtime, future, { name: "tracked" }));
    expect([tracker.size, handles[0].name]).toEqual([4, "tracked"]);
    runtime.settle();
    futures[0].complete(1);
    futures[1].fail(new Error("broken"));
    handles[2].abort();
    handles[3].drop();
    runtime.settle();
    expect(tracker.size).toBe(1);
    futures[3].complete(4);
    runtime.settle();
    expect([tracker.size, handles[0].take()]).toEqual([0, 1]);
  });

  test("spawns where the caller runs, and where it is told", () => {
    const runtime = new HandDriven();
    const tracker = new TaskTracker();
    const task = runtime.spawn(
      asyncFn(function* () {
        return yield* tracker.spawn(ready(5));
      })(),
    );
    runtime.settle();
    expect(task.take()).toBe(5);
    const local = new LocalSet();
    tracker.spawnOn(local, ready(6));
    expect([local.size, tracker.size]).toEqual([1, 1]);
    expect(() => tracker.spawn(ready(1))).toThrow(AwaitOutsidePollError);
  });

  test("counts also what a set that is gone drops at once", () => {
    const gone = new LocalSet();
    gone.drop();
    const tracker = new TaskTracker();
    tracker.spawnOn(gone, ready(1));
    expect(tracker.size).toBe(0);
  });

  test("counts a tracked future until it is dropped, even if dropping it fails", () => {
    const tracker = new TaskTracker();
    const future = new Controlled<number>();
    future.drop = () => {
      throw new Error("in drop");
    };
    const tracked = tracker.trackFuture(future);
    expect(tracker.size).toBe(1);
    expect(() => tracked.drop()).toThrow("in drop");
    expect(tracker.size).toBe(0);
  });
});

describe("waiting for a TaskTracker", () => {
  test("ends at once when it is closed and empty, also if it is reopened before the wait is polled", () => {
    const runtime = new HandDriven();
    const tracker = new TaskTracker();
    tracker.close();
    const wait = tracker.wait();
    tracker.reopen();
    expect(runtime.poll(wait)).toBe(undefined);
    expect(runtime.poll(tracker.wait())).toBe(Pending);
  });

  test("ends when it is closed while empty, also if it is reopened at once", () => {
    const runtime = new HandDriven();
    const tracker = new TaskTracker();
    const [polled, unpolled] = [tracker.wait(), tracker.wait()];
    expect(runtime.poll(polled)).toBe(Pending);
    tracker.close();
    expect(runtime.waker.wakes).toBe(1);
    tracker.reopen();
    expect([runtime.poll(polled), runtime.poll(unpolled)]).toEqual([undefined, undefined]);
  });

  test("ends with the last task of a closed tracker, also if another is spawned before the wait is polled again", () => {
    const runtime = new HandDriven();
    const tracker = new TaskTracker();
    tracker.close();
    const [first, second] = [tracker.token(), tracker.token()];
    const wait = tracker.wait();
    expect(runtime.poll(wait)).toBe(Pending);
    first.drop();
    expect(runtime.waker.wakes).toBe(0);
    second.drop();
    expect(runtime.waker.wakes).toBe(1);
    tracker.token();
    expect(runtime.poll(wait)).toBe(undefined);
    expect(runtime.poll(tracker.wait())).toBe(Pending);
  });

  test("does not end while the tracker is open, however often it is empty", () => {
    const runtime = new HandDriven();
    const tracker = new TaskTracker();
    const wait = tracker.wait();
    for (let i = 0; i < 3; i++) {
      expect(runtime.poll(wait)).toBe(Pending);
      tracker.token().drop();
    }
    expect([runtime.poll(wait), runtime.waker.wakes]).toEqual([Pending, 0]);
  });

  test("wakes everybody who waits, once", () => {
    const runtime = new HandDriven();
    const tracker = new TaskTracker();
    const token = tracker.token();
    const waits = Array.from({ length: 5 }, () => tracker.wait());
    for (const wait of waits) expect(runtime.poll(wait)).toBe(Pending);
    tracker.close();
    expect(runtime.waker.wakes).toBe(0);
    token.drop();
    expect(runtime.waker.wakes).toBe(5);
    for (const wait of waits) expect(runtime.poll(wait)).toBe(undefined);
  });

  test("ends when the tracker is closed by the task that is its last", () => {
    const runtime = new HandDriven();
    const tracker = new TaskTracker();
    tracker.spawnOn(
      runtime,
      pollFn(() => {
        tracker.close();
        return undefined;
      }),
    );
    const wait = runtime.spawn(tracker.wait());
    runtime.settle();
    expect(wait.isFinished).toBe(true);
  });
});
