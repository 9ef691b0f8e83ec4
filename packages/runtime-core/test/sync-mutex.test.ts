import { describe, expect, test } from "vitest";
import { asyncFn, Pending, PolledAfterCompletionError, yieldNow } from "../src/future/index.ts";
import { GuardDroppedError, Mutex } from "../src/sync/index.ts";
import { ElapsedError, sleep, timeout } from "../src/time/index.ts";
import { Controlled, HandDriven, thrownBy } from "./support/bench-stand.ts";
import { now, Probe, waiting } from "./support/probe.ts";

describe("a mutex", () => {
  test("that is free is locked at the first poll, and lets its value be changed", () => {
    const mutex = new Mutex(100);
    {
      using guard = now(mutex.lock());
      guard.value += 1;
    }
    expect(now(mutex.lock()).value).toBe(101);
  });

  test("wakes the next in line once when it is unlocked, and hands over", () => {
    const mutex = new Mutex("x");
    const first = now(mutex.lock());
    const [second, third] = [waiting(mutex.lock()), waiting(mutex.lock())];
    expect(second.poll()).toBe(Pending);
    first.drop();
    expect([second.wakes, third.wakes]).toEqual([1, 0]);
    // On its way to the second, it is not free.
    expect(mutex.tryLock()).toBe(null);
    expect(new Probe(mutex.lock()).poll()).toBe(Pending);
    const guard = second.poll();
    if (guard === Pending) throw new Error("the lock was handed over");
    guard.drop();
    expect([second.wakes, third.wakes]).toEqual([1, 1]);
  });

  test("is not locked by a future that was never polled", () => {
    const mutex = new Mutex(0);
    mutex.lock();
    mutex.lock().drop();
    expect(mutex.tryLock()).not.toBe(null);
  });

  test("goes to the next when the one that waited, or was woken, is dropped", () => {
    const mutex = new Mutex(0);
    const guard = now(mutex.lock());
    const [a, b, c] = [1, 2, 3].map(() => waiting(mutex.lock()));
    a.drop();
    guard.drop();
    expect([a.wakes, b.wakes, c.wakes]).toEqual([0, 1, 0]);
    b.drop();
    expect(c.wakes).toBe(1);
    c.drop();
    expect(mutex.tryLock()).not.toBe(null);
  });

  test("is not blocked by a lock that timed out while it waited", () => {
    const runtime = new HandDriven();
    const mutex = new Mutex(0);
    const guard = now(mutex.lock());
    const impatient = runtime.spawn(timeout(5, mutex.lock()));
    runtime.settle();
    runtime.clock.advance(5);
    runtime.timers.fire();
    runtime.settle();
    const error = thrownBy(() => runtime.poll(impatient));
    expect(error instanceof Error && error.cause).toBeInstanceOf(ElapsedError);
    guard.drop();
    expect(mutex.tryLock()).not.toBe(null);
  });

  test("is unlocked by a task that is dropped while it holds the lock", () => {
    const runtime = new HandDriven();
    const mutex = new Mutex(0);
    const holder = asyncFn(function* () {
      using guard = yield* mutex.lock();
      guard.value++;
      yield* sleep(1000);
    });
    const task = runtime.spawn(holder());
    runtime.settle();
    expect(mutex.tryLock()).toBe(null);
    task.abort();
    runtime.settle();
    expect(mutex.tryLock()?.value).toBe(1);
  });

  test("is unlocked, and not poisoned, by an error", () => {
    const runtime = new HandDriven();
    const mutex = new Mutex(0);
    const failing = asyncFn(function* () {
      using guard = yield* mutex.lock();
      guard.value = 1;
      throw new Error("halfway");
    });
    expect(() => runtime.poll(failing())).toThrow("halfway");
    expect(mutex.tryLock()?.value).toBe(1);
  });

  test("can be tried: the guard when it is free, null when it is not", () => {
    const mutex = new Mutex(5);
    const guard = mutex.tryLock();
    expect(guard?.value).toBe(5);
    expect(mutex.tryLock()).toBe(null);
    guard?.drop();
    expect(mutex.tryLock()).not.toBe(null);
  });

  test("loses no update of tasks that wait while they hold it, and serves them in order", () => {
    const runtime = new HandDriven();
    const mutex = new Mutex(0);
    const order: number[] = [];
    const add = asyncFn(function* (name: number) {
      for (let i = 0; i < 3; i++) {
        using guard = yield* mutex.lock();
        order.push(name);
        const before = guard.value;
        yield* yieldNow();
        guard.value = before + 1;
      }
    });
    for (const name of [1, 2, 3]) runtime.spawn(add(name));
    runtime.settle();
    expect(order).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3]);
    expect(mutex.tryLock()?.value).toBe(9);
  });

  test("lets other tasks run when a task locks it again and again", () => {
    const runtime = new HandDriven();
    const mutex = new Mutex(0);
    const greedy = asyncFn(function* () {
      for (;;) {
        using guard = yield* mutex.lock();
        guard.value++;
      }
    });
    runtime.spawn(greedy());
    runtime.step();
    expect([mutex.tryLock()?.value, runtime.queue.length]).toEqual([128, 1]);
  });

  test("is locked by no future that was polled to its end", () => {
    const mutex = new Mutex(0);
    const probe = new Probe(mutex.lock());
    probe.poll();
    expect(() => probe.poll()).toThrow(PolledAfterCompletionError);
    probe.drop();
    expect(mutex.tryLock()).toBe(null);
  });
});

describe("a guard", () => {
  test("gives no access once it was dropped, also when the mutex is locked again", () => {
    const mutex = new Mutex(1);
    const stale = now(mutex.lock());
    stale.drop();
    const holder = now(mutex.lock());
    expect(() => stale.value).toThrow(GuardDroppedError);
    expect(() => (stale.value = 2)).toThrow(GuardDroppedError);
    expect(holder.value).toBe(1);
  });

  test("unlocks once, however often it is dropped", () => {
    const mutex = new Mutex(1);
    const stale = now(mutex.lock());
    stale.drop();
    const holder = now(mutex.lock());
    stale.drop();
    stale[Symbol.dispose]();
    expect(mutex.tryLock()).toBe(null);
    holder.drop();
  });

  test("may be held across an await and handed to another task", () => {
    const runtime = new HandDriven();
    const mutex = new Mutex("start");
    const gate = new Controlled<void>();
    const guard = now(mutex.lock());
    const finish = asyncFn(function* () {
      using owned = guard;
      yield* gate;
      owned.value = "end";
    });
    runtime.spawn(finish());
    runtime.settle();
    expect(mutex.tryLock()).toBe(null);
    gate.complete();
    runtime.settle();
    expect(mutex.tryLock()?.value).toBe("end");
  });
});
