import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asyncFn, AwaitOutsidePollError, Pending, ready } from "../src/future/index.ts";
import { select } from "../src/combinators/index.ts";
import { JoinSet, LocalSet } from "../src/task/index.ts";
import { sleep } from "../src/time/index.ts";
import { Controlled, HandDriven, thrownBy } from "./support/bench-stand.ts";

function start<T>(count: number): { runtime: HandDriven; set: JoinSet<T>; futures: Controlled<T>[] } {
  const runtime = new HandDriven();
  const set = new JoinSet<T>();
  const futures = Array.from({ length: count }, () => new Controlled<T>());
  for (const future of futures) set.spawnOn(runtime, future);
  runtime.settle();
  return { runtime, set, futures };
}

describe("a JoinSet", () => {
  test("hands out results in the order in which the tasks finish, with the id of each", () => {
    const runtime = new HandDriven();
    const set = new JoinSet<string>();
    const [a, b] = [new Controlled<string>(), new Controlled<string>()];
    const [idA, idB] = [set.spawnOn(runtime, a).id, set.spawnOn(runtime, b, { name: "b" }).id];
    runtime.settle();
    const next = set.joinNext();
    expect(runtime.poll(next)).toBe(Pending);
    b.complete("second");
    runtime.settle();
    a.complete("first");
    runtime.settle();
    expect(set.size).toBe(2);
    expect(runtime.poll(next)).toEqual({ ok: true, id: idB, value: "second" });
    expect(runtime.poll(set.joinNext())).toEqual({ ok: true, id: idA, value: "first" });
    expect(runtime.poll(set.joinNext())).toBe(null);
    expect(set.size).toBe(0);
  });

  test("spawned and joined by a task, alternately, never holds more than was spawned", () => {
    const runtime = new HandDriven();
    const alternating = asyncFn(function* () {
      const set = new JoinSet<number>();
      expect(set.size).toBe(0);
      set.spawn(ready(1));
      set.spawn(ready(2));
      for (let i = 0; i < 16; i++) {
        expect((yield* set.joinNext())?.ok).toBe(true);
        expect(set.size).toBe(1);
        set.spawn(ready(3));
        expect(set.size).toBe(2);
      }
      return "done";
    });
    const task = runtime.spawn(alternating());
    runtime.settle();
    expect(task.take()).toBe("done");
  });

  test("wakes the task that joins once for each task that finishes while it waits", () => {
    const { runtime, set, futures } = start<number>(3);
    const next = set.joinNext();
    expect(runtime.poll(next)).toBe(Pending);
    futures[0].complete(0);
    futures[1].complete(1);
    runtime.settle();
    expect(runtime.waker.wakes).toBe(1);
    expect(runtime.poll(next)).toMatchObject({ value: 0 });
    expect(set.tryJoinNext()).toMatchObject({ value: 1 });
    expect(set.tryJoinNext()).toBe(null);
  });

  test("loses nothing when a wait for the next one is dropped", () => {
    const { runtime, set, futures } = start<number>(1);
    const loser = asyncFn(function* () {
      const won = yield* select({ next: set.joinNext(), now: ready(0) });
      return won.branch;
    });
    expect(runtime.poll(loser())).toBe("now");
    futures[0].complete(5);
    runtime.settle();
    expect(runtime.poll(set.joinNext())).toMatchObject({ value: 5 });
  });

  test("refuses a second task that waits at the same time, instead of losing a wake", () => {
    const { runtime, set } = start<number>(1);
    const first = set.joinNext();
    expect(runtime.poll(first)).toBe(Pending);
    expect(() => runtime.poll(set.joinNext())).toThrow(/in one place at a time/);
    first.drop();
    expect(runtime.poll(set.joinNext())).toBe(Pending);
  });

  test("reports a task that fails, and goes on with the others", () => {
    const { runtime, set, futures } = start<number>(2);
    futures[0].fail(new Error("one of two"));
    futures[1].complete(2);
    runtime.settle();
    expect(set.tryJoinNext()).toMatchObject({
      ok: false,
      error: { reason: "failed", cause: { message: "one of two" } },
    });
    expect(set.tryJoinNext()).toMatchObject({ ok: true, value: 2 });
    expect(runtime.unobserved).toEqual([]);
  });

  test("aborts single tasks through the handles that it gives out", () => {
    const runtime = new HandDriven();
    const set = new JoinSet<number>();
    const handles = [1, 2, 3, 4].map((n) =>
      set.spawnOn(
        runtime,
        asyncFn(function* () {
          yield* sleep(10);
          return n;
        })(),
      ),
    );
    runtime.settle();
    handles[0].abort();
    handles[2].abort();
    runtime.clock.advance(10);
    runtime.timers.fire();
    runtime.settle();
    const outcomes = Array.from({ length: 4 }, () => set.tryJoinNext());
    expect(outcomes.filter((outcome) => outcome?.ok === true)).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome?.ok === false && outcome.error.reason === "cancelled")).toHaveLength(2);
  });

  test("aborts all, and keeps them until they are joined; a finished one keeps its result", () => {
    const { runtime, set, futures } = start<number>(4);
    futures[3].complete(3);
    runtime.settle();
    set.abortAll();
    set.abortAll();
    expect([set.size, futures.map((future) => future.drops)]).toEqual([4, [0, 0, 0, 0]]);
    runtime.settle();
    expect(futures.map((future) => future.drops)).toEqual([1, 1, 1, 0]);
    expect(set.tryJoinNext()).toMatchObject({ ok: true, value: 3 });
    for (let i = 0; i < 3; i++) expect(set.tryJoinNext()).toMatchObject({ ok: false, error: { reason: "cancelled" } });
    expect(set.size).toBe(0);
  });

  test("dropped, aborts the tasks that are left, once", () => {
    const { runtime, set, futures } = start<number>(2);
    set.drop();
    set[Symbol.dispose]();
    runtime.settle();
    expect([set.size, futures.map((future) => future.drops), runtime.released]).toEqual([0, [1, 1], 2]);
  });

  test("dropped before its tasks ran, never polls them", () => {
    const runtime = new HandDriven();
    const future = new Controlled<number>();
    {
      using set = new JoinSet<number>();
      set.spawnOn(runtime, future);
    }
    runtime.settle();
    expect([future.polls, future.drops]).toEqual([0, 1]);
  });

  test("detaches: the tasks go on, and whoever waits learns that the set is empty", () => {
    const { runtime, set, futures } = start<number>(2);
    const next = set.joinNext();
    expect(runtime.poll(next)).toBe(Pending);
    set.detachAll();
    expect(runtime.waker.wakes).toBe(1);
    expect(runtime.poll(next)).toBe(null);
    futures[0].complete(1);
    futures[1].fail(new Error("nobody joins"));
    runtime.settle();
    expect([futures[0].polls, futures[0].drops]).toEqual([2, 0]);
    expect(runtime.unobserved).toMatchObject([{ cause: { message: "nobody joins" } }]);
  });

  test("shuts down: aborts every task, and waits until they are gone", () => {
    const { runtime, set, futures } = start<number>(3);
    const down = runtime.spawn(set.shutdown());
    expect(futures.map((future) => future.drops)).toEqual([0, 0, 0]);
    runtime.settle();
    expect([down.isFinished, set.size, futures.map((future) => future.drops)]).toEqual([true, 0, [1, 1, 1]]);
  });

  test("joins all: the values in the order of finishing", () => {
    const { runtime, set, futures } = start<number>(3);
    const all = runtime.spawn(set.joinAll());
    for (const i of [2, 0, 1]) {
      runtime.settle();
      futures[i].complete(i);
    }
    runtime.settle();
    expect(all.take()).toEqual([2, 0, 1]);
    const none = new JoinSet<number>().joinAll();
    expect(runtime.poll(none)).toEqual([]);
  });

  test.each(["a failure", "a drop"])("joining all, aborts the rest after %s", (reason) => {
    const { runtime, set, futures } = start<number>(3);
    const all = runtime.spawn(set.joinAll());
    runtime.settle();
    if (reason === "a drop") all.abort();
    else futures[1].fail(new Error("broken"));
    runtime.settle();
    expect(futures.map((future) => future.drops)).toEqual(reason === "a drop" ? [1, 1, 1] : [1, 0, 1]);
    expect(set.size).toBe(0);
    expect(thrownBy(() => all.take())).toMatchObject(
      reason === "a drop" ? { reason: "cancelled" } : { cause: { reason: "failed", cause: { message: "broken" } } },
    );
  });

  test("lets others run after as many joins as a turn allows", () => {
    const runtime = new HandDriven();
    const set = new JoinSet<number>();
    for (let i = 0; i < 300; i++) set.spawnOn(runtime, ready(i));
    runtime.settle();
    let joined = 0;
    runtime.spawn(
      asyncFn(function* () {
        while ((yield* set.joinNext()) !== null) joined++;
      })(),
    );
    const turns: number[] = [];
    while (runtime.queue.length > 0) {
      runtime.step();
      turns.push(joined);
    }
    expect(turns).toEqual([128, 256, 300]);
  });

  test("outside of a runtime has to be told where to spawn", () => {
    expect(() => new JoinSet<number>().spawn(ready(1))).toThrow(AwaitOutsidePollError);
  });

  test("holds what a target that is gone has dropped as cancelled", () => {
    const gone = new LocalSet();
    gone.drop();
    const set = new JoinSet<number>();
    set.spawnOn(gone, new Controlled<number>());
    expect(set.tryJoinNext()).toMatchObject({ ok: false, error: { reason: "cancelled" } });
  });
});

