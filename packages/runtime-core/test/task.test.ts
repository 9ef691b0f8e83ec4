import { describe, expect, test } from "vitest";
import { asyncFn, Pending, pending, PolledAfterCompletionError, pollFn, ready } from "../src/future/index.ts";
import { JoinError, NestedRuntimeError, enter, spawn } from "../src/task/index.ts";
import { Controlled, HandDriven, thrownBy } from "./support/bench-stand.ts";

describe("a task", () => {
  test("is scheduled once, polled once per wake, and released once", () => {
    const runtime = new HandDriven();
    const future = new Controlled<number>();
    const task = runtime.spawn(future);
    expect([future.polls, runtime.scheduled]).toEqual([0, 1]);
    runtime.settle();
    expect([future.polls, runtime.scheduled]).toEqual([1, 1]);
    future.complete(3);
    expect(runtime.scheduled).toBe(2);
    runtime.settle();
    expect([future.polls, future.drops, runtime.released]).toEqual([2, 0, 1]);
    expect(runtime.poll(task)).toBe(3);
  });

  test("woken many times before it runs, runs once", () => {
    const runtime = new HandDriven();
    const future = new Controlled<void>();
    const task = runtime.spawn(future);
    task.wake();
    runtime.settle();
    task.wake();
    task.wake();
    runtime.settle();
    expect([future.polls, runtime.scheduled]).toEqual([2, 2]);
  });

  test("woken while it runs, runs again", () => {
    const runtime = new HandDriven();
    let polls = 0;
    runtime.spawn(
      pollFn((cx) => {
        cx.waker.wake();
        cx.waker.wake();
        return ++polls === 3 ? undefined : Pending;
      }),
    );
    runtime.settle();
    expect([polls, runtime.scheduled]).toEqual([3, 3]);
  });

  test("woken after it has finished, does nothing", () => {
    const runtime = new HandDriven();
    const task = runtime.spawn(ready(1));
    runtime.settle();
    task.wake();
    expect(runtime.scheduled).toBe(1);
  });

  test("has a fresh budget in each poll", () => {
    const runtime = new HandDriven();
    const budgets: number[] = [];
    runtime.spawn(
      pollFn((cx) => {
        budgets.push(cx.budget);
        cx.budget = 0;
        return cx.exhausted() && budgets.length < 3 ? Pending : undefined;
      }),
    );
    runtime.settle();
    expect(budgets).toEqual([128, 128, 128]);
  });
});

describe("a join handle", () => {
  test("wakes its one waiter when the task finishes", () => {
    const runtime = new HandDriven();
    const future = new Controlled<string>();
    const task = runtime.spawn(future);
    expect(runtime.poll(task)).toBe(Pending);
    runtime.settle();
    expect(runtime.waker.wakes).toBe(0);
    future.complete("done");
    runtime.settle();
    expect(runtime.waker.wakes).toBe(1);
    expect(runtime.poll(task)).toBe("done");
    expect(() => runtime.poll(task)).toThrow(PolledAfterCompletionError);
  });

  test("says so when what the task threw throws as soon as it is looked at", () => {
    const refuse = (): never => {
      throw new Error("do not look at this");
    };
    const thrown: unknown = new Proxy(new Error("x"), { get: refuse, getPrototypeOf: refuse });
    const runtime = new HandDriven();
    const task = runtime.spawn(
      pollFn(() => {
        throw thrown;
      }),
    );
    runtime.settle();
    expect(thrownBy(() => runtime.poll(task))).toMatchObject({
      name: "JoinError",
      message: "the task failed: (what it threw has no description)",
    });
  });

  test("throws what the task threw, as the cause of a JoinError", () => {
    const runtime = new HandDriven();
    const cause = new TypeError("broken");
    const task = runtime.spawn(
      pollFn(() => {
        throw cause;
      }),
    );
    runtime.settle();
    const error = thrownBy(() => runtime.poll(task));
    expect(error).toBeInstanceOf(JoinError);
    expect(error).toMatchObject({ reason: "failed", cause, message: "the task failed: broken" });
  });

  test("dropped, leaves the task running", () => {
    const runtime = new HandDriven();
    const future = new Controlled<number>();
    const task = runtime.spawn(future);
    runtime.settle();
    task.drop();
    future.complete(1);
    runtime.settle();
    expect([future.polls, future.drops, runtime.released]).toEqual([2, 0, 1]);
  });

  test("dropped, hands a failure to the executor instead of losing it, also a later one", () => {
    const runtime = new HandDriven();
    const before = runtime.spawn(new Controlled<void>());
    const failing = new Controlled<void>();
    const after = runtime.spawn(failing);
    runtime.settle();
    failing.fail(new Error("late"));
    after.drop();
    runtime.settle();
    before.drop();
    expect(runtime.unobserved.map((error) => error.message)).toEqual(["the task failed: late"]);

    const early = runtime.spawn(
      pollFn(() => {
        throw new Error("early");
      }),
    );
    runtime.settle();
    expect(runtime.unobserved).toHaveLength(1);
    early.drop();
    expect(runtime.unobserved[1]?.message).toBe("the task failed: early");
  });
});

