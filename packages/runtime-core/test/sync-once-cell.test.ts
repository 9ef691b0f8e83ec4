import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asyncFn, type Future, Pending, PolledAfterCompletionError, ready } from "../src/future/index.ts";
import { OnceCell, SetError } from "../src/sync/index.ts";
import { Controlled, HandDriven, thrownBy } from "./support/bench-stand.ts";
import { now, Probe, waiting } from "./support/probe.ts";

const neverCalled = (): Future<never> => {
  throw new Error("the cell has a value, or somebody else computes it");
};

describe("a once cell", () => {
  test("is empty until it is set, once", () => {
    const cell = new OnceCell<number>();
    expect([cell.isInitialized, cell.get()]).toEqual([false, undefined]);
    cell.set(1);
    expect([cell.isInitialized, cell.get()]).toEqual([true, 1]);
    const error = thrownBy(() => cell.set(2));
    expect(error).toBeInstanceOf(SetError);
    expect(error).toMatchObject({ reason: "initialized", value: 2 });
    expect(cell.get()).toBe(1);
  });

  test("can hold undefined", () => {
    const cell = new OnceCell<undefined>();
    cell.set(undefined);
    expect([cell.isInitialized, now(cell.getOrInit(neverCalled))]).toEqual([true, undefined]);
  });

  test("computes its value at the first poll of the first who asks, and never again", () => {
    const cell = new OnceCell<string>();
    let calls = 0;
    const compute = (): Future<string> => ready(`value ${++calls}`);
    const lazy = new Probe(cell.getOrInit(compute));
    expect(calls).toBe(0);
    expect([lazy.poll(), now(cell.getOrInit(compute)), cell.get(), calls]).toEqual([
      "value 1",
      "value 1",
      "value 1",
      1,
    ]);
    expect(() => lazy.poll()).toThrow(PolledAfterCompletionError);
  });

  test("lets everybody else wait for the one that computes, and wakes them once", () => {
    const cell = new OnceCell<string>();
    const source = new Controlled<string>();
    const first = waiting(cell.getOrInit(() => source));
    const others = [1, 2].map(() => waiting(cell.getOrInit(neverCalled)));
    source.complete("x");
    expect([first.wakes, ...others.map((probe) => probe.wakes)]).toEqual([1, 0, 0]);
    expect(first.poll()).toBe("x");
    expect(others.map((probe) => probe.wakes)).toEqual([1, 1]);
    expect(others.map((probe) => probe.poll())).toEqual(["x", "x"]);
    expect(source.drops).toBe(0);
  });

  test("wakes those who wait through the waker of their latest poll", () => {
    const cell = new OnceCell<number>();
    const first = waiting(cell.getOrInit(() => new Controlled<number>()));
    const future = cell.getOrInit(() => ready(2));
    const [before, after] = [new Probe(future), new Probe(future)];
    before.poll();
    after.poll();
    first.drop();
    expect([before.wakes, after.wakes]).toEqual([0, 1]);
  });

  test("refuses to be set while somebody computes, also when that was just handed on", () => {
    const cell = new OnceCell<number>();
    const first = waiting(cell.getOrInit(() => new Controlled<number>()));
    expect(thrownBy(() => cell.set(1))).toMatchObject({ reason: "initializing", value: 1 });
    const second = waiting(cell.getOrInit(() => ready(5)));
    first.drop();
    expect(thrownBy(() => cell.set(1))).toMatchObject({ reason: "initializing" });
    expect([second.poll(), cell.get()]).toEqual([5, 5]);
  });

  test.each(["throws when called", "throws when polled"])("lets the next compute when the first %s", (how) => {
    const cell = new OnceCell<number>();
    const source = new Controlled<number>();
    const gate = new Controlled<void>();
    const first = waiting(
      cell.getOrInit(() => {
        if (how === "throws when polled") return source;
        return asyncFn(function* () {
          yield* gate;
          throw new Error("no");
        })();
      }),
    );
    const [second, third] = [waiting(cell.getOrInit(() => ready(2))), waiting(cell.getOrInit(() => ready(3)))];
    if (how === "throws when polled") source.fail(new Error("no"));
    else gate.complete();
    expect(() => first.poll()).toThrow("no");
    expect(() => first.poll()).toThrow(PolledAfterCompletionError);
    expect([second.wakes, third.wakes, cell.isInitialized]).toEqual([1, 0, false]);
    expect([second.poll(), third.wakes, third.poll()]).toEqual([2, 1, 2]);
  });

  test("stays empty when the function itself throws", () => {
    const cell = new OnceCell<number>();
    const failing = new Probe(
      cell.getOrInit(() => {
        throw new Error("not even a future");
      }),
    );
    expect(() => failing.poll()).toThrow("not even a future");
    cell.set(1);
    expect(cell.get()).toBe(1);
  });

  test("lets the next compute when the one that computes is dropped, and drops its computation once", () => {
    const cell = new OnceCell<number>();
    const source = new Controlled<number>();
    const first = waiting(cell.getOrInit(() => source));
    const second = waiting(cell.getOrInit(() => ready(2)));
    first.drop();
    first.drop();
    expect([source.drops, second.wakes, second.poll()]).toEqual([1, 1, 2]);
  });

  test("lets the next compute even when dropping the computation throws", () => {
    const cell = new OnceCell<number>();
    const source = new Controlled<number>();
    source.drop = () => {
      throw new Error("bad drop");
    };
    const first = waiting(cell.getOrInit(() => source));
    const second = waiting(cell.getOrInit(() => ready(2)));
    expect(() => first.drop()).toThrow("bad drop");
    expect(second.poll()).toBe(2);
  });

  test("passes the turn on when the one that was woken for it is dropped", () => {
    const cell = new OnceCell<number>();
    const [first, second, third] = [new Controlled<number>(), ready(2), ready(3)].map((future) =>
      waiting(cell.getOrInit(() => future)),
    );
    first.drop();
    second.drop();
    expect([second.wakes, third.wakes, third.poll()]).toEqual([1, 1, 3]);
  });

  test("is computed once by tasks that ask together", () => {
    const runtime = new HandDriven();
    const cell = new OnceCell<number>();
    const gate = new Controlled<void>();
    let calls = 0;
    const values: number[] = [];
    const compute = asyncFn(function* () {
      calls++;
      yield* gate;
      return 42;
    });
    const user = asyncFn(function* () {
      values.push(yield* cell.getOrInit(compute));
    });
    for (let i = 0; i < 3; i++) runtime.spawn(user());
    runtime.settle();
    gate.complete();
    runtime.settle();
    expect([calls, values]).toEqual([1, [42, 42, 42]]);
  });
});

