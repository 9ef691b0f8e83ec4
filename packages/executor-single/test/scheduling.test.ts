import {
  asyncFn,
  type Future,
  Pending,
  pending,
  pollFn,
  ready,
  type Waker,
  yieldNow,
} from "@pollab/runtime-core/future";
import { type BlockingPool, type Driver, spawn, type UnparkHandle } from "@pollab/runtime-core/task";
import { PausedClock, sleep } from "@pollab/runtime-core/time";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CurrentThread } from "../src/index.ts";

/** Waits until it is rung, and can be rung again. */
class Bell {
  private waker: Waker | null = null;
  private rung = false;

  ring(): void {
    this.rung = true;
    this.waker?.wake();
  }

  readonly heard = (): Future<void> =>
    pollFn((cx) => {
      if (!this.rung) {
        this.waker = cx.waker;
        return Pending;
      }
      this.rung = false;
      return undefined;
    });
}

describe("the slot", () => {
  test("lets a task that a running one wakes go ahead of those that wait already", () => {
    const log: string[] = [];
    const bell = new Bell();
    const main = asyncFn(function* () {
      spawn(
        asyncFn(function* () {
          yield* bell.heard();
          log.push("woken");
        })(),
      );
      const waiting = spawn(
        asyncFn(function* () {
          yield* yieldNow();
          log.push("waiting");
        })(),
      );
      yield* yieldNow();
      bell.ring();
      yield* waiting;
    });
    new CurrentThread().blockOn(main());
    expect(log).toEqual(["woken", "waiting"]);
  });

  test("keeps the order of several that one poll wakes", () => {
    const log: number[] = [];
    const bells = [0, 1, 2, 3].map(() => new Bell());
    const main = asyncFn(function* () {
      const handles = bells.map((bell, i) =>
        spawn(
          asyncFn(function* () {
            yield* bell.heard();
            log.push(i);
          })(),
        ),
      );
      yield* yieldNow();
      for (const bell of bells) bell.ring();
      for (const handle of handles) yield* handle;
    });
    new CurrentThread().blockOn(main());
    expect(log).toEqual([0, 1, 2, 3]);
  });

  test("is used three times in a row at most, so that two who wake each other do not starve a third", () => {
    const [there, back] = [new Bell(), new Bell()];
    let rallies = 0;
    const player = (mine: Bell, other: Bell): Future<void> =>
      asyncFn(function* () {
        for (;;) {
          yield* mine.heard();
          rallies++;
          other.ring();
        }
      })();
    const atTurn: number[] = [];
    const main = asyncFn(function* () {
      spawn(player(there, back));
      spawn(player(back, there));
      yield* yieldNow();
      there.ring();
      for (let i = 0; i < 5; i++) {
        atTurn.push(rallies);
        yield* yieldNow();
      }
    });
    const runtime = new CurrentThread();
    runtime.blockOn(main());
    // The turn of the main task's own ring fills the slot three times; each later one is one from the queue and three more.
    expect(atTurn).toEqual([0, 3, 7, 11, 15]);
    runtime.close();
  });

  test("lets a new task go ahead as well, so that what spawns one and awaits it is done before others begin", () => {
    const log: string[] = [];
    const child = asyncFn(function* (name: string) {
      yield* ready(0);
      log.push(`${name}'s child`);
    });
    const parent = asyncFn(function* (name: string) {
      yield* spawn(child(name));
      log.push(name);
    });
    const main = asyncFn(function* () {
      const handles = ["a", "b", "c"].map((name) => spawn(parent(name)));
      for (const handle of handles) yield* handle;
    });
    new CurrentThread().blockOn(main());
    expect(log).toEqual(["a's child", "a", "b's child", "b", "c's child", "c"]);
  });

  test.each([
    ["more tasks wake one another than may go ahead", 8, 1],
    ["a tick ends after one has woken another", 2, 2000],
  ])("lets whoever yields go behind those that it woke, also where %s", (_case, tasks, times) => {
    const turns: number[] = [];
    const late: number[] = [];
    const bells = Array.from({ length: tasks + 1 }, () => new Bell());
    const link = asyncFn(function* (i: number) {
      for (let time = 0; time < times; time++) {
        yield* bells[i]?.heard() ?? pending();
        turns[i] = time + 1;
        if (i + 1 === tasks) continue;
        bells[i + 1]?.ring();
        yield* yieldNow();
        if (turns[i + 1] !== time + 1) late.push(time);
      }
    });
    const main = asyncFn(function* () {
      const handles = Array.from({ length: tasks }, (_, i) => spawn(link(i)));
      yield* yieldNow();
      for (let time = 0; time < times; time++) {
        bells[0]?.ring();
        while (turns[tasks - 1] !== time + 1) yield* yieldNow();
      }
      for (const handle of handles) yield* handle;
    });
    new CurrentThread().blockOn(main());
    expect(late).toEqual([]);
  });

  test("is not for tasks that yield", () => {
    const log: string[] = [];
    const worker = asyncFn(function* (name: string) {
      for (let i = 0; i < 2; i++) {
        log.push(name);
        yield* yieldNow();
      }
    });
    const main = asyncFn(function* () {
      const handles = ["a", "b"].map((name) => spawn(worker(name)));
      for (const handle of handles) yield* handle;
    });
    new CurrentThread().blockOn(main());
    expect(log).toEqual(["a", "b", "a", "b"]);
  });

  test("that is full when the event interval ends is not forgotten", () => {
    const [there, back] = [new Bell(), new Bell()];
    let rallies = 0;
    const player = (mine: Bell, other: Bell): Future<void> =>
      asyncFn(function* () {
        while (rallies < 50) {
          yield* mine.heard();
          rallies++;
          other.ring();
        }
      })();
    for (const eventInterval of [1, 2, 3, 4]) {
      rallies = 0;
      const runtime = new CurrentThread({ eventInterval });
      const main = asyncFn(function* () {
        const handle = spawn(player(there, back));
        spawn(player(back, there));
        there.ring();
        yield* handle;
      });
      runtime.blockOn(main());
      expect(rallies).toBeGreaterThanOrEqual(50);
      runtime.close();
    }
  });
});

