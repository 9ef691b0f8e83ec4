import { describe, expect, expectTypeOf, test } from "vitest";
import { asyncFn, type Future, lazy, Pending, PolledAfterCompletionError, ready } from "../src/future/index.ts";
import { FuturesUnordered } from "../src/group/index.ts";
import { empty, End, iter, peekable, pending, repeat, type Source, Stream, StreamMap } from "../src/stream/index.ts";
import { Controlled, HandDriven, thrownBy } from "./support/bench-stand.ts";
import { Feed } from "./support/feed.ts";
import { now, Probe, waiting } from "./support/probe.ts";

/** A value typed `Source`, as a class that only implements the interface has it. */
const asSource = <T>(source: Source<T>): Source<T> => source;

describe("the type of a stream follows from its adapters:", () => {
  const numbers = (): Stream<number> => iter([1, 2, 3]);

  test("one item for each", () => {
    expectTypeOf(numbers().map(String)).toEqualTypeOf<Stream<string>>();
    expectTypeOf(numbers().andThen((n) => ready([n]))).toEqualTypeOf<Stream<number[]>>();
    expectTypeOf(numbers().inspect(() => {})).toEqualTypeOf<Stream<number>>();
    expectTypeOf(numbers().enumerate()).toEqualTypeOf<Stream<[index: number, item: number]>>();
    expectTypeOf(numbers().scan("", (s, n) => `${s}${n}`)).toEqualTypeOf<Stream<string>>();
  });

  test("fewer items", () => {
    expectTypeOf(numbers().filter((n) => n > 1)).toEqualTypeOf<Stream<number>>();
    expectTypeOf(iter([1, "a"]).filter((x) => typeof x === "string")).toEqualTypeOf<Stream<string>>();
    expectTypeOf(numbers().filterMap((n) => (n > 1 ? `${n}` : undefined))).toEqualTypeOf<Stream<string>>();
    expectTypeOf(numbers().take(1).skip(1)).toEqualTypeOf<Stream<number>>();
  });

  test("several streams", () => {
    expectTypeOf(numbers().zip(iter(["a"]))).toEqualTypeOf<Stream<[number, string]>>();
    expectTypeOf(numbers().chain(iter(["a"]))).toEqualTypeOf<Stream<number | string>>();
    expectTypeOf(numbers().merge(iter(["a"]), iter([true]))).toEqualTypeOf<Stream<number | string | boolean>>();
    expectTypeOf(numbers().merge()).toEqualTypeOf<Stream<number>>();
    expectTypeOf(iter([numbers()]).flatten()).toEqualTypeOf<Stream<number>>();
    expectTypeOf(numbers().chunks(2)).toEqualTypeOf<Stream<number[]>>();
    expectTypeOf(empty().chain(numbers())).toEqualTypeOf<Stream<number>>();
  });

  test("futures as items", () => {
    expectTypeOf(numbers().map(ready).buffered(1)).toEqualTypeOf<Stream<number>>();
    expectTypeOf(numbers().map(ready).bufferUnordered(1)).toEqualTypeOf<Stream<number>>();
    // @ts-expect-error numbers are no futures
    expect(() => now(numbers().buffered(1).next())).toThrow(TypeError);
    // @ts-expect-error numbers are no streams
    expect(() => now(numbers().flatten().next())).toThrow(TypeError);
  });

  test("one future of all", () => {
    expectTypeOf(numbers().next()).toEqualTypeOf<Future<number | typeof End>>();
    expectTypeOf(numbers().collect()).toEqualTypeOf<Future<number[]>>();
    expectTypeOf(numbers().fold("", (s, n) => s + n)).toEqualTypeOf<Future<string>>();
    expectTypeOf(numbers().count()).toEqualTypeOf<Future<number>>();
    // @ts-expect-error a plain generator would never run
    expect(numbers().forEach(function* () {})).toBeInstanceOf(Object);
  });

  test("the loop over next narrows the item", () => {
    const lengths = asyncFn(function* (words: Stream<string>) {
      const result: number[] = [];
      for (let word = yield* words.next(); word !== End; word = yield* words.next()) {
        expectTypeOf(word).toEqualTypeOf<string>();
        result.push(word.length);
      }
      return result;
    });
    expect(now(lengths(iter(["a", "bc"])))).toEqual([1, 2]);
  });
});

