import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { join, select } from "../src/combinators/index.ts";
import {
  asyncFn,
  currentContext,
  type Suspension,
  Pending,
  pending,
  PolledAfterCompletionError,
  pollFn,
  ready,
  yieldNow,
} from "../src/future/index.ts";
import {
  currentTaskId,
  enter,
  type JoinHandle,
  LocalSet,
  NestedRuntimeError,
  spawn,
  spawnLocal,
} from "../src/task/index.ts";
import { sleep } from "../src/time/index.ts";
import { Controlled, HandDriven, thrownBy } from "./support/bench-stand.ts";

describe("a LocalSet", () => {
  test("runs its tasks while it is awaited, and ends with the last", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const future = new Controlled<number>();
    const handle = set.spawnLocal(future, { name: "local" });
    expect([handle.name, future.polls]).toEqual(["local", 0]);
    expect(runtime.poll(set)).toBe(Pending);
    expect([future.polls, set.size]).toEqual([1, 1]);
    future.complete(3);
    expect(runtime.waker.wakes).toBe(1);
    expect(runtime.poll(set)).toBe(undefined);
    expect([handle.take(), set.size, runtime.scheduled]).toEqual([3, 0, 0]);
  });

  test("can be filled and awaited again after its end", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    expect(runtime.poll(set)).toBe(undefined);
    const handle = set.spawnLocal(ready(1));
    expect(runtime.poll(set)).toBe(undefined);
    expect(handle.take()).toBe(1);
  });

  test("is where `spawnLocal` starts tasks, from its tasks and theirs, while `spawn` starts the runtime's", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const nested = asyncFn(function* () {
      const child = spawnLocal(
        asyncFn(function* () {
          return [yield* spawnLocal(ready("grandchild")), yield* spawn(ready("the runtime's"))];
        })(),
      );
      expect(set.size).toBe(1);
      return yield* child;
    });
    const task = runtime.spawn(set.runUntil(nested()));
    runtime.settle();
    expect(task.take()).toEqual(["grandchild", "the runtime's"]);
    // The task that runs the set and the one that `spawn` started.
    expect(runtime.released).toBe(2);
    expect(() => spawnLocal(ready(1))).toThrow(/no LocalSet runs here/);
  });

  test("is not where a task of the runtime's finds itself, even if the set started it", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    let error: unknown;
    const task = runtime.spawn(
      set.runUntil(
        asyncFn(function* () {
          yield* spawn(
            pollFn(() => {
              error = thrownBy(() => spawnLocal(ready(1)));
              return undefined;
            }),
          );
        })(),
      ),
    );
    runtime.settle();
    expect(task.isFinished).toBe(true);
    expect(error).toMatchObject({ message: expect.stringContaining("no LocalSet runs here") });
  });

  test("drives all its tasks while one future is run, and leaves the rest for the next time", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const log: string[] = [];
    const worker = (name: string, turns: number) =>
      asyncFn(function* () {
        for (let i = 0; i < turns; i++) {
          log.push(name);
          yield* yieldNow();
        }
      })();
    set.spawnLocal(worker("long", 200));
    const first = runtime.spawn(set.runUntil(set.spawnLocal(worker("short", 2))));
    runtime.settle();
    expect([first.isFinished, set.size]).toEqual([true, 1]);
    const before = log.length;
    runtime.spawn(set);
    runtime.settle();
    expect([log.length > before, set.size, log.filter((name) => name === "long").length]).toEqual([true, 0, 200]);
  });

  test("lets the runtime's other tasks run after 61 turns of its own", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    let turns = 0;
    set.spawnLocal(
      asyncFn(function* () {
        for (;;) {
          turns++;
          yield* yieldNow();
        }
      })(),
    );
    runtime.spawn(set);
    runtime.step();
    expect([turns, runtime.queue.length]).toEqual([61, 1]);
    set.drop();
  });

  test("wakes whoever awaits it when a task is spawned from outside", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const run = set.runUntil(pending());
    expect(runtime.poll(run)).toBe(Pending);
    const future = new Controlled<number>();
    set.spawnLocal(future);
    set.spawnLocal(ready(2));
    expect(runtime.waker.wakes).toBe(2);
    expect(runtime.poll(run)).toBe(Pending);
    expect([future.polls, set.size]).toEqual([1, 1]);
    run.drop();
    future.complete(1);
    expect([runtime.waker.wakes, future.waker === null]).toEqual([2, false]);
    set.drop();
  });

  test("that has nothing to run does not wake itself", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const run = set.runUntil(pending());
    expect([runtime.poll(run), runtime.poll(run), runtime.waker.wakes]).toEqual([Pending, Pending, 0]);
  });

  test("awaited in two places loses no wake when one of them leaves", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const future = new Controlled<number>();
    const handle = set.spawnLocal(future);
    const first = runtime.spawn(set.runUntil(pending()));
    const second = runtime.spawn(set.runUntil(handle));
    runtime.settle();
    future.complete(1);
    first.cancel();
    runtime.settle();
    expect(second.isFinished).toBe(true);
  });

  test("awaited itself, learns that another place has run its last task", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const future = new Controlled<number>();
    const handle = set.spawnLocal(future);
    const other = runtime.spawn(set.runUntil(pending()));
    const whole = runtime.spawn(set);
    runtime.settle();
    future.complete(1);
    runtime.settle();
    expect([handle.isFinished, whole.isFinished, other.isFinished]).toEqual([true, true, false]);
    other.cancel();
  });

  test("gives its tasks a budget and an id each, but the future that it is run until shares that of its task", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const seen: unknown[] = [];
    const observe = (id: () => number) =>
      pollFn((cx) => {
        seen.push([cx.budget, currentTaskId() === id(), currentContext() === cx]);
        return undefined;
      });
    const local: JoinHandle<undefined> = set.spawnLocal(observe(() => local.id));
    const task: JoinHandle<void> = runtime.spawn(
      asyncFn(function* (): Generator<Suspension, void, unknown> {
        yield* pollFn((cx) => {
          cx.budget = 5;
          return undefined;
        });
        yield* set.runUntil(observe(() => task.id));
        yield* set.runUntil(local);
      })(),
    );
    runtime.settle();
    task.take();
    expect(seen).toEqual([
      [5, true, true],
      [128, true, true],
    ]);
  });

  test("has the runtime's timers", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const task = runtime.spawn(set.runUntil(set.spawnLocal(sleep(50))));
    runtime.settle();
    expect(runtime.timers.size).toBe(1);
    runtime.clock.advance(50);
    runtime.timers.fire();
    runtime.settle();
    expect(task.isFinished).toBe(true);
  });

  test("joins its tasks with one wake for all that are ready", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const futures = [new Controlled<number>(), new Controlled<number>()];
    const [a, b] = futures.map((future) => set.spawnLocal(future));
    const both = runtime.spawn(set.runUntil(join(a, b)));
    runtime.settle();
    futures[0].complete(1);
    futures[1].complete(2);
    runtime.settle();
    expect(both.take()).toEqual([1, 2]);
  });

  test("refuses to be a place for blocking on a runtime", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const handle = set.spawnLocal(pollFn(() => enter(runtime.context, () => 1)));
    runtime.poll(set);
    expect(thrownBy(() => handle.take())).toMatchObject({ cause: expect.any(NestedRuntimeError) });
  });

  test("aborts single tasks, which then leave it", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const future = new Controlled<number>();
    const handle = set.spawnLocal(future);
    runtime.poll(set);
    handle.abort();
    expect(runtime.waker.wakes).toBe(1);
    expect(runtime.poll(set)).toBe(undefined);
    expect([future.drops, thrownBy(() => handle.take())]).toMatchObject([1, { reason: "cancelled" }]);
  });

  test("reports failures that nobody awaits to the runtime", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const future = new Controlled<number>();
    set.spawnLocal(future).drop();
    runtime.poll(set);
    future.fail(new Error("unseen"));
    runtime.poll(set);
    expect(runtime.unobserved).toMatchObject([{ cause: { message: "unseen" } }]);
  });
});

