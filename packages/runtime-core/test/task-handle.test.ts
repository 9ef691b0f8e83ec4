import { describe, expect, test } from "vitest";
import { shared } from "../src/combinators/index.ts";
import { asyncFn, lazy, Pending, pending, PolledAfterCompletionError, pollFn, ready } from "../src/future/index.ts";
import { FuturesUnordered } from "../src/group/index.ts";
import { currentTaskId, spawn, tryCurrentTaskId } from "../src/task/index.ts";
import { Controlled, CountingWaker, HandDriven, thrownBy } from "./support/bench-stand.ts";

const failing = (cause: unknown) =>
  pollFn<never>(() => {
    throw cause;
  });

describe("a task's identity", () => {
  test("is a number that no other task has, and a name if it was given one", () => {
    const runtime = new HandDriven();
    const [a, b, c] = [runtime.spawn(ready(1)), runtime.spawn(ready(1), { name: "b" }), runtime.spawn(ready(1), {})];
    expect(new Set([0, a.id, b.id, c.id]).size).toBe(4);
    expect([a.name, b.name, c.name]).toEqual([undefined, "b", undefined]);
  });

  test("is known to what it polls, and to nobody outside", () => {
    const runtime = new HandDriven();
    const ids = asyncFn(function* () {
      const outer = currentTaskId();
      const child = spawn(
        asyncFn(function* () {
          yield* ready(0);
          return currentTaskId();
        })(),
        { name: "child" },
      );
      expect(child.name).toBe("child");
      return [outer, tryCurrentTaskId(), child.id, yield* child, currentTaskId()];
    });
    const task = runtime.spawn(ids());
    runtime.settle();
    const [first, second, childId, childsOwn, last] = runtime.poll(task) as number[];
    expect([first, second, last]).toEqual([task.id, task.id, task.id]);
    expect(childsOwn).toBe(childId);
    expect(tryCurrentTaskId()).toBe(null);
    expect(() => currentTaskId()).toThrow(/no task runs here/);
  });

  test("is known also to what is woken and polled as a part of it", () => {
    const runtime = new HandDriven();
    const inGroup = () => new FuturesUnordered([lazy(currentTaskId)]).next();
    const ids = asyncFn(function* () {
      return [yield* inGroup(), yield* shared(lazy(currentTaskId)), yield* shared(inGroup()), currentTaskId()];
    });
    const task = runtime.spawn(ids());
    runtime.settle();
    expect(task.take()).toEqual([task.id, task.id, task.id, task.id]);
  });

  test("is in the errors that joining it throws", () => {
    const runtime = new HandDriven();
    const failed = runtime.spawn(failing(new Error("broken")), { name: "importer" });
    const cancelled = runtime.spawn(pending(), { name: "importer" });
    const nameless = runtime.spawn(pending());
    cancelled.abort();
    nameless.abort();
    runtime.settle();
    expect(thrownBy(() => failed.take())).toMatchObject({
      message: 'the task "importer" failed: broken',
      taskId: failed.id,
      reason: "failed",
    });
    expect(thrownBy(() => cancelled.take())).toMatchObject({
      message: 'the task "importer" was cancelled',
      taskId: cancelled.id,
    });
    expect(thrownBy(() => nameless.take())).toMatchObject({ message: "the task was cancelled" });
  });
});

describe("a coroutine that was spawned", () => {
  test("belongs to its task: whoever made it can neither poll nor drop it", () => {
    const runtime = new HandDriven();
    const gate = new Controlled<number>();
    const future = asyncFn(function* (plus: number) {
      return (yield* gate) + plus;
    })(1);
    const task = runtime.spawn(future);
    future.drop();
    expect(() => runtime.poll(future)).toThrow(PolledAfterCompletionError);
    runtime.settle();
    future.drop();
    expect(() => runtime.poll(future)).toThrow(PolledAfterCompletionError);
    gate.complete(4);
    runtime.settle();
    expect(task.take()).toBe(5);
  });

  test("goes on where it was, if it had begun", () => {
    const runtime = new HandDriven();
    const gate = new Controlled<number>();
    let starts = 0;
    const inner = asyncFn(function* () {
      starts++;
      return yield* gate;
    });
    const future = asyncFn(function* () {
      return (yield* inner()) + 1;
    })();
    expect(runtime.poll(future)).toBe(Pending);
    const task = runtime.spawn(future);
    runtime.settle();
    gate.complete(4);
    runtime.settle();
    expect([task.take(), starts]).toEqual([5, 1]);
  });
});