describe("an adapter", () => {
  test("polls nothing before it is polled", () => {
    const feed = new Feed(1);
    const adapted = Stream.from(feed)
      .map((n) => n)
      .filter(() => true)
      .chunks(2)
      .merge(pending());
    expect(feed.polls).toBe(0);
    adapted.drop();
    expect(feed.drops).toBe(1);
  });

  test("polls its source once for each item that it needs, and no more", () => {
    const feed = new Feed(1, 2, 3);
    expect(
      now(
        Stream.from(feed)
          .map((n) => n)
          .take(2)
          .collect(),
      ),
    ).toEqual([1, 2]);
    expect(feed.polls).toBe(2);
  });

  test("takes an error of its source or callback for an item and goes on", () => {
    const feed = new Feed(1, 2);
    const items = Stream.from(feed)
      .map((n) => {
        if (n === 1) throw new Error("one");
        return n;
      })
      .filter(() => true)
      .chain(empty());
    expect(() => now(items.next())).toThrow("one");
    expect(now(items.next())).toBe(2);
    feed.fail(new Error("source"));
    feed.add(4);
    expect(() => now(items.next())).toThrow("source");
    expect(now(items.next())).toBe(4);
  });

  test("cannot be polled once dropped", () => {
    const items = iter([1]).map((n) => n);
    items.drop();
    expect(thrownBy(() => now(items.next()))).toBeInstanceOf(PolledAfterCompletionError);
  });

  test("is dropped at the end of a using block", () => {
    const feed = new Feed<number>();
    {
      using items = Stream.from(feed).take(3);
      waiting(items.next());
    }
    expect(feed.drops).toBe(1);
  });
});

test("Stream.from gives a source the adapters and a stream itself", () => {
  const items = iter([1]);
  expect(Stream.from(asSource(items))).toBe(items);
  const group = new FuturesUnordered([ready(1), ready(2)]);
  expect(now(Stream.from(group).collect())).toEqual([1, 2]);
});

test("byRef lends a stream: what takes the loan to its end leaves the rest", () => {
  const feed = new Feed("header", "a", "b").end();
  const lines = Stream.from(feed);
  expect(now(lines.byRef().take(1).collect())).toEqual(["header"]);
  expect(feed.drops).toBe(0);
  expect(now(lines.collect())).toEqual(["a", "b"]);
});

test("inspect sees each item, and enumerate counts from 0", () => {
  const seen: unknown[] = [];
  const items = iter(["a", "b"])
    .inspect((item) => seen.push(item))
    .enumerate();
  expect(now(items.collect())).toEqual([
    [0, "a"],
    [1, "b"],
  ]);
  expect(seen).toEqual(["a", "b"]);
});

describe("take", () => {
  test("of nothing does not poll its source, but drops it", () => {
    const feed = new Feed(1);
    expect(now(Stream.from(feed).take(0).collect())).toEqual([]);
    expect([feed.polls, feed.drops]).toEqual([0, 1]);
  });

  test("drops its source with the last item, once", () => {
    const feed = new Feed(1, 2);
    const items = Stream.from(feed).take(1);
    expect(now(items.next())).toBe(1);
    expect(feed.drops).toBe(1);
    expect(now(items.next())).toBe(End);
    items.drop();
    expect(feed.drops).toBe(1);
  });

  test("with a source that ends earlier ends then", () => {
    const items = Stream.from(new Feed(1).end()).take(5);
    expect(now(items.next())).toBe(1);
    expect(now(items.next())).toBe(End);
    expect(now(items.next())).toBe(End);
  });

  test("and skip refuse what is no count", () => {
    for (const count of [-1, 1.5, NaN]) {
      expect(() => iter([1]).take(count)).toThrow(RangeError);
      expect(() => iter([1]).skip(count)).toThrow(RangeError);
    }
    expect(now(iter([1]).take(Infinity).collect())).toEqual([1]);
    expect(now(iter([1]).skip(Infinity).collect())).toEqual([]);
  });
});

test("takeWhile drops its source at the first item that is not wanted", () => {
  const feed = new Feed(1, 5, 1);
  const items = Stream.from(feed).takeWhile((n) => n < 3);
  expect(now(items.next())).toBe(1);
  expect(now(items.next())).toBe(End);
  expect([feed.polls, feed.drops]).toEqual([2, 1]);
  expect(now(items.next())).toBe(End);
});

