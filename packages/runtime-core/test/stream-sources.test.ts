import { describe, expect, expectTypeOf, test } from "vitest";
import {
  asyncFn,
  AwaitOutsidePollError,
  BareYieldError,
  COOPERATIVE_BUDGET,
  type Future,
  Pending,
  pending as pendingFuture,
  PolledAfterCompletionError,
  ready,
} from "../src/future/index.ts";
import {
  type Emits,
  empty,
  End,
  fromFuture,
  fromInterval,
  fromPoll,
  fromReceiver,
  iter,
  once,
  pending,
  repeat,
  Stream,
  stream,
  unfold,
} from "../src/stream/index.ts";
import { broadcast, LaggedError, mpsc } from "../src/sync/index.ts";
import { interval } from "../src/time/index.ts";
import { Controlled, HandDriven, thrownBy } from "./support/bench-stand.ts";
import { Feed } from "./support/feed.ts";
import { now, Probe, waiting } from "./support/probe.ts";

describe("the small sources", () => {
  test("give what they say, then the end, again and again", () => {
    const sources: readonly (readonly [Stream<unknown>, unknown[]])[] = [
      [empty(), []],
      [once(7), [7]],
      [iter("ab"), ["a", "b"]],
      [iter(new Set([1, 2])), [1, 2]],
      [fromFuture(ready("x")), ["x"]],
      [repeat(1).take(3), [1, 1, 1]],
    ];
    for (const [items, expected] of sources) {
      expect(now(items.byRef().collect())).toEqual(expected);
      expect(now(items.next())).toBe(End);
      expect(now(items.next())).toBe(End);
    }
  });

  test("pending never has anything and is never woken", () => {
    const probe = waiting(pending().next());
    expect(probe.wakes).toBe(0);
  });

  test("once dropped cannot be polled any more", () => {
    const items = iter([1]);
    items.drop();
    items.drop();
    expect(thrownBy(() => now(items.next()))).toBeInstanceOf(PolledAfterCompletionError);
  });

  test("without an end give way to other tasks when the turn is used up", () => {
    for (const endless of [
      repeat(1),
      unfold(0, (n) => ready([n, n + 1] as const)),
      stream(naturals),
      iter(naturals()),
    ]) {
      const probe = new Probe(endless.filter(() => false).next());
      expect(probe.poll()).toBe(Pending);
      expect(probe.wakes).toBe(1);
      expect(probe.budget).toBe(0);
      expect(probe.poll(3)).toBe(Pending);
      expect(probe.wakes).toBe(2);
    }
  });

  test("fromPoll is polled as its function says", () => {
    const items = [1, 2, End] as const;
    let polls = 0;
    expect(now(fromPoll(() => items[polls++]).collect())).toEqual([1, 2]);
  });
});

function* naturals(): Generator<number, void, unknown> {
  for (let n = 0; ; n++) yield n;
}

describe("iter", () => {
  test("asks for the iterator when it is first polled, and for one item at a time", () => {
    const log: string[] = [];
    const items = iter({
      *[Symbol.iterator]() {
        try {
          log.push("first");
          yield 1;
          log.push("second");
          yield 2;
        } finally {
          log.push("return");
        }
      },
    });
    expect(log).toEqual([]);
    expect(now(items.next())).toBe(1);
    expect(log).toEqual(["first"]);
    items.drop();
    expect(log).toEqual(["first", "return"]);
  });

  test("does not open an iterable that it is dropped before", () => {
    let opened = 0;
    const items = iter({
      [Symbol.iterator]() {
        opened++;
        return [][Symbol.iterator]();
      },
    });
    items.drop();
    expect(opened).toBe(0);
  });

  test("ends with the iterator's error", () => {
    const items = iter(
      (function* () {
        yield 1;
        throw new Error("broken");
      })(),
    );
    expect(now(items.next())).toBe(1);
    expect(() => now(items.next())).toThrow("broken");
    expect(now(items.next())).toBe(End);
  });
});

describe("fromFuture", () => {
  test("waits for the future, gives its value and drops it when it is dropped before", () => {
    const future = new Controlled<number>();
    const items = fromFuture(future);
    const probe = waiting(items.next());
    future.complete(3);
    expect(probe.wakes).toBe(1);
    expect(probe.poll()).toBe(3);
    items.drop();
    expect(future.drops).toBe(0);

    const unfinished = new Controlled();
    fromFuture(unfinished).drop();
    expect(unfinished.drops).toBe(1);
  });

  test("ends after the future's error", () => {
    const future = new Controlled<number>();
    future.fail(new Error("failed"));
    const items = fromFuture(future);
    expect(() => now(items.next())).toThrow("failed");
    expect(now(items.next())).toBe(End);
    items.drop();
    expect(future.drops).toBe(0);
  });
});

