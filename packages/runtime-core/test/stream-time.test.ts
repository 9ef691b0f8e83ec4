import { describe, expect, test } from "vitest";
import { asyncFn, Pending, type Poll } from "../src/future/index.ts";
import { End, iter, repeat, type Source, Stream } from "../src/stream/index.ts";
import { ElapsedError } from "../src/time/index.ts";
import { HandDriven, thrownBy } from "./support/bench-stand.ts";
import { Feed } from "./support/feed.ts";

/** A stream that is polled by a task on a paused clock. */
function onPausedClock<T>(items: Stream<T>) {
  const runtime = new HandDriven();
  return {
    runtime,
    poll: (): Poll<T | End> => {
      runtime.context.budget = 128;
      return runtime.poll(items.byRef().next());
    },
    /** Lets time pass. @returns how often the task is woken by that */
    pass: (ms: number): number => {
      const { wakes } = runtime.waker;
      runtime.clock.skipTo(runtime.clock.nowMs() + ms);
      runtime.timers.fire();
      return runtime.waker.wakes - wakes;
    },
  };
}

describe("chunksTimeout", () => {
  test("gives what has come when the first item has waited long enough", () => {
    const feed = new Feed<number>();
    const { poll, pass, runtime } = onPausedClock(Stream.from(feed).chunksTimeout(3, 10));
    expect(poll()).toBe(Pending);
    expect(runtime.timers.size, "no time runs without an item").toBe(0);
    feed.push(1);
    expect(poll()).toBe(Pending);
    expect(pass(6)).toBe(0);
    feed.push(2);
    expect(poll()).toBe(Pending);
    expect(pass(3)).toBe(0);
    expect(pass(1)).toBe(1);
    expect(poll()).toEqual([1, 2]);
    expect(runtime.timers.size).toBe(0);
  });

  test("gives full arrays at once, without a timer, and stops the timer of one that fills up", () => {
    const feed = new Feed(1, 2);
    const { poll, runtime } = onPausedClock(Stream.from(feed).chunksTimeout(2, 10));
    expect(poll()).toEqual([1, 2]);
    expect(runtime.timers.size).toBe(0);
    feed.push(3);
    expect(poll()).toBe(Pending);
    expect(runtime.timers.size).toBe(1);
    feed.push(4);
    expect(poll()).toEqual([3, 4]);
    expect(runtime.timers.size).toBe(0);
  });

  test("gives the rest at the end", () => {
    const { poll, runtime } = onPausedClock(Stream.from(new Feed(1).end()).chunksTimeout(2, 10));
    expect(poll()).toEqual([1]);
    expect(poll()).toBe(End);
    expect(runtime.timers.size).toBe(0);
  });

  test("keeps its time also with a source that uses up each turn", () => {
    let given = 0;
    const busy = repeat(1).filter(() => given++ === 0);
    const { poll, pass } = onPausedClock(busy.chunksTimeout(2, 10));
    expect(poll()).toBe(Pending);
    pass(10);
    expect(poll()).toEqual([1]);
  });

  test("dropped releases its timer", () => {
    const feed = new Feed(1);
    const items = Stream.from(feed).chunksTimeout(2, 10);
    const { poll, runtime } = onPausedClock(items);
    poll();
    items.drop();
    expect([runtime.timers.size, feed.drops]).toEqual([0, 1]);
  });
});