test("skipWhile asks about no item after the first that passed", () => {
  const asked: number[] = [];
  const items = iter([1, 2, 3, 1]).skipWhile((n) => {
    asked.push(n);
    return n < 2;
  });
  expect(now(items.collect())).toEqual([2, 3, 1]);
  expect(asked).toEqual([1, 2]);
});

test("fuse never polls an ended source again", () => {
  const feed = new Feed<number>().end();
  const items = Stream.from(feed).fuse();
  for (let i = 0; i < 3; i++) expect(now(items.next())).toBe(End);
  items.drop();
  expect([feed.polls, feed.drops]).toEqual([1, 0]);
});

describe("andThen", () => {
  test("has one future in work at a time and takes no item ahead", () => {
    const feed = new Feed(0, 1);
    const futures = [new Controlled<string>(), new Controlled<string>()];
    const items = Stream.from(feed).andThen((n) => futures[n]);
    const first = waiting(items.next());
    expect([feed.polls, futures[1].polls]).toEqual([1, 0]);
    futures[0].complete("a");
    expect(first.wakes).toBe(1);
    expect(first.poll()).toBe("a");
    waiting(items.next());
    items.drop();
    expect([futures[0].drops, futures[1].drops, feed.drops]).toEqual([0, 1, 1]);
  });

  test("goes on with the next item after a future failed", () => {
    const items = iter([1, 2]).andThen((n) =>
      lazy(() => {
        if (n === 1) throw new Error("one");
        return n;
      }),
    );
    expect(() => now(items.next())).toThrow("one");
    expect(now(items.next())).toBe(2);
  });
});

describe("zip", () => {
  test("keeps the item of one side until the other has one", () => {
    const [left, right] = [new Feed<string>(), new Feed<number>()];
    const items = Stream.from(left).zip(right);
    const probe = waiting(items.next());
    left.push("a");
    expect(probe.poll()).toBe(Pending);
    expect(left.polls).toBe(2);
    right.push(1);
    expect(probe.wakes).toBe(2);
    expect(probe.poll()).toEqual(["a", 1]);
  });

  test("ends with the shorter side and drops the other, item and all", () => {
    for (const shorter of [0, 1]) {
      const feeds = [new Feed(1, 2), new Feed(1, 2)];
      feeds[shorter].end();
      feeds[1 - shorter].add(3);
      const items = Stream.from(feeds[0]).zip(feeds[1]);
      expect(now(items.collect())).toHaveLength(2);
      expect(feeds.map(({ drops }) => drops)).toEqual(shorter === 0 ? [0, 1] : [1, 0]);
    }
  });
});

test("chain lets go of the first stream at its end, before it polls the second", () => {
  const [first, second] = [new Feed(1).end(), new Feed(2).end()];
  const items = Stream.from(first).chain(second);
  expect(now(items.next())).toBe(1);
  expect(second.polls).toBe(0);
  expect(now(items.next())).toBe(2);
  expect(now(items.next())).toBe(End);

  const third = new Feed<number>();
  const dropped = Stream.from(new Feed<number>().end()).chain(third);
  waiting(dropped.next());
  dropped.drop();
  expect(third.drops).toBe(1);
});

describe("merge", () => {
  test("gives every stream its turn, however much the others have", () => {
    const items = repeat("a").merge(repeat("b"), repeat("c")).take(6);
    expect(now(items.collect())).toEqual(["a", "b", "c", "a", "b", "c"]);
  });

  test("gives every stream its turn also behind one that has nothing or fails", () => {
    const failing = new Feed<string>();
    for (let i = 0; i < 3; i++) failing.fail(new Error("failed"));
    const items = Stream.from(failing).merge(new Feed<string>(), repeat("b"));
    const seen: string[] = [];
    for (let i = 0; i < 4; i++) {
      try {
        seen.push(String(now(items.next())));
      } catch (error) {
        seen.push((error as Error).message);
      }
    }
    expect(seen).toEqual(["failed", "b", "failed", "b"]);
  });

  test("ends when all have ended", () => {
    const feeds = [new Feed(1), new Feed<number>(), new Feed(3)];
    const items = Stream.from(feeds[0]).merge(feeds[1], feeds[2]);
    expect([now(items.next()), now(items.next())]).toEqual([1, 3]);
    const probe = waiting(items.next());
    feeds[1].end();
    expect(probe.poll()).toBe(Pending);
    feeds[0].end();
    feeds[2].push(4);
    expect(probe.poll()).toBe(4);
    feeds[2].end();
    expect(now(items.next())).toBe(End);
    items.drop();
    expect(feeds.map(({ drops }) => drops)).toEqual([0, 0, 0]);
  });

  test("is woken by whichever stream has something, and drops those that have not ended, in order", () => {
    const feeds = [new Feed<number>(), new Feed<number>(), new Feed<number>()];
    const items = Stream.from(feeds[0]).merge(feeds[1], feeds[2]);
    const probe = waiting(items.next());
    feeds[2].push(3);
    expect(probe.wakes).toBe(1);
    feeds[1].end();
    expect(probe.poll()).toBe(3);
    waiting(items.next());
    items.drop();
    expect(feeds.map(({ drops }) => drops)).toEqual([1, 0, 1]);
  });
});

