import { Worker } from "node:worker_threads";
import { asyncFn, pending, pollFn, Pending, ready, yieldNow, type Future } from "@pollab/runtime-core/future";
import { type Driver, type JoinHandle, NestedRuntimeError, spawn } from "@pollab/runtime-core/task";
import { join, select } from "@pollab/runtime-core/combinators";
import { advance, Instant, pause, PausedClock, resume, sleep, timeout } from "@pollab/runtime-core/time";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { busyBlockOn, CurrentThread, Parker } from "../src/index.ts";

/** A driver that records how it is used, and that a test can give events. */
class RecordingDriver implements Driver {
  readonly calls: string[] = [];
  readonly events: (() => void)[] = [];
  park(timeoutMs: number): void {
    this.calls.push(`park ${timeoutMs}`);
    const event = this.events.shift();
    if (event === undefined) throw new Error("parked for ever");
    event();
  }
  poll(): void {
    this.calls.push("poll");
  }
  unpark(): void {}
  close(): void {
    this.calls.push("close");
  }
}

describe("blockOn", () => {
  test("returns the value and throws the failure itself, not wrapped", () => {
    const runtime = new CurrentThread();
    expect(runtime.blockOn(ready(3))).toBe(3);
    const failure = new TypeError("original");
    expect(() =>
      runtime.blockOn(
        pollFn(() => {
          throw failure;
        }),
      ),
    ).toThrow(failure);
  });

  test("runs what is spawned meanwhile, in the order of waking", () => {
    const runtime = new CurrentThread();
    const log: string[] = [];
    const worker = asyncFn(function* (name: string) {
      log.push(`${name} starts`);
      yield* yieldNow();
      log.push(`${name} ends`);
    });
    runtime.blockOn(
      asyncFn(function* () {
        const handles = [spawn(worker("a")), spawn(worker("b"))];
        for (const handle of handles) yield* handle;
      })(),
    );
    expect(log).toEqual(["a starts", "b starts", "a ends", "b ends"]);
  });

  test("leaves unfinished tasks for the next call", () => {
    const runtime = new CurrentThread();
    let steps = 0;
    runtime.spawn(
      asyncFn(function* () {
        for (;;) {
          steps++;
          yield* yieldNow();
        }
      })(),
    );
    runtime.blockOn(yieldNow());
    const before = steps;
    expect(before).toBeGreaterThan(0);
    runtime.blockOn(yieldNow());
    expect(steps).toBeGreaterThan(before);
    runtime.close();
  });

  test("inside a task is refused with advice", () => {
    const runtime = new CurrentThread();
    const nested = asyncFn(function* () {
      yield* ready(0);
      runtime.blockOn(ready(1));
    });
    expect(() => runtime.blockOn(nested())).toThrow(NestedRuntimeError);
    expect(runtime.blockOn(ready("still usable"))).toBe("still usable");
  });
});

describe("a tick", () => {
  test("asks the driver without waiting while tasks are woken, and parks only when none is", () => {
    const driver = new RecordingDriver();
    const runtime = new CurrentThread({ driver, eventInterval: 4 });
    let wake = (): void => {};
    driver.events.push(() => wake());
    runtime.blockOn(
      asyncFn(function* () {
        for (let i = 0; i < 8; i++) yield* yieldNow();
        let woken = false;
        yield* pollFn((cx) => {
          if (woken) return undefined;
          const { waker } = cx;
          wake = () => {
            woken = true;
            waker.wake();
          };
          return Pending;
        });
      })(),
    );
    // Nine polls until it waits: two full intervals of four with the queue not empty, then an empty queue.
    expect(driver.calls).toEqual(["poll", "poll", "park Infinity"]);
  });

  test("a task that always yields does not keep the others from the driver's events", () => {
    const driver = new RecordingDriver();
    let polls = 0;
    let wake = (): void => {};
    driver.poll = () => {
      if (++polls === 2) wake();
    };
    const runtime = new CurrentThread({ driver, eventInterval: 8 });
    runtime.spawn(
      asyncFn(function* () {
        for (;;) yield* yieldNow();
      })(),
    );
    let waiting = true;
    runtime.blockOn(
      pollFn((cx) => {
        const { waker } = cx;
        wake = () => {
          waiting = false;
          waker.wake();
        };
        return waiting ? Pending : undefined;
      }),
    );
    expect(polls).toBe(2);
    runtime.close();
  });

  test("waits no longer than until the next timer, which counts whole milliseconds", () => {
    let nowMs = 100.25;
    const driver = new RecordingDriver();
    driver.events.push(() => (nowMs = 113));
    const runtime = new CurrentThread({ driver, clock: { nowMs: () => nowMs } });
    runtime.blockOn(sleep(12.5));
    expect(driver.calls).toEqual(["park 12.75"]);
  });

  test("a timer that is past due waits for the driver but not in it", () => {
    let nowMs = 0;
    const driver = new RecordingDriver();
    driver.events.push(() => {});
    const runtime = new CurrentThread({ driver, clock: { nowMs: () => nowMs } });
    const nap = asyncFn(function* () {
      const inner = sleep(5);
      yield* pollFn((cx) => {
        const result = inner.poll(cx);
        nowMs = 50;
        return result;
      });
    });
    runtime.blockOn(nap());
    expect(driver.calls).toEqual(["park 0"]);
  });
});

