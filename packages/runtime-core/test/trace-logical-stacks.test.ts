import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { join, select, shared } from "../src/combinators/index.ts";
import {
  asyncFn,
  type Context,
  Future,
  Pending,
  pending,
  type Poll,
  ready,
  type Suspension,
  yieldNow,
} from "../src/future/index.ts";
import { stream } from "../src/stream/index.ts";
import { JoinError } from "../src/task/index.ts";
import { logicalStacks } from "../src/trace/index.ts";
import { HandDriven } from "./support/bench-stand.ts";

/** How the lines of a stack name the functions of this file, in its order, without those that run tests. */
function told(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return stack
    .split("\n")
    .filter((line) => line.includes("trace-logical-stacks.test.ts"))
    .map((line) => /^\s+at (?:new )?((?:async )?[\w.]+) \(/.exec(line)?.[1] ?? "")
    .filter((name) => name !== "" && !RUNNERS.has(name));
}

const RUNNERS = new Set(["failureOf", "joinErrorOf", "caught"]);

/** Runs the future as a task; what joining it throws. */
function joinErrorOf(future: Future<unknown>): JoinError {
  const runtime = new HandDriven();
  const task = runtime.spawn(future);
  runtime.settle();
  const error = caught(() => task.take());
  if (error instanceof JoinError) return error;
  throw error;
}

/** What the task itself failed with. */
function failureOf(future: Future<unknown>): unknown {
  return joinErrorOf(future).cause;
}

function caught(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

type Body = Generator<Suspension, never, unknown>;

const throws = asyncFn(function* throws(error: unknown) {
  yield* yieldNow();
  throw error;
});
const leaf = asyncFn(function* leaf() {
  yield* yieldNow();
  throw new Error("no");
});
const middle = asyncFn(function* middle(inner: Future<unknown>) {
  return yield* inner;
});
const outer = asyncFn(function* outer(inner: Future<unknown>) {
  return yield* inner;
});

beforeEach(() => {
  logicalStacks.enable();
});
afterEach(() => logicalStacks.disable());

describe("the stack of an error that is thrown after a wait", () => {
  test("names every function that awaits, from the innermost outwards, before the runtime's own", () => {
    const error = failureOf(outer(middle(leaf())));
    expect(told(error)).toEqual(["leaf", "async middle", "async outer"]);
    const lines = (error as Error).stack?.split("\n") ?? [];
    const place = (text: string): number => lines.findIndex((line) => line.includes(text));
    expect(place("async outer")).toBeLessThan(place("stack.ts"));
    expect(place("stack.ts")).toBeLessThan(place("Task.run"));
  });

  test("says on which line each of them awaits", () => {
    const either = asyncFn(function* either(first: boolean) {
      if (first) yield* leaf();
      yield* leaf();
    });
    const lineOf = (error: unknown): number =>
      Number(/async either \(.*:(\d+):\d+\)/.exec((error as Error).stack ?? "")?.[1]);
    expect(lineOf(failureOf(either(false)))).toBe(lineOf(failureOf(either(true))) + 1);
  });

  test("names those that had not waited themselves once, as the engine does", () => {
    const late = asyncFn(function* late() {
      yield* yieldNow();
      return yield* fails();
    });
    const fails = asyncFn(function* fails() {
      yield* ready(1);
      throw new Error("no");
    });
    expect(told(failureOf(outer(late())))).toEqual(["fails", "late", "async outer"]);
  });

  test("names the generators that a coroutine uses itself", () => {
    function* part(): Generator<Suspension, unknown, unknown> {
      return yield* leaf();
    }
    const whole = asyncFn(function* whole() {
      return yield* part();
    });
    expect(told(failureOf(outer(whole())))).toEqual(["leaf", "async part", "async whole", "async outer"]);
  });

  test("names as many of those as it sees, where they are nested deeply", () => {
    function* nested(depth: number): Body {
      return depth === 0 ? yield* leaf() : yield* nested(depth - 1);
    }
    const names = told(failureOf(outer(asyncFn(nested)(100))));
    expect(names.filter((name) => name === "async nested").length).toBeGreaterThan(10);
    expect(names.at(-1)).toBe("async outer");
  });

  test("goes on beyond a join and a select, in the order in which functions await each other", () => {
    const joins = asyncFn(function* joins() {
      return yield* join(middle(leaf()), yieldNow());
    });
    expect(told(failureOf(outer(joins())))).toEqual(["leaf", "async middle", "joins", "async outer"]);
    const selects = asyncFn(function* selects() {
      return yield* select({ one: middle(leaf()), other: pending() });
    });
    expect(told(failureOf(outer(selects())))).toEqual(["leaf", "async middle", "selects", "async outer"]);
  });

  test("goes on beyond futures written by hand, which it names where they are", () => {
    class ByHand extends Future<unknown> {
      private readonly inner: Future<unknown>;
      constructor(inner: Future<unknown>) {
        super();
        this.inner = inner;
      }
      override poll(cx: Context): Poll<unknown> {
        return this.inner.poll(cx);
      }
    }
    expect(told(failureOf(outer(new ByHand(middle(leaf())))))).toEqual([
      "leaf",
      "async middle",
      "ByHand.poll",
      "outer",
    ]);
    class Fails extends Future<never> {
      private polls = 0;
      override poll(cx: Context): Poll<never> {
        if (this.polls++ > 0) throw new Error("no");
        cx.waker.wake();
        return Pending;
      }
    }
    expect(told(failureOf(new ByHand(new ByHand(new Fails()))))).toEqual(["Fails.poll", "ByHand.poll", "ByHand.poll"]);
  });

  test("names the body of a stream", () => {
    const numbers = stream(function* numbers() {
      yield 1;
      yield* leaf();
    });
    const sums = asyncFn(function* sums() {
      return yield* numbers.fold(0, (sum, n) => sum + n);
    });
    const error = failureOf(outer(sums()));
    expect(told(error)).toEqual(["leaf", "async numbers", "sums", "async outer"]);
    expect((error as Error).stack).not.toMatch(/async .*generator\.ts/);
  });

  test("has a hundred frames more at most", () => {
    const deep: (depth: number) => Future<never> = asyncFn(function* level(depth: number): Body {
      return depth === 0 ? yield* leaf() : yield* deep(depth - 1);
    });

    expect(told(failureOf(deep(1000))).filter((name) => name === "async level")).toHaveLength(100);
  });

  test("does so whatever the engine's limit is, and leaves that as it was", () => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 1;
    try {
      expect(told(failureOf(outer(middle(leaf()))))).toEqual(["leaf", "async middle", "async outer"]);
      expect(Error.stackTraceLimit).toBe(1);
    } finally {
      Error.stackTraceLimit = limit;
    }
  });
});

describe("an error on its way", () => {
  test("that is caught and thrown again, also after a wait, names nobody twice", () => {
    const again = asyncFn(function* again() {
      try {
        yield* middle(leaf());
      } catch (error) {
        yield* yieldNow();
        throw error;
      }
    });
    expect(told(failureOf(outer(again())))).toEqual(["leaf", "async middle", "async again", "async outer"]);
  });

  test("that is thrown in a finally block tells of its own way, and the first one of the way until there", () => {
    const first = new Error("first");
    const cleans = asyncFn(function* cleans() {
      try {
        yield* throws(first);
      } finally {
        yield* leaf();
      }
    });
    expect(told(failureOf(outer(cleans())))).toEqual(["leaf", "async cleans", "async outer"]);
    expect(told(first).filter((name) => name.startsWith("async"))).toEqual(["async cleans"]);
  });

  test("that is the cause of another keeps its own stack", () => {
    const wraps = asyncFn(function* wraps() {
      try {
        yield* middle(leaf());
      } catch (cause) {
        throw new Error("wrapped", { cause });
      }
    });
    const error = failureOf(outer(wraps())) as Error;
    expect(told(error)).toEqual(["wraps", "async outer"]);
    expect(told(error.cause)).toEqual(["leaf", "async middle", "async wraps"]);
  });

  test("that several tasks get tells of the first alone", () => {
    const runtime = new HandDriven();
    const slow = asyncFn(function* slow() {
      for (let turns = 0; turns < 3; turns++) yield* yieldNow();
      return yield* leaf();
    });
    const both = shared(slow());
    const one = runtime.spawn(
      middle(
        asyncFn(function* one() {
          return yield* both;
        })(),
      ),
    );
    const clone = both.clone();
    const two = runtime.spawn(
      outer(
        asyncFn(function* two() {
          return yield* clone;
        })(),
      ),
    );
    runtime.settle();
    const [first, second] = [one, two].map((task) => caught(() => task.take()) as JoinError);
    expect(first?.cause).toBe(second?.cause);
    expect(told(first?.cause)).toEqual(["leaf", "async slow", "one", "async middle"]);
  });

  test("that one has caught and another throws later tells of the first alone", () => {
    const error = new Error("no");
    const catches = asyncFn(function* catches() {
      try {
        yield* middle(throws(error));
      } catch {
        // That was the end of its way.
      }
    });
    const runtime = new HandDriven();
    runtime.spawn(catches());
    runtime.settle();
    expect(failureOf(outer(middle(throws(error))))).toBe(error);
    expect(told(error).filter((name) => name.startsWith("async"))).toEqual(["async middle", "async catches"]);
  });

  test("that runs while its coroutine is dropped is left alone: nobody awaits it any more", () => {
    const error = new Error("in finally");
    const before = error.stack;
    const cleans = asyncFn(function* cleans() {
      try {
        yield* yieldNow();
      } finally {
        // oxlint-disable-next-line no-unsafe-finally -- what this is about
        throw error;
      }
    });
    const future = outer(cleans());
    const runtime = new HandDriven();
    expect(runtime.poll(future)).toBe(Pending);
    expect(caught(() => future.drop())).toBe(error);
    expect(error.stack).toBe(before);
  });
});

describe("what is thrown and cannot take frames arrives as it is", () => {
  test.each([
    ["a string", "no"],
    ["undefined", undefined],
    ["an object", { stack: "Error: no\n    at nowhere" }],
    ["a frozen error", Object.freeze(new Error("no"))],
    ["an error without a stack", Object.assign(new Error("no"), { stack: undefined })],
    ["an error whose stack is no text", Object.assign(new Error("no"), { stack: ["no"] })],
    [
      "an error whose stack cannot be read",
      Object.defineProperty(new Error("no"), "stack", {
        get() {
          throw new Error("unreadable");
        },
      }),
    ],
    [
      "an error whose stack can only be read",
      Object.defineProperty(new Error("no"), "stack", { get: () => "Error: no" }),
    ],
  ])("%s", (_what, thrown) => {
    const descriptor = typeof thrown === "object" ? Object.getOwnPropertyDescriptor(thrown, "stack") : undefined;
    expect(failureOf(outer(throws(thrown)))).toBe(thrown);
    if (typeof thrown === "object") {
      expect(Object.getOwnPropertyDescriptor(thrown, "stack")).toEqual(descriptor);
    }
  });

  test("an error with a stack that somebody else has written gets its frames at that one's end", () => {
    const rewrites = asyncFn(function* rewrites() {
      try {
        yield* leaf();
      } catch (error) {
        (error as Error).stack = "Mine: no\n    at mine (mine.ts:1:1)";
        throw error;
      }
    });
    expect((failureOf(outer(rewrites())) as Error).stack).toMatch(/^Mine: no\n {4}at mine .*\n {4}at async outer /);
  });
});

describe("a task that fails", () => {
  test("tells where it was spawned: in its error, and in that of whoever joins it", () => {
    const error = joinErrorOf(middle(leaf()));
    for (const each of [error, error.cause]) {
      expect((each as Error).stack).toMatch(/\n {4}at spawn HandDriven\.spawn \(.*bench-stand\.ts:\d+:\d+\)$/);
    }
  });

  test("tells so as well when it was stopped", () => {
    const runtime = new HandDriven();
    const task = runtime.spawn(middle(leaf()));
    task.abort();
    runtime.settle();
    expect((caught(() => task.take()) as JoinError).stack).toMatch(/\n {4}at spawn HandDriven\.spawn \(/);
  });
});

describe("the switch", () => {
  test("leaves stacks as they are while it is off", () => {
    logicalStacks.disable();
    expect(logicalStacks.enabled).toBe(false);
    const error = joinErrorOf(outer(middle(leaf())));
    expect(told(error.cause)).toEqual(["leaf"]);
    expect(error.stack).not.toContain("at spawn");
  });

  test("may be switched on twice, and tells each frame once", () => {
    expect(logicalStacks.enable()).toBe(true);
    expect(logicalStacks.enabled).toBe(true);
    expect(told(failureOf(outer(middle(leaf()))))).toEqual(["leaf", "async middle", "async outer"]);
  });

  test("does with what every engine has", () => {
    logicalStacks.disable();
    const capture: unknown = Reflect.get(Error, "captureStackTrace");
    Reflect.set(Error, "captureStackTrace", undefined);
    try {
      expect(logicalStacks.enable()).toBe(true);
      expect(told(failureOf(outer(middle(leaf()))))).toEqual(["leaf", "async middle", "async outer"]);
    } finally {
      Reflect.set(Error, "captureStackTrace", capture);
    }
  });

  test("is refused where errors have no stack as text", () => {
    logicalStacks.disable();
    const prepare: unknown = Reflect.get(Error, "prepareStackTrace");
    Error.prepareStackTrace = (_error, sites) => sites;
    try {
      expect(logicalStacks.enable()).toBe(false);
      expect(logicalStacks.enabled).toBe(false);
    } finally {
      Reflect.set(Error, "prepareStackTrace", prepare);
    }
  });
});