test("flatten takes one inner stream after the other and drops the current one before the outer", () => {
  const outer = new Feed<Source<number>>(iter([1, 2]), empty());
  const inner = new Feed(3);
  outer.add(inner);
  const items = Stream.from(outer).flatten();
  expect([now(items.next()), now(items.next()), now(items.next())]).toEqual([1, 2, 3]);
  expect(outer.polls).toBe(3);
  waiting(items.next());
  items.drop();
  expect([inner.drops, outer.drops]).toEqual([1, 1]);
});

describe("chunks", () => {
  test("are full but for the last", () => {
    expect(now(iter([1, 2, 3, 4, 5]).chunks(2).collect())).toEqual([[1, 2], [3, 4], [5]]);
    expect(now(iter([1, 2]).chunks(2).collect())).toEqual([[1, 2]]);
    expect(now(empty().chunks(2).collect())).toEqual([]);
  });

  test("refuse a size that is none", () => {
    for (const size of [0, -1, 1.5, NaN]) {
      expect(() => iter([1]).chunks(size)).toThrow(RangeError);
      expect(() => iter([1]).readyChunks(size)).toThrow(RangeError);
      expect(() => iter([1]).chunksTimeout(size, 1)).toThrow(RangeError);
    }
  });

  test("keep what they have gathered when the source fails", () => {
    const feed = new Feed(1);
    feed.fail(new Error("failed"));
    feed.add(2);
    const items = Stream.from(feed).chunks(2);
    expect(() => now(items.next())).toThrow("failed");
    expect(now(items.next())).toEqual([1, 2]);
  });

  test("of what is ready do not wait for more, but for one", () => {
    const feed = new Feed(1, 2, 3);
    const items = Stream.from(feed).readyChunks(2);
    expect(now(items.next())).toEqual([1, 2]);
    expect(now(items.next())).toEqual([3]);
    const probe = waiting(items.next());
    feed.push(4);
    expect(probe.poll()).toEqual([4]);
  });
});

