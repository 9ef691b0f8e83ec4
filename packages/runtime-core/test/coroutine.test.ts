import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  asyncFn,
  AwaitOutsidePollError,
  BareYieldError,
  type Future,
  Pending,
  pending,
  PolledAfterCompletionError,
  ready,
  type Suspension,
  SuspendedInDropError,
  yieldNow,
} from "../src/future/index.ts";
import { Controlled, HandDriven, thrownBy } from "./support/bench-stand.ts";

describe("a coroutine is lazy", () => {
  test("its body runs at the first poll, not at the call", () => {
    let runs = 0;
    const future = asyncFn(function* () {
      runs++;
      return yield* ready(1);
    })();
    expect(runs).toBe(0);
    expect(new HandDriven().poll(future)).toBe(1);
    expect(runs).toBe(1);
  });

  test("dropped before the first poll, its body never runs", () => {
    let runs = 0;
    const future = asyncFn(function* () {
      runs++;
      yield* pending();
    })();
    future.drop();
    expect(runs).toBe(0);
    expect(() => new HandDriven().poll(future)).toThrow(PolledAfterCompletionError);
  });

  test("awaited outside of a runtime it says what to do", () => {
    const body = (function* () {
      yield* asyncFn(function* () {
        yield* ready(1);
      })();
    })();
    expect(() => body.next()).toThrow(AwaitOutsidePollError);
  });
});

describe("awaiting", () => {
  test("a ready future does not suspend: one poll of the task, one of the future", () => {
    const runtime = new HandDriven();
    const inner = new Controlled<number>();
    inner.complete(7);
    const task = runtime.spawn(
      asyncFn(function* () {
        return yield* inner;
      })(),
    );
    runtime.step();
    expect(task.isFinished).toBe(true);
    expect([inner.polls, inner.drops, runtime.scheduled]).toEqual([1, 0, 1]);
  });

  test("one that is pending is polled once per wake and never without", () => {
    const runtime = new HandDriven();
    const inner = new Controlled<string>();
    const task = runtime.spawn(
      asyncFn(function* () {
        return yield* inner;
      })(),
    );
    runtime.settle();
    expect(inner.polls).toBe(1);
    task.wake();
    runtime.settle();
    expect(inner.polls).toBe(2);
    inner.complete("x");
    runtime.settle();
    expect([inner.polls, inner.drops]).toEqual([3, 0]);
    expect(runtime.poll(task)).toBe("x");
  });

  test.each([1, 2, 10, 1000])(
    "a wake below %i suspended callers polls the leaf once and runs nothing else",
    (depth) => {
      const runtime = new HandDriven();
      const leaf = new Controlled<number>();
      let resumes = 0;
      const nest: (depth: number) => Future<number> = asyncFn(function* (below: number) {
        const value = below === 0 ? yield* leaf : yield* nest(below - 1);
        resumes++;
        return value + 1;
      });
      const task = runtime.spawn(nest(depth));
      runtime.settle();
      for (let wakes = 1; wakes <= 3; wakes++) {
        leaf.waker?.wake();
        runtime.settle();
        expect([leaf.polls, resumes]).toEqual([1 + wakes, 0]);
      }
      leaf.complete(0);
      runtime.settle();
      expect(resumes).toBe(depth + 1);
      expect(runtime.poll(task)).toBe(depth + 1);
    },
  );

  test("frames that are added, finished and added again keep their order", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const leaf = asyncFn(function* (name: string) {
      log.push(`enter ${name}`);
      yield* yieldNow();
      log.push(`leave ${name}`);
      return name;
    });
    const middle = asyncFn(function* (name: string) {
      const a = yield* leaf(`${name}a`);
      const b = yield* leaf(`${name}b`);
      yield* yieldNow();
      return a + b;
    });
    const task = runtime.spawn(
      asyncFn(function* () {
        return (yield* middle("1")) + (yield* middle("2"));
      })(),
    );
    runtime.settle();
    expect(runtime.poll(task)).toBe("1a1b2a2b");
    expect(log).toEqual(["1a", "1b", "2a", "2b"].flatMap((name) => [`enter ${name}`, `leave ${name}`]));
  });

  test("a coroutine polled as a future inside another one keeps its own stack", () => {
    const runtime = new HandDriven();
    const inner = new Controlled<number>();
    const child = asyncFn(function* () {
      return (yield* inner) + 1;
    })();
    const outer = asyncFn(function* () {
      // Polled once by hand, then awaited.
      const first = runtime.context;
      expect(child.poll(first)).toBe(Pending);
      yield* yieldNow();
      return yield* child;
    });
    const task = runtime.spawn(outer());
    runtime.settle();
    inner.complete(1);
    runtime.settle();
    expect(runtime.poll(task)).toBe(2);
  });

  test("one whose parameters cannot be taken apart fails at the first poll, like one that throws there", () => {
    const runtime = new HandDriven();
    const future = asyncFn(function* ({ value }: { value: number }) {
      return yield* ready(value);
    })(null as unknown as { value: number });
    expect(() => runtime.poll(future)).toThrow(TypeError);
    expect(() => runtime.poll(future)).toThrow(PolledAfterCompletionError);
    expect(runtime.poll(ready("undisturbed"))).toBe("undisturbed");
  });

  test("finished or failed, it refuses another poll", () => {
    const runtime = new HandDriven();
    const finished = asyncFn(function* () {
      return yield* ready(1);
    })();
    runtime.poll(finished);
    expect(() => runtime.poll(finished)).toThrow(PolledAfterCompletionError);
    const failed = asyncFn(function* () {
      yield* ready(1);
      throw new Error("boom");
    })();
    expect(() => runtime.poll(failed)).toThrow("boom");
    expect(() => runtime.poll(failed)).toThrow(PolledAfterCompletionError);
  });
});