describe("throttle", () => {
  test("asks for the next item only when the time from the one before has passed", () => {
    const feed = new Feed(1, 2, 3);
    const { poll, pass } = onPausedClock(Stream.from(feed).throttle(10));
    expect(poll()).toBe(1);
    expect(poll()).toBe(Pending);
    expect(feed.polls).toBe(1);
    expect(pass(10)).toBe(1);
    expect(poll()).toBe(2);
    pass(25);
    expect(poll()).toBe(3);
    expect(poll()).toBe(Pending);
  });

  test("dropped releases its timer", () => {
    const items = iter([1, 2]).throttle(10);
    const { poll, runtime } = onPausedClock(items);
    poll();
    poll();
    expect(runtime.timers.size).toBe(1);
    items.drop();
    expect(runtime.timers.size).toBe(0);
  });

  test("holds for a long stream: so many items in so much time", () => {
    const runtime = new HandDriven();
    const times: number[] = [];
    runtime.spawn(
      asyncFn(function* () {
        yield* repeat(1)
          .throttle(5)
          .take(4)
          .forEach(() => {
            times.push(runtime.clock.nowMs());
          });
      })(),
    );
    for (runtime.settle(); runtime.timers.size > 0; runtime.settle()) {
      runtime.clock.skipTo(runtime.timers.nextDeadlineMs());
      runtime.timers.fire();
    }
    expect(times).toEqual([0, 5, 10, 15]);
  });
});

describe("timeout", () => {
  test("throws once when an item is late, and gives it when it comes", () => {
    const feed = new Feed<number>();
    const { poll, pass, runtime } = onPausedClock(Stream.from(feed).timeout(10));
    expect(poll()).toBe(Pending);
    expect(pass(10)).toBe(1);
    expect(thrownBy(poll)).toBeInstanceOf(ElapsedError);
    expect(poll()).toBe(Pending);
    expect(runtime.timers.size).toBe(0);
    pass(100);
    expect(poll()).toBe(Pending);
    feed.push(1);
    expect(poll()).toBe(1);
    expect(poll()).toBe(Pending);
    expect(pass(10)).toBe(1);
    expect(thrownBy(poll)).toBeInstanceOf(ElapsedError);
  });

  test("counts from each item anew, and an item that is there in time has made it", () => {
    const feed = new Feed<number>();
    const { poll, pass } = onPausedClock(Stream.from(feed).timeout(10));
    for (let n = 0; n < 3; n++) {
      expect(poll()).toBe(Pending);
      pass(8);
      feed.push(n);
      expect(poll()).toBe(n);
    }
    expect(poll()).toBe(Pending);
    pass(10);
    feed.push(3);
    expect(poll()).toBe(3);
  });

  test("needs no timer for items that are there, and keeps none after the end or an error", () => {
    const feed = new Feed(1);
    const { poll, pass, runtime } = onPausedClock(Stream.from(feed).timeout(10));
    expect(poll()).toBe(1);
    expect(runtime.timers.size).toBe(0);
    expect(poll()).toBe(Pending);
    feed.fail(new Error("failed"));
    expect(poll).toThrow("failed");
    expect(runtime.timers.size).toBe(0);
    expect(poll()).toBe(Pending);
    pass(5);
    feed.end();
    expect(poll()).toBe(End);
    expect(runtime.timers.size).toBe(0);
  });

  test("holds for a source that uses up each turn", () => {
    const { poll, pass } = onPausedClock(
      repeat(1)
        .filter(() => false)
        .timeout(10),
    );
    expect(poll()).toBe(Pending);
    pass(10);
    expect(thrownBy(poll)).toBeInstanceOf(ElapsedError);
  });

  test("dropped releases its timer and its source", () => {
    const feed = new Feed<number>();
    const items = Stream.from(feed).timeout(10);
    const { poll, runtime } = onPausedClock(items);
    poll();
    items.drop();
    expect([runtime.timers.size, feed.drops]).toEqual([0, 1]);
  });
});

test("durations that are none are refused", () => {
  const source: Source<number> = new Feed(1);
  for (const durationMs of [-1, NaN]) {
    expect(() => Stream.from(source).timeout(durationMs)).toThrow(RangeError);
    expect(() => Stream.from(source).throttle(durationMs)).toThrow(RangeError);
    expect(() => Stream.from(source).chunksTimeout(1, durationMs)).toThrow(
      `chunksTimeout expects a duration of at least 0 ms, but was given ${durationMs}`,
    );
  }
});