describe("any pattern of waking", () => {
  test("gives each task that is woken a turn, none more than is due, and all within a bound", () => {
    const rings = fc.array(fc.array(fc.nat(4), { maxLength: 4 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(rings, { minLength: 5, maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        (plans, eventInterval) => {
          const runtime = new CurrentThread({ eventInterval });
          const bells = plans.map(() => new Bell());
          const turns = plans.map(() => 0);
          const tasks = plans.map((plan, i) =>
            asyncFn(function* () {
              for (const others of plan) {
                turns[i]++;
                for (const other of others) bells[other].ring();
                yield* yieldNow();
              }
              for (;;) {
                yield* bells[i].heard();
                turns[i]++;
              }
            }),
          );
          for (const task of tasks) runtime.spawn(task());
          let steps = 0;
          runtime.blockOn(
            asyncFn(function* () {
              while (!turns.every((count, i) => count >= plans[i].length)) {
                if (++steps > 100) throw new Error("a task does not get its turn");
                yield* yieldNow();
              }
            })(),
          );
          const { polls, wakes, spawnedTasks } = runtime.metrics();
          expect(wakes + spawnedTasks).toBeGreaterThanOrEqual(polls);
          runtime.close();
          expect(runtime.liveTasks).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("metrics", () => {
  test("count tasks, turns, wakes, budget yields and parks exactly", () => {
    const runtime = new CurrentThread({ clock: new PausedClock() });
    expect(runtime.metrics()).toEqual({ spawnedTasks: 0, liveTasks: 0, polls: 0, wakes: 0, budgetYields: 0, parks: 0 });
    runtime.spawn(yieldNow());
    runtime.spawn(pending());
    runtime.blockOn(sleep(5));
    // Two turns of the first task and of the root, one of the second; wakes by the yield and by the timer.
    expect(runtime.metrics()).toEqual({ spawnedTasks: 3, liveTasks: 1, polls: 5, wakes: 2, budgetYields: 0, parks: 0 });
    runtime.close();
    expect(runtime.metrics()).toMatchObject({ spawnedTasks: 3, liveTasks: 0, polls: 5, wakes: 2 });
  });

  test("count what closing took out of the queue neither as a turn nor as a wake", () => {
    const runtime = new CurrentThread();
    runtime.spawn(pending());
    runtime.spawn(pending());
    runtime.close();
    runtime.spawn(pending());
    expect(runtime.metrics()).toMatchObject({ spawnedTasks: 2, liveTasks: 0, polls: 0, wakes: 0 });
  });

  test("count a yield for each time that a budget is used up", () => {
    const runtime = new CurrentThread();
    const handles = Array.from({ length: 300 }, () => runtime.spawn(ready(0)));
    runtime.blockOn(
      asyncFn(function* () {
        yield* yieldNow();
        for (const handle of handles) yield* handle;
      })(),
    );
    expect(runtime.metrics().budgetYields).toBe(2);
  });

  test("count how often the thread parked", () => {
    const runtime = new CurrentThread();
    runtime.blockOn(sleep(2));
    expect(runtime.metrics().parks).toBeGreaterThanOrEqual(1);
  });
});

describe("names", () => {
  test("are handed to the task, as is everything that spawn takes", () => {
    const runtime = new CurrentThread();
    expect(runtime.spawn(ready(1), { name: "n" }).name).toBe("n");
    expect(
      runtime.blockOn(
        asyncFn(function* () {
          yield* ready(0);
          return spawn(ready(1), { name: "m" }).name;
        })(),
      ),
    ).toBe("m");
  });
});

describe("a blocking pool", () => {
  class RecordingPool implements BlockingPool {
    readonly log: string[] = [];
    isBusy = false;
    waker: Waker | null = null;
    attached: UnparkHandle | null | undefined;
    call(): Future<unknown> {
      return pollFn((cx) => {
        if (this.log.includes("collect")) return "result";
        this.isBusy = true;
        this.waker = cx.waker;
        return Pending;
      });
    }
    attach(unpark: UnparkHandle | null): void {
      this.attached = unpark;
    }
    collect(): void {
      this.log.push("collect");
      this.isBusy = false;
      this.waker?.wake();
    }
    close(timeoutMs: number): boolean {
      this.log.push(`close ${timeoutMs}`);
      return timeoutMs > 100;
    }
  }

  /** Parks for no time; says when it was closed. */
  const driverLogging = (log: string[]): Driver => ({
    unparkHandle: { eventFd: 99 },
    park: () => void log.push("park"),
    poll() {},
    unpark() {},
    close: () => void log.push("driver closed"),
  });

  test("can unpark the driver, and is asked for results after each wait while it is busy, never otherwise", () => {
    const pool = new RecordingPool();
    const runtime = new CurrentThread({ blocking: pool, driver: driverLogging(pool.log) });
    expect(pool.attached).toEqual({ eventFd: 99 });
    runtime.blockOn(yieldNow());
    expect(pool.log).toEqual([]);
    expect(runtime.blockOn(pool.call())).toBe("result");
    expect(pool.log).toEqual(["park", "collect"]);
  });

  test("is closed after the tasks are dropped and before the driver, with the time that shutting down has", () => {
    const pool = new RecordingPool();
    const runtime = new CurrentThread({ blocking: pool, driver: driverLogging(pool.log) });
    const task = pending();
    task.drop = () => void pool.log.push("task dropped");
    runtime.spawn(task);
    expect([runtime.shutdownTimeout(5000), runtime.shutdownTimeout(5000)]).toEqual([true, true]);
    expect(pool.log).toEqual(["task dropped", "close 5000", "driver closed"]);
    const hurried = new CurrentThread({ blocking: new RecordingPool() });
    expect(hurried.shutdownTimeout(1)).toBe(false);
  });

  test("is refused with a driver that it cannot unpark", () => {
    const driver: Driver = { park() {}, poll() {}, unpark() {}, close() {} };
    expect(() => new CurrentThread({ blocking: new RecordingPool(), driver })).toThrow(/no unparkHandle/);
  });
});