describe("errors", () => {
  test("cross suspended callers like a call: caught by the nearest, with finally blocks run on the way", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const leaf = new Controlled<never>();
    const inner = asyncFn(function* () {
      try {
        return yield* leaf;
      } finally {
        log.push("inner finally");
      }
    });
    const middle = asyncFn(function* () {
      return yield* inner();
    });
    const outer = asyncFn(function* () {
      try {
        return yield* middle();
      } catch (error) {
        log.push(`caught ${String(error)}`);
        yield* yieldNow();
        return "recovered";
      }
    });
    const task = runtime.spawn(outer());
    runtime.settle();
    leaf.fail("boom");
    runtime.settle();
    expect(log).toEqual(["inner finally", "caught boom"]);
    expect(runtime.poll(task)).toBe("recovered");
  });

  test("thrown before anything suspends, they are thrown by the same poll", () => {
    const fail = asyncFn(function* () {
      yield* ready(0);
      throw new RangeError("at once");
    });
    const outer = asyncFn(function* () {
      yield* fail();
    });
    expect(() => new HandDriven().poll(outer())).toThrow(new RangeError("at once"));
  });

  test("a bare yield is named", () => {
    // @ts-expect-error: only futures suspend
    const careless = asyncFn(function* () {
      yield 5;
    });
    expect(thrownBy(() => new HandDriven().poll(careless()))).toBeInstanceOf(BareYieldError);
  });

  test("it may run in an engine whose generators hand on copies of what they suspend with", () => {
    const copying = (body: Generator<Suspension, number, unknown>): Generator<Suspension, number, unknown> =>
      Object.assign(Object.create(body) as typeof body, {
        next: (value: unknown) => ({ ...body.next(value) }),
        throw: (error: unknown) => ({ ...body.throw(error) }),
      });
    const turns = asyncFn(() =>
      copying(
        (function* (): Generator<Suspension, number, unknown> {
          yield* yieldNow();
          yield* yieldNow();
          return 2;
        })(),
      ),
    );
    const outer = asyncFn(function* () {
      return yield* turns();
    });
    const runtime = new HandDriven();
    const task = runtime.spawn(outer());
    runtime.settle();
    expect(task.take()).toBe(2);
  });
});

describe("dropping a suspended coroutine", () => {
  test("drops what it waits for, then runs finally blocks, innermost first, synchronously", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const leaf = new Controlled<never>("leaf", log);
    const nest: (depth: number) => Future<never> = asyncFn(function* (depth: number) {
      try {
        return depth === 0 ? yield* leaf : yield* nest(depth - 1);
      } finally {
        log.push(`finally ${depth}`);
      }
    });
    const future = nest(2);
    runtime.poll(future);
    future.drop();
    expect(log).toEqual(["poll leaf", "drop leaf", "finally 0", "finally 1", "finally 2"]);
    future.drop();
    expect(leaf.drops).toBe(1);
    expect(() => runtime.poll(future)).toThrow(PolledAfterCompletionError);
  });

  test("awaiting in a finally block throws, and the outer blocks still run", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const inner = asyncFn(function* () {
      try {
        yield* pending();
      } finally {
        yield* yieldNow();
        log.push("never reached");
      }
    });
    const outer = asyncFn(function* () {
      try {
        yield* inner();
      } finally {
        log.push("outer");
      }
    });
    const future = outer();
    runtime.poll(future);
    const error = thrownBy(() => future.drop());
    expect(error).toBeInstanceOf(AwaitOutsidePollError);
    expect(String(error)).toMatch(/no asynchronous drop/);
    expect(log).toEqual(["outer"]);
  });

  test("a child that does not wait may be called from a finally block only if it awaits nothing", () => {
    const runtime = new HandDriven();
    const child = asyncFn(function* () {
      yield* ready(1);
    });
    const future = asyncFn(function* () {
      try {
        yield* pending();
      } finally {
        yield* child();
      }
    })();
    runtime.poll(future);
    expect(thrownBy(() => future.drop())).toBeInstanceOf(AwaitOutsidePollError);
  });

  test("a finally block that suspends by force is reported", () => {
    const runtime = new HandDriven();
    // @ts-expect-error: only futures suspend
    const future = asyncFn(function* () {
      try {
        yield* pending();
      } finally {
        yield 1;
      }
    })();
    runtime.poll(future);
    expect(thrownBy(() => future.drop())).toBeInstanceOf(SuspendedInDropError);
  });

  test("what happens inside a drop does not disturb the poll that is in progress", () => {
    const runtime = new HandDriven();
    const victim = asyncFn(function* () {
      try {
        yield* pending();
      } finally {
        log.push("dropped");
      }
    })();
    const log: string[] = [];
    runtime.poll(victim);
    const outer = asyncFn(function* () {
      victim.drop();
      yield* yieldNow();
      return log;
    });
    const task = runtime.spawn(outer());
    runtime.settle();
    expect(runtime.poll(task)).toEqual(["dropped"]);
  });
});