describe("unfold", () => {
  test("passes the state from step to step until one says End", () => {
    const powers = unfold(1, (n): Future<readonly [string, number] | typeof End> =>
      ready(n > 8 ? End : ([`${n}`, n * 2] as const)),
    );
    expectTypeOf(powers).toEqualTypeOf<Stream<string>>();
    expect(now(powers.collect())).toEqual(["1", "2", "4", "8"]);
  });

  test("begins a step when it is asked for an item and drops the one under way", () => {
    const step = new Controlled<readonly [number, number]>();
    let begun = 0;
    const items = unfold(0, () => {
      begun++;
      return step;
    });
    expect(begun).toBe(0);
    const probe = waiting(items.next());
    expect(begun).toBe(1);
    probe.drop();
    expect(step.drops).toBe(0);
    items.drop();
    expect(step.drops).toBe(1);
  });

  test("ends with an error of a step", () => {
    const items = unfold(0, () => {
      throw new Error("no step");
    });
    expect(() => now(items.next())).toThrow("no step");
    expect(now(items.next())).toBe(End);
  });
});

describe("stream", () => {
  test("gives what its body yields, and awaits with yield*", () => {
    const slow = new Controlled<string>();
    const items = stream(function* () {
      yield 1;
      const word = yield* slow;
      yield `${word}!`;
    });
    expectTypeOf(items).toEqualTypeOf<Stream<string | 1>>();
    expect(now(items.next())).toBe(1);
    const probe = waiting(items.next());
    slow.complete("go");
    expect(probe.wakes).toBe(1);
    expect(probe.poll()).toBe("go!");
    expect(now(items.next())).toBe(End);
    expect(now(items.next())).toBe(End);
  });

  test("runs its body no further than it is asked for", () => {
    const log: string[] = [];
    const items = stream(function* () {
      for (const name of ["a", "b"]) {
        log.push(name);
        yield name;
      }
    });
    expect(log).toEqual([]);
    now(items.next());
    expect(log).toEqual(["a"]);
    items.drop();
    expect(log).toEqual(["a"]);
  });

  test("awaits coroutines that suspend at any depth between its items", () => {
    const leaves: Controlled<number>[] = [];
    const descend: (depth: number) => Future<number> = asyncFn(function* (depth: number) {
      if (depth > 0) return 1 + (yield* descend(depth - 1));
      const bottom = new Controlled<number>();
      leaves.push(bottom);
      return yield* bottom;
    });
    const items = stream(function* () {
      for (let depth = 0; depth < 4; depth++) yield yield* descend(depth);
    });
    const collected = new Probe(items.collect());
    for (let depth = 0; depth < 4; depth++) {
      expect(collected.poll()).toBe(Pending);
      leaves[depth].complete(10);
    }
    expect(collected.poll()).toEqual([10, 11, 12, 13]);
  });

  test("takes part of its body from another generator, also recursively", () => {
    interface Tree {
      readonly value: number;
      readonly children: readonly Tree[];
    }
    function* walk(tree: Tree): Emits<number> {
      yield tree.value;
      for (const child of tree.children) yield* walk(child);
    }
    const leaf = (value: number): Tree => ({ value, children: [] });
    const tree = { value: 1, children: [{ value: 2, children: [leaf(3)] }, leaf(4)] };
    const items = stream(() => walk(tree));
    expectTypeOf(items).toEqualTypeOf<Stream<number>>();
    expect(now(items.collect())).toEqual([1, 2, 3, 4]);
  });

  test("catches errors of what it awaits and goes on", () => {
    const items = stream(function* () {
      const failing = new Controlled<number>();
      failing.fail(new Error("lost"));
      try {
        yield yield* failing;
      } catch (error) {
        yield (error as Error).message;
      }
      yield "on";
    });
    expect(now(items.collect())).toEqual(["lost", "on"]);
  });

  test("catches an error of a coroutine that had suspended and yields in the handler", () => {
    const failing = new Controlled<number>();
    const child = asyncFn(function* () {
      return yield* failing;
    });
    const items = stream(function* () {
      try {
        yield* child();
      } catch {
        yield "handled";
      }
    });
    const probe = waiting(items.next());
    failing.fail(new Error("lost"));
    expect(probe.poll()).toBe("handled");
  });

  test("ends with the error of its body", () => {
    const items = stream(function* () {
      yield 1;
      throw new Error("broken");
    });
    expect(now(items.next())).toBe(1);
    expect(() => now(items.next())).toThrow("broken");
    expect(now(items.next())).toBe(End);
  });

  test("runs the finally blocks when it is dropped at an item or at a wait, and drops what it waits for first", () => {
    for (const reach of [0, 1]) {
      const log: string[] = [];
      const wait = new Controlled("wait", log);
      const items = stream(function* () {
        try {
          yield 1;
          yield* wait;
        } finally {
          log.push("finally");
        }
      });
      now(items.next());
      if (reach === 1) waiting(items.next());
      items.drop();
      items.drop();
      expect(log).toEqual(reach === 0 ? ["finally"] : ["poll wait", "drop wait", "finally"]);
    }
  });

  test("cannot await or yield while it is dropped", () => {
    const awaiting = stream(function* () {
      try {
        yield 1;
      } finally {
        yield* pendingFuture();
      }
    });
    now(awaiting.next());
    expect(thrownBy(() => awaiting.drop())).toBeInstanceOf(AwaitOutsidePollError);
    const yielding = stream(function* () {
      try {
        yield 1;
      } finally {
        yield 2;
      }
    });
    now(yielding.next());
    expect(() => yielding.drop()).toThrow("suspended");
  });

  test("does not let a coroutine that it awaits yield items", () => {
    const child = asyncFn(function* (): Generator<never, void, unknown> {
      yield 1 as never;
    });
    const items = stream(function* () {
      yield* child();
    });
    expect(thrownBy(() => now(items.next()))).toBeInstanceOf(BareYieldError);
  });

  test("yields any value, undefined included", () => {
    const items = stream(function* () {
      yield undefined;
      yield null;
    });
    expect(now(items.collect())).toEqual([undefined, null]);
  });

  test("takes one from the budget for each item", () => {
    const probe = new Probe(stream(naturals).take(5).collect());
    probe.poll();
    expect(probe.budget).toBe(COOPERATIVE_BUDGET - 5);
  });
});