describe("taking a result", () => {
  test("is possible once, without waiting", () => {
    const runtime = new HandDriven();
    const future = new Controlled<number>();
    const task = runtime.spawn(future);
    runtime.settle();
    expect(() => task.take()).toThrow(/not finished/);
    future.complete(4);
    runtime.settle();
    expect(task.take()).toBe(4);
    expect(() => task.take()).toThrow(PolledAfterCompletionError);
    expect(() => runtime.poll(task)).toThrow(PolledAfterCompletionError);
    task.drop();
  });

  test("by a waker that is called once at the end, also when that has come already", () => {
    const runtime = new HandDriven();
    const [early, late, replaced] = [new CountingWaker(), new CountingWaker(), new CountingWaker()];
    const future = new Controlled<number>();
    const task = runtime.spawn(future);
    task.wakeWhenFinished(replaced);
    task.wakeWhenFinished(early);
    runtime.settle();
    future.complete(1);
    expect(early.wakes).toBe(0);
    runtime.settle();
    task.wakeWhenFinished(late);
    expect([early.wakes, late.wakes, replaced.wakes]).toEqual([1, 1, 0]);
    task.drop();
    expect(() => task.wakeWhenFinished(late)).toThrow(PolledAfterCompletionError);
  });

  test("takes a part of the budget when it is awaited: many finished tasks are not joined in one turn", () => {
    const runtime = new HandDriven();
    const handles = Array.from({ length: 200 }, (_, i) => runtime.spawn(ready(i)));
    runtime.settle();
    let joined = 0;
    const task = runtime.spawn(
      asyncFn(function* () {
        for (const handle of handles) {
          yield* handle;
          joined++;
        }
      })(),
    );
    runtime.step();
    expect([joined, runtime.queue.length, runtime.context.budgetYields]).toEqual([128, 1, 1]);
    runtime.step();
    expect([joined, task.isFinished]).toEqual([200, true]);
  });

  test("of a dropped handle is refused", () => {
    const runtime = new HandDriven();
    const task = runtime.spawn(pending());
    task.drop();
    task.drop();
    expect(() => runtime.poll(task)).toThrow(PolledAfterCompletionError);
    expect(() => task.take()).toThrow(PolledAfterCompletionError);
  });
});

describe("an abort", () => {
  test("during the poll that finishes the task comes too late", () => {
    const runtime = new HandDriven();
    const task = runtime.spawn(
      pollFn(() => {
        task.abort();
        return 7;
      }),
    );
    runtime.settle();
    expect(task.take()).toBe(7);
  });

  test("during a poll takes effect at its end, without another turn", () => {
    const runtime = new HandDriven();
    const future = new Controlled<number>();
    const task = runtime.spawn(
      pollFn((cx) => {
        cx.waker.wake();
        task.abort();
        return future.poll(cx);
      }),
    );
    runtime.step();
    expect([task.isFinished, runtime.queue.length, runtime.released]).toEqual([true, 0, 1]);
  });

  test("of a detached task still reaches it", () => {
    const runtime = new HandDriven();
    const future = new Controlled<number>();
    const task = runtime.spawn(future);
    runtime.settle();
    task.drop();
    task.abort();
    runtime.settle();
    expect([future.drops, task.isFinished, runtime.unobserved]).toEqual([1, true, []]);
  });

  test("by its own `finally` block, or a wake there, changes nothing", () => {
    const runtime = new HandDriven();
    const task = runtime.spawn(
      asyncFn(function* () {
        try {
          yield* pending();
        } finally {
          task.wake();
          task.abort();
          task.cancel();
        }
      })(),
    );
    runtime.settle();
    task.abort();
    runtime.settle();
    expect(thrownBy(() => task.take())).toMatchObject({ reason: "cancelled" });
    expect([runtime.queue.length, runtime.released]).toEqual([0, 1]);
  });

  test("of a detached task whose drop fails is reported", () => {
    const runtime = new HandDriven();
    const future = new Controlled<number>();
    future.drop = () => {
      throw new Error("in drop");
    };
    const task = runtime.spawn(future);
    task.drop();
    task.abort();
    runtime.settle();
    expect(runtime.unobserved).toMatchObject([{ reason: "failed", cause: { message: "in drop" }, taskId: task.id }]);
  });
});

describe("cancelling at once", () => {
  test("drops a task that waits in the queue, which then does nothing", () => {
    const runtime = new HandDriven();
    const future = new Controlled<number>();
    const task = runtime.spawn(future);
    task.cancel();
    task.cancel();
    runtime.settle();
    expect([future.polls, future.drops, runtime.released]).toEqual([0, 1, 1]);
  });

  test("by the task's own poll waits until that is over", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const task = runtime.spawn(
      asyncFn(function* () {
        try {
          task.cancel();
          log.push("still running");
          yield* pending();
        } finally {
          log.push("dropped");
        }
      })(),
    );
    runtime.step();
    expect([log, task.isFinished]).toEqual([["still running", "dropped"], true]);
  });

  test("wakes the one who joins, with a waker that is called once", () => {
    const runtime = new HandDriven();
    const task = runtime.spawn(pending());
    runtime.settle();
    expect(runtime.poll(task)).toBe(Pending);
    task.cancel();
    expect(runtime.waker.wakes).toBe(1);
  });
});