describe("buffered", () => {
  test("runs as many futures as its limit and gives their values in order", () => {
    const futures = Array.from({ length: 4 }, () => new Controlled<number>());
    const items = iter(futures).buffered(2);
    const probe = waiting(items.next());
    expect(futures.map(({ polls }) => polls)).toEqual([1, 1, 0, 0]);
    futures[1].complete(1);
    expect(probe.wakes).toBe(1);
    expect(probe.poll()).toBe(Pending);
    expect(futures[2].polls).toBe(0);
    futures[0].complete(0);
    expect(probe.poll()).toBe(0);
    expect(now(items.next())).toBe(1);
    waiting(items.next());
    expect(futures.map(({ polls }) => polls)).toEqual([2, 2, 1, 1]);
    items.drop();
    expect(futures.map(({ drops }) => drops)).toEqual([0, 0, 1, 1]);
  });

  test("waits for more futures while it has none, and ends when they do", () => {
    const feed = new Feed<Future<number>>();
    for (const items of [Stream.from(feed).buffered(2), Stream.from(feed).bufferUnordered(2)]) {
      const probe = waiting(items.next());
      feed.push(ready(1));
      expect(probe.poll()).toBe(1);
    }
    const ended = Stream.from(new Feed<Future<number>>(ready(1)).end()).buffered(3);
    expect(now(ended.collect())).toEqual([1]);
    expect(now(ended.next())).toBe(End);
  });

  test("unordered gives values as they come, and takes the next future then", () => {
    const futures = Array.from({ length: 3 }, () => new Controlled<number>());
    const items = iter(futures).bufferUnordered(2);
    const probe = waiting(items.next());
    futures[1].complete(1);
    expect(probe.poll()).toBe(1);
    expect(futures[2].polls).toBe(0);
    const second = waiting(items.next());
    expect(futures[2].polls).toBe(1);
    futures[2].complete(2);
    expect(second.poll()).toBe(2);
    futures[0].complete(0);
    expect(now(items.collect())).toEqual([0]);
  });

  test("throws the error of one future and goes on with the others", () => {
    const futures = Array.from({ length: 3 }, () => new Controlled<number>());
    futures[0].fail(new Error("first"));
    futures[1].complete(1);
    futures[2].complete(2);
    const items = iter(futures).buffered(2);
    expect(() => now(items.next())).toThrow("first");
    expect(now(items.collect())).toEqual([1, 2]);
  });

  test("refuses a limit that is none", () => {
    expect(() => iter([ready(1)]).buffered(0)).toThrow("buffered expects an integer of at least 1, but was given 0");
    expect(() => iter([ready(1)]).bufferUnordered(0.5)).toThrow(RangeError);
    expect(() => iter([1]).forEachConcurrent(0, ready)).toThrow(RangeError);
    expect(
      now(
        iter([ready(1)])
          .buffered(Infinity)
          .collect(),
      ),
    ).toEqual([1]);
  });
});

describe("peekable", () => {
  test("shows the next item as often as one looks, and then gives it", () => {
    const feed = new Feed(1, 2).end();
    const items = peekable(feed);
    expect([now(items.peek()), now(items.peek()), now(items.next())]).toEqual([1, 1, 1]);
    expect(feed.polls).toBe(1);
    expect(now(items.map((n) => n * 10).next())).toBe(20);
    expect([now(items.peek()), now(items.next()), now(items.peek())]).toEqual([End, End, End]);
    expect(feed.polls).toBe(3);
  });

  test("takes an item on condition", () => {
    const items = peekable(iter([1, 2]));
    expect(now(items.nextIf((n) => n === 2))).toBe(End);
    expect(now(items.nextIf((n) => n === 1))).toBe(1);
    expect(now(items.collect())).toEqual([2]);
  });

  test("waits for the item that it is to show", () => {
    const feed = new Feed<number>();
    const items = peekable(feed);
    const probe = waiting(items.peek());
    feed.push(1);
    expect(probe.wakes).toBe(1);
    expect(probe.poll()).toBe(1);
    items.drop();
    expect(feed.drops).toBe(1);
  });
});

describe("fold, collect and count", () => {
  test("make one value of all items", () => {
    expect(now(iter([1, 2, 3]).fold(10, (sum, n) => sum - n))).toBe(4);
    expect(now(empty().collect())).toEqual([]);
    expect(now(iter("abc").count())).toBe(3);
  });

  test("stop at the first error and drop the stream", () => {
    const feed = new Feed(1);
    const probe = waiting(Stream.from(feed).collect());
    feed.fail(new Error("failed"));
    expect(() => probe.poll()).toThrow("failed");
    expect(feed.drops).toBe(1);
    expect(thrownBy(() => probe.poll())).toBeInstanceOf(PolledAfterCompletionError);

    const other = new Feed(1, 2);
    const adding = new Probe(
      Stream.from(other).fold(0, () => {
        throw new Error("no sum");
      }),
    );
    expect(() => adding.poll()).toThrow("no sum");
    expect([other.polls, other.drops]).toEqual([1, 1]);
  });

  test("do not share the array of two collections", () => {
    const items = iter([1, 2]);
    const first = now(items.byRef().take(1).collect());
    const second = now(items.collect());
    expect([first, second]).toEqual([[1], [2]]);
  });
});

