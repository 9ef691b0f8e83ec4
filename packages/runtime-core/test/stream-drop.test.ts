import { describe, test } from "vitest";
import { asyncFn, type Future } from "../src/future/index.ts";
import { End, fromFuture, iter, once, peekable, Stream, stream, StreamMap, unfold } from "../src/stream/index.ts";
import { expectDroppableEverywhere, type Leaf, type Stand } from "./support/drop-everywhere.ts";

/** Leaves that begin to exist one by one, and the events that complete them in that order. */
function leavesOf(stand: Stand, count: number): { next: () => Leaf; events: (() => void)[] } {
  const leaves: Leaf[] = [];
  return {
    next: () => {
      const leaf = stand.leaf();
      leaves.push(leaf);
      return leaf;
    },
    events: Array.from({ length: count }, (_, i) => () => leaves[i].complete(i)),
  };
}

/** A stream of three items that come one after the other, and what is made of it: finished when the third has come. */
const ofThree: Record<string, (items: Stream<number>) => Future<unknown>> = {
  collect: (items) => items.collect(),
  count: (items) => items.count(),
  "forEach with a function": (items) => items.forEach(() => {}),
  "forEach with a future": (items) => items.forEach(() => once(1).count()),
  forEachConcurrent: (items) => items.forEachConcurrent(2, () => once(1).count()),
  map: (items) => items.map((n) => n + 1).collect(),
  filter: (items) => items.filter((n) => n > 0).collect(),
  filterMap: (items) => items.filterMap((n) => (n > 0 ? n : undefined)).collect(),
  "take of all": (items) => items.take(3).collect(),
  "take of more": (items) => items.take(4).collect(),
  takeWhile: (items) => items.takeWhile((n) => n < 2).collect(),
  skip: (items) => items.skip(1).collect(),
  fuse: (items) => items.fuse().collect(),
  zip: (items) => items.zip(iter("abc")).collect(),
  "chain before another": (items) => items.chain(iter("abc")).collect(),
  "chain behind another": (items) => iter("abc").chain(items).collect(),
  merge: (items) => iter("abc").merge(items, iter("def")).collect(),
  "flatten of inner streams": (items) =>
    items
      .map(() => iter("abc"))
      .flatten()
      .collect(),
  "flatten of one": (items) => once(items).flatten().collect(),
  chunks: (items) => items.chunks(2).collect(),
  readyChunks: (items) => items.readyChunks(2).collect(),
  chunksTimeout: (items) => items.chunksTimeout(2, 1000).collect(),
  timeout: (items) => items.timeout(1000).collect(),
  peekable: (items) => peekable(items).collect(),
  StreamMap: (items) => {
    const map = new StreamMap<string, string | number>();
    map.insert("a", iter("abc"));
    map.insert("b", items);
    return map.collect();
  },
};

/** Streams of three items, each of which waits for a leaf that is made when it is asked for. */
const fromLeaves: Record<string, (leaf: () => Leaf) => Stream<unknown>> = {
  andThen: (leaf) => iter("abc").andThen(leaf),
  "andThen with a coroutine": (leaf) =>
    iter("abc").andThen(
      asyncFn(function* () {
        return yield* leaf();
      }),
    ),
  unfold: (leaf) =>
    unfold(
      0,
      asyncFn(function* (count: number) {
        return count === 3 ? End : ([yield* leaf(), count + 1] as const);
      }),
    ),
  stream: (leaf) =>
    stream(function* () {
      for (let count = 0; count < 3; count++) yield yield* leaf();
    }),
  fromFuture: (leaf) =>
    iter("abc")
      .map(() => fromFuture(leaf()))
      .flatten(),
  "buffered one by one": (leaf) => iter("abc").map(leaf).buffered(1),
  "bufferUnordered one by one": (leaf) => iter("abc").map(leaf).bufferUnordered(1),
  "buffered, two at a time": (leaf) => iter("abc").map(leaf).buffered(2),
  "bufferUnordered, all at a time": (leaf) => iter("abc").map(leaf).bufferUnordered(5),
};

describe("dropped behind any of its polls, before and after the next wake, releases everything once:", () => {
  for (const [name, make] of Object.entries(ofThree)) {
    test(`${name}, of three items`, () => {
      expectDroppableEverywhere((stand) => {
        const { next, events } = leavesOf(stand, 3);
        return { future: make(iter("abc").andThen(next)), events };
      });
    });
  }

  for (const [name, make] of Object.entries(fromLeaves)) {
    test(`${name}, of three futures`, () => {
      expectDroppableEverywhere((stand) => {
        const { next, events } = leavesOf(stand, 3);
        return { future: make(next).collect(), events };
      });
    });
  }

  test("throttle, which waits for its timer between the items", () => {
    expectDroppableEverywhere((stand) => {
      const { next, events } = leavesOf(stand, 2);
      const { clock, timers } = stand.runtime;
      const pass = (): void => {
        clock.skipTo(timers.nextDeadlineMs());
        timers.fire();
      };
      return {
        future: iter("ab").andThen(next).throttle(10).collect(),
        events: [events[0], pass, events[1], pass],
      };
    });
  });

  test("chunksTimeout that is cut short", () => {
    expectDroppableEverywhere((stand) => {
      const { next, events } = leavesOf(stand, 2);
      const { clock, timers } = stand.runtime;
      const pass = (): void => {
        clock.skipTo(timers.nextDeadlineMs());
        timers.fire();
      };
      return {
        future: iter("ab").andThen(next).chunksTimeout(5, 10).take(1).collect(),
        events: [events[0], pass],
      };
    });
  });
});