describe("dropping a LocalSet", () => {
  test("drops each of its tasks once, those that never ran included, and takes no more", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const futures = [new Controlled<number>(), new Controlled<number>(), new Controlled<number>()];
    set.spawnLocal(futures[0]);
    runtime.poll(set);
    set.spawnLocal(futures[1]);
    set.drop();
    set.drop();
    const late = set.spawnLocal(futures[2]);
    expect(futures.map((future) => [future.polls, future.drops])).toEqual([
      [1, 1],
      [0, 1],
      [0, 1],
    ]);
    expect([set.size, late.isFinished]).toEqual([0, true]);
    expect(() => runtime.poll(set)).toThrow(PolledAfterCompletionError);
    expect(() => runtime.poll(set.runUntil(ready(1)))).toThrow(PolledAfterCompletionError);
  });

  test("happens with the task that awaits it, as the loser of a select does", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const future = new Controlled<number>();
    set.spawnLocal(future);
    expect(runtime.poll(select({ set, late: sleep(1) }))).toBe(Pending);
    const lost = new LocalSet();
    lost.spawnLocal(future);
    expect(runtime.poll(select({ lost, now: ready(1) }))).toMatchObject({ branch: "now" });
    expect(lost.size).toBe(0);
  });

  test("by one of its own tasks is refused", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const handle = set.spawnLocal(pollFn(() => set.drop()));
    runtime.poll(set);
    expect(thrownBy(() => handle.take())).toMatchObject({ cause: { message: expect.stringContaining("abort them") } });
  });

  test("may end what a task of it wakes, spawns or releases in its `finally` block", () => {
    const runtime = new HandDriven();
    const set = new LocalSet();
    const log: string[] = [];
    const other = set.spawnLocal(pending());
    set.spawnLocal(
      asyncFn(function* () {
        try {
          yield* pending();
        } finally {
          other.abort();
          log.push(set.spawnLocal(ready(1)).isFinished ? "cancelled at once" : "alive");
        }
      })(),
    );
    runtime.poll(set);
    set.drop();
    expect([log, set.size]).toEqual([["cancelled at once"], 0]);
  });
});

describe("any tasks of a LocalSet", () => {
  const program = fc.array(fc.array(fc.oneof(fc.constant("yield" as const), fc.nat(5)), { maxLength: 5 }), {
    maxLength: 20,
  });

  test("finish, each once, whatever they wait for and however the set is awaited", () => {
    fc.assert(
      fc.property(program, fc.array(fc.boolean(), { maxLength: 10 }), (plans, ways) => {
        const runtime = new HandDriven();
        const set = new LocalSet();
        let finished = 0;
        const handles = plans.map((plan) =>
          set.spawnLocal(
            asyncFn(function* () {
              for (const step of plan) {
                if (step === "yield") yield* yieldNow();
                else yield* sleep(step);
              }
              finished++;
            })(),
          ),
        );
        for (const [i, whole] of [...ways, true].entries()) runtime.spawn(whole ? set : set.runUntil(sleep(i)));
        for (let ms = 0; ms < 40; ms++) {
          runtime.settle();
          runtime.clock.advance(1);
          runtime.timers.fire();
        }
        expect([finished, set.size, runtime.timers.size]).toEqual([plans.length, 0, 0]);
        expect(handles.every((handle) => handle.isFinished)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