describe("abort", () => {
  test("drops the future once instead of polling it again, and reports cancelled", () => {
    const runtime = new HandDriven();
    const future = new Controlled<void>();
    const task = runtime.spawn(future);
    runtime.settle();
    task.abort();
    task.abort();
    expect(future.drops).toBe(0);
    runtime.settle();
    expect([future.polls, future.drops, runtime.released]).toEqual([1, 1, 1]);
    expect(thrownBy(() => runtime.poll(task))).toMatchObject({ name: "JoinError", reason: "cancelled" });
  });

  test("before the first poll, the future is never polled", () => {
    const runtime = new HandDriven();
    const future = new Controlled<void>();
    runtime.spawn(future).abort();
    runtime.settle();
    expect([future.polls, future.drops]).toEqual([0, 1]);
  });

  test("of itself takes effect when its poll is over", () => {
    const runtime = new HandDriven();
    let polls = 0;
    const log: string[] = [];
    const task = runtime.spawn(
      asyncFn(function* () {
        try {
          polls++;
          task.abort();
          yield* pending();
        } finally {
          log.push("finally");
        }
      })(),
    );
    runtime.settle();
    expect([polls, log]).toEqual([1, ["finally"]]);
    expect(task.isFinished).toBe(true);
  });

  test("of a finished task changes nothing", () => {
    const runtime = new HandDriven();
    const task = runtime.spawn(ready("kept"));
    runtime.settle();
    task.abort();
    runtime.settle();
    expect(runtime.poll(task)).toBe("kept");
  });

  test("wins over a completion that arrives before the task runs again", () => {
    const runtime = new HandDriven();
    const future = new Controlled<number>();
    const task = runtime.spawn(future);
    runtime.settle();
    future.complete(1);
    task.abort();
    runtime.settle();
    expect(thrownBy(() => runtime.poll(task))).toMatchObject({ reason: "cancelled" });
  });

  test("reports a failure when dropping the future throws", () => {
    const runtime = new HandDriven();
    const task = runtime.spawn(
      asyncFn(function* () {
        try {
          yield* pending();
        } finally {
          // eslint-disable-next-line no-unsafe-finally -- what is tested
          throw new Error("in finally");
        }
      })(),
    );
    runtime.settle();
    task.abort();
    runtime.settle();
    expect(thrownBy(() => runtime.poll(task))).toMatchObject({ reason: "failed", message: /in finally/ });
  });

  test("wakes the waiter of the handle", () => {
    const runtime = new HandDriven();
    const task = runtime.spawn(pending());
    runtime.settle();
    runtime.poll(task);
    task.abort();
    runtime.settle();
    expect(runtime.waker.wakes).toBe(1);
  });
});

describe("the runtime of the poll in progress", () => {
  test("is where spawn starts tasks", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const task = runtime.spawn(
      asyncFn(function* () {
        const child = spawn(
          asyncFn(function* () {
            log.push("child");
            return yield* ready(5);
          })(),
        );
        log.push("parent goes on first");
        return yield* child;
      })(),
    );
    runtime.settle();
    expect(log).toEqual(["parent goes on first", "child"]);
    expect(runtime.poll(task)).toBe(5);
  });

  test("there is none outside", () => {
    expect(() => spawn(ready(1))).toThrow(/no runtime here/);
  });

  test("cannot be nested", () => {
    const { context } = new HandDriven();
    expect(() => enter(context, () => enter(context, () => 1))).toThrow(NestedRuntimeError);
    expect(enter(context, () => 2)).toBe(2);
  });
});