describe("forEach", () => {
  test("finishes what an item started before it asks for the next", () => {
    const feed = new Feed(0, 1).end();
    const actions = [new Controlled<void>(), new Controlled<void>()];
    const probe = waiting(Stream.from(feed).forEach((n) => actions[n]));
    expect(feed.polls).toBe(1);
    actions[0].complete();
    expect(probe.poll()).toBe(Pending);
    expect(feed.polls).toBe(2);
    actions[1].complete();
    expect(probe.poll()).toBe(undefined);
    expect(thrownBy(() => probe.poll())).toBeInstanceOf(PolledAfterCompletionError);
  });

  test("runs a plain function at once for each item", () => {
    const seen: number[] = [];
    now(
      iter([1, 2]).forEach((n) => {
        seen.push(n);
      }),
    );
    expect(seen).toEqual([1, 2]);
  });

  test("stops at the first error, of the source or of an action, and drops the stream", () => {
    const action = new Controlled<void>();
    const feed = new Feed(1, 2);
    const probe = waiting(Stream.from(feed).forEach(() => action));
    action.fail(new Error("failed"));
    expect(() => probe.poll()).toThrow("failed");
    expect([feed.polls, feed.drops, action.drops]).toEqual([1, 1, 0]);
  });

  test("dropped drops the action, then the stream", () => {
    const log: string[] = [];
    const action = new Controlled<void>("action", log);
    const source: Source<number> = {
      pollNext: () => 1,
      drop: () => log.push("drop source"),
    };
    const probe = waiting(Stream.from(source).forEach(() => action));
    probe.drop();
    probe.drop();
    expect(log).toEqual(["poll action", "drop action", "drop source"]);
  });

  test("concurrently keeps to its limit", () => {
    const actions = Array.from({ length: 3 }, () => new Controlled<void>());
    const probe = waiting(iter([0, 1, 2]).forEachConcurrent(2, (n) => actions[n]));
    expect(actions.map(({ polls }) => polls)).toEqual([1, 1, 0]);
    actions[1].complete();
    expect(probe.poll()).toBe(Pending);
    expect(actions.map(({ polls }) => polls)).toEqual([1, 2, 1]);
    actions[0].complete();
    actions[2].complete();
    expect(probe.poll()).toBe(undefined);
  });

  test("concurrently stops at the first error and drops the others", () => {
    const actions = Array.from({ length: 2 }, () => new Controlled<void>());
    const probe = waiting(iter([0, 1]).forEachConcurrent(2, (n) => actions[n]));
    actions[1].fail(new Error("second"));
    expect(() => probe.poll()).toThrow("second");
    expect(actions.map(({ drops }) => drops)).toEqual([1, 0]);
  });
});

describe("StreamMap", () => {
  test("gives items with their keys and lets go of streams that end", () => {
    const map = new StreamMap<string, number>();
    map.insert("a", iter([1]));
    map.insert("b", iter([2]));
    expect(map.size).toBe(2);
    expect(new Map(now(map.byRef().collect()))).toEqual(new Map(Object.entries({ a: 1, b: 2 })));
    expect([map.size, map.keys(), map.has("a")]).toEqual([0, [], false]);
    expect(now(map.next())).toBe(End);
    map.insert("c", iter([3]));
    expect(now(map.next())).toEqual(["c", 3]);
  });

  test("polls a stream that is inserted while a task waits", () => {
    const map = new StreamMap<string, number>();
    map.insert("a", new Feed<number>());
    const probe = waiting(map.next());
    map.insert("b", iter([2]));
    expect(probe.wakes).toBe(1);
    expect(probe.poll()).toEqual(["b", 2]);
  });

  test("hands a replaced or removed stream back, undropped", () => {
    const [first, second] = [new Feed(1), new Feed(2)];
    const map = new StreamMap<string, number>();
    expect(map.insert("a", first)).toBe(undefined);
    expect(map.insert("a", second)).toBe(first);
    expect(map.remove("a")).toBe(second);
    expect(map.remove("a")).toBe(undefined);
    expect([first.drops, second.drops]).toEqual([0, 0]);
  });

  test("drops what it holds", () => {
    const feeds = [new Feed<number>(), new Feed<number>()];
    const map = new StreamMap<number, number>();
    for (const [key, feed] of feeds.entries()) map.insert(key, feed);
    waiting(map.next());
    map.drop();
    map.drop();
    expect(feeds.map(({ drops }) => drops)).toEqual([1, 1]);
  });

  test("starves no stream", () => {
    const runtime = new HandDriven();
    const map = new StreamMap<string, number>();
    map.insert("a", repeat(1));
    map.insert("b", repeat(2));
    const items = runtime.poll(map.take(100).collect()) as [string, number][];
    for (const key of ["a", "b"]) expect(items.filter(([k]) => k === key).length).toBeGreaterThan(20);
  });
});