describe("time", () => {
  test("on a paused clock an hour passes at once, in the order of the deadlines", () => {
    const clock = new PausedClock();
    const runtime = new CurrentThread({ clock });
    const log: string[] = [];
    const napper = asyncFn(function* (name: string, durationMs: number) {
      yield* sleep(durationMs);
      log.push(`${name} at ${clock.nowMs()}`);
    });
    runtime.blockOn(
      asyncFn(function* () {
        yield* join(napper("hour", 3_600_000), napper("second", 1000), napper("tie", 1000));
      })(),
    );
    expect(log).toEqual(["second at 1000", "tie at 1000", "hour at 3600000"]);
  });

  test("can be stopped from within: then it moves on by advance and by itself, and later goes on from there", () => {
    const runtime = new CurrentThread();
    const startedMs = performance.now();
    const hours = runtime.blockOn(
      asyncFn(function* () {
        pause();
        const start = Instant.now();
        yield* sleep(3_600_000);
        // A timer is up to a millisecond late.
        const slept = Math.floor(start.elapsedMs());
        yield* advance(3_600_000);
        const advanced = Math.floor(start.elapsedMs());
        resume();
        yield* sleep(1);
        return [slept, advanced, start.elapsedMs() > 7_200_000];
      })(),
    );
    expect(hours).toEqual([3_600_000, 7_200_000, true]);
    expect(performance.now() - startedMs).toBeLessThan(3_600_000);
  });

  test("a timeout ends a wait that would never end", () => {
    const runtime = new CurrentThread({ clock: new PausedClock() });
    expect(() => runtime.blockOn(timeout(7000, pending()))).toThrow(/7000 ms/);
  });

  test("on the real clock a sleep is never shorter than asked", () => {
    const runtime = new CurrentThread();
    const startMs = performance.now();
    runtime.blockOn(sleep(3.4));
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(3.4);
  });
});

describe("closing", () => {
  test("drops every unfinished task once, finally blocks included, then closes the driver", () => {
    const driver = new RecordingDriver();
    const runtime = new CurrentThread({ driver });
    const log: string[] = [];
    const waiter = asyncFn(function* (name: string) {
      try {
        yield* pending();
      } finally {
        log.push(`${name} dropped after ${driver.calls.length} driver calls`);
      }
    });
    const handles = ["a", "b"].map((name) => runtime.spawn(waiter(name)));
    runtime.blockOn(
      asyncFn(function* () {
        yield* yieldNow();
      })(),
    );
    runtime.close();
    runtime.close();
    expect(log.toSorted()).toEqual(["a dropped after 0 driver calls", "b dropped after 0 driver calls"]);
    expect(driver.calls).toEqual(["close"]);
    expect(handles.every((handle) => handle.isFinished)).toBe(true);
  });

  test("afterwards a spawned future is dropped at once and blockOn says so", () => {
    const runtime = new CurrentThread();
    runtime.close();
    let drops = 0;
    const future = pending();
    future.drop = () => void drops++;
    expect(runtime.spawn(future).isFinished).toBe(true);
    expect(drops).toBe(1);
    expect(() => runtime.blockOn(ready(1))).toThrow(/closed/);
  });

  test("by a task of its own is refused", () => {
    const runtime = new CurrentThread();
    const suicidal = asyncFn(function* () {
      yield* ready(0);
      runtime.close();
    });
    expect(() => runtime.blockOn(suicidal())).toThrow(/cannot be closed by one of its own tasks/);
  });

  test("a failure while dropping reaches the handle and does not keep other tasks alive", () => {
    const failures: string[] = [];
    const runtime = new CurrentThread({ onUnobservedFailure: (error) => void failures.push(error.message) });
    let dropped = 0;
    const waiter = asyncFn(function* (fails: boolean) {
      try {
        yield* pending();
      } finally {
        dropped++;
        if (fails) failLoudly();
      }
    });
    for (const fails of [false, true, false]) runtime.spawn(waiter(fails)).drop();
    runtime.blockOn(yieldNow());
    runtime.close();
    expect([dropped, failures]).toEqual([3, ["the task failed: in finally"]]);
  });
});

function failLoudly(): never {
  throw new Error("in finally");
}