describe("any use of a JoinSet", () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("spawn" as const) }),
    fc.record({ do: fc.constantFrom("complete" as const, "fail" as const, "abort" as const), which: fc.nat(20) }),
    fc.record({ do: fc.constantFrom("join" as const, "abortAll" as const, "settle" as const, "wait" as const) }),
    fc.record({ do: fc.constantFrom("detachAll" as const, "drop" as const) }),
  );

  test("keeps exactly what was spawned and not joined, and hands out each outcome once, in order", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const runtime = new HandDriven();
        const set = new JoinSet<number>();
        const futures: Controlled<number>[] = [];
        const handles: { abort(): void; isFinished: boolean; id: number }[] = [];
        // The model: ids in the set, and those of them that have finished, in order.
        let inside = new Set<number>();
        let finished: number[] = [];
        const settle = (): void => {
          while (runtime.queue.length > 0) {
            const before = handles.filter((handle) => handle.isFinished);
            runtime.step();
            for (const handle of handles) {
              if (handle.isFinished && !before.includes(handle) && inside.has(handle.id)) finished.push(handle.id);
            }
          }
        };
        for (const action of steps) {
          if (action.do === "spawn") {
            const future = new Controlled<number>();
            const handle = set.spawnOn(runtime, future);
            futures.push(future);
            handles.push(handle);
            inside.add(handle.id);
          } else if (action.do === "complete") futures[action.which]?.complete(action.which);
          else if (action.do === "fail") futures[action.which]?.fail(action.which);
          else if (action.do === "abort") handles[action.which]?.abort();
          else if (action.do === "abortAll") set.abortAll();
          else if (action.do === "settle") settle();
          else if (action.do === "join") {
            const id = finished.shift();
            expect(set.tryJoinNext()?.id).toBe(id);
            if (id !== undefined) inside.delete(id);
          } else if (action.do === "wait") {
            const next = set.joinNext();
            const expected = inside.size === 0 ? null : finished.length > 0 ? finished.shift() : Pending;
            runtime.context.budget = 128;
            const outcome = runtime.poll(next);
            expect(outcome === null || outcome === Pending ? outcome : outcome.id).toBe(expected);
            if (typeof expected === "number") inside.delete(expected);
            next.drop();
          } else {
            set[action.do]();
            inside = new Set();
            finished = [];
          }
          expect(set.size).toBe(inside.size);
        }
        set.drop();
        settle();
        for (const future of futures) expect(future.drops).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });
});