describe("receivers and intervals", () => {
  test("a channel's receiver is a stream that ends with its senders and whose drop they see", () => {
    const [sender, receiver] = mpsc.channel<number>(2);
    const items = fromReceiver(receiver);
    expectTypeOf(items).toEqualTypeOf<Stream<number>>();
    sender.trySend(1);
    const probe = waitingAfter(items, 1);
    sender.trySend(2);
    expect(probe.wakes).toBe(1);
    expect(probe.poll()).toBe(2);
    sender.drop();
    expect(now(items.next())).toBe(End);

    const [other, dropped] = mpsc.channel<number>(2);
    fromReceiver(dropped).drop();
    expect(other.isClosed).toBe(true);
  });

  test("a broadcast receiver is a stream that goes on after it has lagged", () => {
    const [sender, receiver] = broadcast.channel<number>(2);
    const items = fromReceiver(receiver);
    for (const n of [1, 2, 3]) sender.send(n);
    sender.drop();
    expect(() => now(items.next())).toThrow(LaggedError);
    expect(now(items.collect())).toEqual([2, 3]);
  });

  test("an interval is a stream of its ticks", () => {
    const runtime = new HandDriven();
    const seen: number[] = [];
    const task = runtime.spawn(
      asyncFn(function* () {
        yield* fromInterval(interval(10))
          .take(3)
          .forEach(() => {
            seen.push(runtime.clock.nowMs());
          });
      })(),
    );
    runtime.settle();
    for (let tick = 0; tick < 3; tick++) {
      runtime.clock.skipTo(runtime.timers.nextDeadlineMs());
      runtime.timers.fire();
      runtime.settle();
    }
    expect(task.isFinished).toBe(true);
    expect(seen).toEqual([0, 10, 20]);
    expect(runtime.timers.size).toBe(0);
  });
});

function waitingAfter<T>(items: Stream<T>, first: T): Probe<T | typeof End> {
  expect(now(items.next())).toBe(first);
  return waiting(items.next());
}

describe("next", () => {
  test("takes one item, and dropping the wait leaves the stream as it is", () => {
    const feed = new Feed<number>();
    const items = Stream.from(feed);
    const probe = waiting(items.next());
    probe.drop();
    feed.push(1);
    expect(now(items.next())).toBe(1);
    expect(feed.drops).toBe(0);
  });

  test("cannot be polled after it has given its item or was dropped", () => {
    const next = new Probe(iter([1, 2]).next());
    next.poll();
    expect(thrownBy(() => next.poll())).toBeInstanceOf(PolledAfterCompletionError);
    const dropped = new Probe(iter([1, 2]).next());
    dropped.drop();
    expect(thrownBy(() => dropped.poll())).toBeInstanceOf(PolledAfterCompletionError);
  });

  test("takes every item in a loop of a coroutine", () => {
    const sum = asyncFn(function* (items: Stream<number>) {
      let total = 0;
      for (let item = yield* items.next(); item !== End; item = yield* items.next()) total += item;
      return total;
    });
    expect(now(sum(iter([1, 2, 3])))).toBe(6);
  });
});