// A random program of nested coroutines, run by this runtime and by direct recursion, gives the same trace; dropped after any
// number of polls, it runs the finally block of every frame that was entered, innermost first.
describe("any nesting of coroutines", () => {
  type Program = { readonly steps: readonly (Program | number | "throw")[] };
  const program: fc.Arbitrary<Program> = fc.letrec<{ program: Program }>((tie) => ({
    program: fc.record({
      steps: fc.array(
        fc.oneof(
          { depthSize: "small", withCrossShrink: true },
          fc.nat(3),
          fc.constant("throw" as const),
          tie("program"),
        ),
        { maxLength: 4 },
      ),
    }),
  })).program;

  /** `wait(n)` suspends n times. */
  function* execute(
    { steps }: Program,
    name: string,
    log: string[],
    call: (p: Program, name: string) => Generator<never, void, unknown>,
    wait: (times: number) => Generator<never, void, unknown>,
  ): Generator<never, void, unknown> {
    log.push(`+${name}`);
    try {
      for (const [i, step] of steps.entries()) {
        if (step === "throw") throw new Error(name);
        if (typeof step === "number") yield* wait(step);
        else {
          try {
            yield* call(step, `${name}.${i}`);
          } catch (error) {
            if (i % 2 === 0) throw error;
            log.push(`caught ${String(error)} in ${name}`);
          }
        }
      }
    } finally {
      log.push(`-${name}`);
    }
  }

  function asCoroutine(main: Program, log: string[]): Future<void> {
    const wait = asyncFn(function* (times: number) {
      for (let i = 0; i < times; i++) yield* yieldNow();
    });
    const call: (p: Program, name: string) => Future<void> = asyncFn((p: Program, name: string) =>
      execute(
        p,
        name,
        log,
        (child, childName) => awaiting(call(child, childName)),
        (n) => awaiting(wait(n)),
      ),
    );
    return call(main, "m");
  }

  // `yield*` a future, as a generator of its own type.
  const awaiting = (future: Future<void>): Generator<never, void, unknown> =>
    future as unknown as Generator<never, void, unknown>;

  function expected(main: Program): string[] {
    const log: string[] = [];
    function* nothing(): Generator<never, void, unknown> {}
    const call = (p: Program, name: string): Generator<never, void, unknown> => execute(p, name, log, call, nothing);
    try {
      call(main, "m").next();
    } catch (error) {
      log.push(`failed ${String(error)}`);
    }
    return log;
  }

  test("behaves as plain calls do", () => {
    fc.assert(
      fc.property(program, (main) => {
        const log: string[] = [];
        const runtime = new HandDriven();
        const task = runtime.spawn(asCoroutine(main, log));
        runtime.settle();
        try {
          runtime.poll(task);
        } catch (error) {
          log.push(`failed ${String((error as Error).cause)}`);
        }
        expect(log).toEqual(expected(main));
      }),
    );
  });

  test("dropped after k polls, leaves every frame that it entered, innermost first", () => {
    fc.assert(
      fc.property(program, fc.nat(8), (main, polls) => {
        const log: string[] = [];
        const runtime = new HandDriven();
        const future = asCoroutine(main, log);
        let finished = false;
        for (let i = 0; i < polls && !finished; i++) {
          try {
            finished = runtime.poll(future) !== Pending;
          } catch {
            finished = true;
          }
        }
        future.drop();
        const open: string[] = [];
        for (const line of log) {
          if (line.startsWith("+")) open.push(line.slice(1));
          else if (line.startsWith("-")) expect(open.pop()).toBe(line.slice(1));
        }
        expect(open).toEqual([]);
      }),
    );
  });
});