test("a once cell has one computation at a time, in the order of arrival, until one succeeds", () => {
  const operation = fc.record({
    kind: fc.constantFrom("new", "poll", "poll", "poll", "drop", "complete", "fail", "set"),
    at: fc.nat(),
  });
  interface Asker {
    readonly probe: Probe<number>;
    readonly source: Controlled<number>;
    outcome: "none" | "value" | "error";
    state: "fresh" | "waiting" | "turn" | "computing" | "over";
    wakes: number;
  }
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
      const cell = new OnceCell<number>();
      const askers: Asker[] = [];
      let queue: Asker[] = [];
      let value: number | null = null;
      const busy = (): boolean => askers.some(({ state }) => state === "turn" || state === "computing");
      const serve = (): void => {
        if (value === null && busy()) return;
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          next.wakes++;
          next.state = "turn";
          if (value === null) return;
        }
      };
      const poll = (asker: Asker, id: number): void => {
        let outcome: unknown;
        try {
          outcome = asker.probe.poll();
        } catch {
          outcome = "error";
        }
        if (value !== null && asker.state !== "computing") {
          expect(outcome).toBe(value);
          asker.state = "over";
          return;
        }
        if (asker.state === "fresh") {
          if (busy()) {
            asker.state = "waiting";
            queue.push(asker);
          } else asker.state = "turn";
        }
        if (asker.state === "waiting" || asker.outcome === "none") {
          expect(outcome).toBe(Pending);
          if (asker.state === "turn") asker.state = "computing";
          return;
        }
        asker.state = "over";
        if (asker.outcome === "value") value = id;
        expect(outcome).toBe(asker.outcome === "value" ? id : "error");
        serve();
      };
      for (const { kind, at } of operations) {
        const live = askers.filter(({ state }) => state !== "over");
        if (kind === "new") {
          const source = new Controlled<number>();
          const probe = new Probe(cell.getOrInit(() => source));
          askers.push({ probe, source, outcome: "none", state: "fresh", wakes: 0 });
        } else if (kind === "set") {
          const refused = value !== null || busy();
          if (refused) expect(() => cell.set(-1)).toThrow(SetError);
          else {
            cell.set(-1);
            value = -1;
          }
        } else if (live.length > 0) {
          const asker = live[at % live.length];
          if (kind === "poll") poll(asker, askers.indexOf(asker));
          else if (kind === "drop") {
            const { state } = asker;
            asker.probe.drop();
            asker.state = "over";
            queue = queue.filter((other) => other !== asker);
            expect(asker.source.drops).toBe(state === "computing" ? 1 : 0);
            serve();
          } else if (asker.outcome === "none") {
            asker.outcome = kind === "complete" ? "value" : "error";
            if (asker.state === "computing") asker.wakes++;
            if (kind === "complete") asker.source.complete(askers.indexOf(asker));
            else asker.source.fail(new Error("failed"));
          }
        }
        expect([cell.isInitialized, cell.get()]).toEqual([value !== null, value ?? undefined]);
        for (const asker of askers) expect(asker.probe.wakes).toBe(asker.wakes);
      }
    }),
    { numRuns: 500 },
  );
});