describe("options", () => {
  test.each([0, -1, 1.5, Number.NaN])("an event interval of %d is refused with what is expected", (eventInterval) => {
    expect(() => new CurrentThread({ eventInterval })).toThrow(/integer of at least 1/);
  });

  test("the same seed makes the same random choices", () => {
    const choices = (seed: number): string => {
      const runtime = new CurrentThread({ seed });
      return runtime.blockOn(
        asyncFn(function* () {
          let trace = "";
          for (let i = 0; i < 50; i++) trace += (yield* select({ a: ready(0), b: ready(0), c: ready(0) })).branch;
          return trace;
        })(),
      );
    };
    expect(choices(7)).toBe(choices(7));
    expect(choices(7)).not.toBe(choices(8));
  });

  test("a failure of a task whose handle was dropped is reported once", () => {
    const failures: unknown[] = [];
    const runtime = new CurrentThread({ onUnobservedFailure: (error) => void failures.push(error.cause) });
    runtime
      .spawn(
        pollFn(() => {
          throw new Error("nobody looks");
        }),
      )
      .drop();
    runtime.blockOn(yieldNow());
    expect(failures).toEqual([new Error("nobody looks")]);
  });
});

describe("the parker", () => {
  test("an unpark before the park ends it, once", () => {
    const word = new Int32Array(new SharedArrayBuffer(4));
    const parker = new Parker(word);
    parker.unpark();
    expect(word[0]).toBe(1);
    // Bounded, so that a lost unpark fails the test instead of hanging it.
    const elapsedMs = parkedFor(parker, 10_000);
    expect([word[0], elapsedMs < 10_000]).toEqual([0, true]);
  });

  test("one that nobody wakes waits for its time", () => {
    expect(parkedFor(new Parker(), 5)).toBeGreaterThanOrEqual(5);
  });

  test("is woken by another thread", async () => {
    const word = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(
      `const { workerData } = require("node:worker_threads");
       setTimeout(() => { Atomics.store(workerData, 0, 1); Atomics.notify(workerData, 0); }, 20);`,
      { eval: true, workerData: word },
    );
    await new Promise((resolve) => worker.once("online", resolve));
    expect(parkedFor(new Parker(word), 10_000)).toBeLessThan(10_000);
    await worker.terminate();
  });
});

/** Milliseconds that a park took; a second of slack is far from both ends of what is asserted. */
function parkedFor(parker: Parker, timeoutMs: number): number {
  const startMs = performance.now();
  parker.park(timeoutMs);
  return performance.now() - startMs;
}

describe("busyBlockOn", () => {
  test("polls again and again without being woken", () => {
    let polls = 0;
    expect(busyBlockOn(pollFn(() => (++polls === 1000 ? "done" : Pending)))).toBe("done");
    expect(polls).toBe(1000);
  });

  test("fires timers, and asks a driver for its events", () => {
    const driver = new RecordingDriver();
    busyBlockOn(sleep(1), driver);
    expect(new Set(driver.calls)).toEqual(new Set(["poll"]));
  });

  test("runs no tasks and says so", () => {
    const spawner = asyncFn(function* () {
      yield* ready(0);
      spawn(ready(1));
    });
    expect(() => busyBlockOn(spawner())).toThrow(/CurrentThread/);
  });
});

// Random task trees that yield, sleep, spawn, join and abort; every task that was started is finished exactly once, whatever
// the order, and nothing is left.
describe("any set of tasks", () => {
  type Plan = { readonly steps: readonly ("yield" | number | Plan)[]; readonly abortAfter: number | null };
  const plan: fc.Arbitrary<Plan> = fc.letrec<{ plan: Plan }>((tie) => ({
    plan: fc.record({
      steps: fc.array(fc.oneof({ depthSize: "small" }, fc.constant("yield" as const), fc.nat(20), tie("plan")), {
        maxLength: 4,
      }),
      abortAfter: fc.option(fc.nat(3)),
    }),
  })).plan;

  test("comes to an end with each started body left exactly once", () => {
    fc.assert(
      fc.property(plan, fc.integer({ min: 1, max: 5 }), (main, eventInterval) => {
        const runtime = new CurrentThread({ clock: new PausedClock(), eventInterval, seed: 1 });
        let entered = 0;
        let left = 0;
        const run: (p: Plan) => Future<void> = asyncFn(function* (p: Plan) {
          entered++;
          const children: JoinHandle<void>[] = [];
          try {
            for (const step of p.steps) {
              if (step === "yield") yield* yieldNow();
              else if (typeof step === "number") yield* sleep(step);
              else {
                const child = spawn(run(step));
                children.push(child);
                if (step.abortAfter !== null) {
                  for (let i = 0; i < step.abortAfter; i++) yield* yieldNow();
                  child.abort();
                }
              }
            }
            for (const child of children) {
              try {
                yield* child;
              } catch (error) {
                expect(error).toMatchObject({ reason: "cancelled" });
              }
            }
          } finally {
            left++;
          }
        });
        runtime.blockOn(run(main));
        runtime.close();
        expect(left).toBe(entered);
        expect([runtime.timers.size, runtime.liveTasks]).toEqual([0, 0]);
      }),
      { numRuns: 300 },
    );
  });
});
