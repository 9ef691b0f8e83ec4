import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { UnderlyingSource } from "node:stream/web";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import { asyncFn, type Future, Pending, PolledAfterCompletionError, ready } from "../src/future/index.ts";
import {
  aborted,
  fromAbortable,
  fromAsyncIterable,
  fromPromise,
  fromPromiseFn,
  fromReadableStream,
  toAsyncIterable,
  toPromise,
  untilAborted,
  withAbortSignal,
  writeTo,
} from "../src/interop/index.ts";
import { End, iter, pending, repeat, Stream, stream } from "../src/stream/index.ts";
import { CancellationToken } from "../src/sync/index.ts";
import { Controlled, thrownBy } from "./support/bench-stand.ts";
import { Feed } from "./support/feed.ts";
import { now, Probe, waiting } from "./support/probe.ts";
import { SmallHost } from "./support/small-host.ts";

describe("a promise as a future", () => {
  test("gives the promise's value, and is woken by it once", async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const probe = waiting(fromPromise(promise));
    resolve(7);
    await promise;
    expect(probe.wakes).toBe(1);
    expect(probe.poll()).toBe(7);
    expect(thrownBy(() => probe.poll())).toBeInstanceOf(PolledAfterCompletionError);
  });

  test("throws the promise's reason", async () => {
    const probe = waiting(fromPromise(Promise.reject(new Error("rejected"))));
    await Promise.resolve();
    expect(probe.wakes).toBe(1);
    expect(() => probe.poll()).toThrow("rejected");
  });

  test("wakes only the task that polled it last", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const future = fromPromise(promise);
    const [first, second] = [waiting(future), waiting(future)];
    resolve();
    await promise;
    expect([first.wakes, second.wakes]).toEqual([0, 1]);
  });

  test("looks at the promise when it is first polled, once", () => {
    const promise = Promise.resolve(1);
    const look = vi.spyOn(promise, "then");
    const future = fromPromise(promise);
    expect(look).toHaveBeenCalledTimes(0);
    const probe = waiting(future);
    probe.poll();
    expect(look).toHaveBeenCalledTimes(1);
  });

  test("dropped wakes nobody, and what becomes of the promise is ignored", async () => {
    const { promise, reject } = Promise.withResolvers<void>();
    const probe = waiting(fromPromise(promise));
    probe.drop();
    reject(new Error("nobody listens"));
    await new Promise(setImmediate);
    expect(probe.wakes).toBe(0);
    expect(thrownBy(() => probe.poll())).toBeInstanceOf(PolledAfterCompletionError);
  });

  test("takes a thenable that answers at once", () => {
    const thenable = {
      // oxlint-disable-next-line unicorn/no-thenable -- a promise of another library is what this is about
      then: (onValue: (value: string) => void) => onValue("now"),
    } as unknown as PromiseLike<string>;
    expect(now(fromPromise(thenable))).toBe("now");
  });

  test("from a function starts at the first poll, or never", async () => {
    let starts = 0;
    const start = (): Promise<number> => Promise.resolve(++starts);
    fromPromiseFn(start).drop();
    const future = fromPromiseFn(start);
    expect(starts).toBe(0);
    const probe = waiting(future);
    expect(starts).toBe(1);
    await Promise.resolve();
    expect(probe.poll()).toBe(1);
  });

  test("from a function that throws instead of returning a promise fails", () => {
    const probe = new Probe(
      fromPromiseFn((): Promise<void> => {
        throw new Error("not started");
      }),
    );
    expect(() => probe.poll()).toThrow("not started");
    expect(thrownBy(() => probe.poll())).toBeInstanceOf(PolledAfterCompletionError);
  });
});

describe("an AbortSignal", () => {
  test("as a future gives its reason when it is aborted", () => {
    const controller = new AbortController();
    const probe = waiting(aborted(controller.signal));
    controller.abort("enough");
    expect(probe.wakes).toBe(1);
    expect(probe.poll()).toBe("enough");
    expect(now(aborted(AbortSignal.abort("before")))).toBe("before");
  });

  test("keeps no listener of a future that was dropped or is finished", () => {
    const signal = new CountingSignal();
    waiting(aborted(signal)).drop();
    expect([signal.added, signal.listeners.size]).toEqual([1, 0]);

    const polledTwice = waiting(aborted(signal));
    polledTwice.poll();
    expect([signal.added, signal.listeners.size]).toEqual([2, 1]);
    signal.abort("over");
    expect(polledTwice.poll()).toBe("over");
    expect(signal.listeners.size).toBe(0);

    const other = new CountingSignal();
    const future = new Controlled<number>();
    const probe = waiting(untilAborted(other, future));
    future.complete(1);
    expect(probe.poll()).toBe(1);
    expect(other.listeners.size).toBe(0);

    const failing = new Controlled<number>();
    const failed = waiting(untilAborted(other, failing));
    failing.fail(new Error("failed"));
    expect(() => failed.poll()).toThrow("failed");
    expect([other.listeners.size, failing.drops]).toEqual([0, 0]);
  });

  test("drops a future that it limits, once, and the wait throws the reason", () => {
    const controller = new AbortController();
    const future = new Controlled<number>();
    const probe = waiting(untilAborted(controller.signal, future));
    controller.abort(new Error("enough"));
    expect(probe.wakes).toBe(1);
    expect(() => probe.poll()).toThrow("enough");
    probe.drop();
    expect([future.polls, future.drops]).toEqual([1, 1]);
    expect(thrownBy(() => probe.poll())).toBeInstanceOf(PolledAfterCompletionError);
  });

  test("that was aborted before keeps the future from starting", () => {
    const future = new Controlled<number>();
    expect(() => now(untilAborted(AbortSignal.abort(new Error("before")), future))).toThrow("before");
    expect([future.polls, future.drops]).toEqual([0, 1]);
  });

  test("is aborted when the future that works with it is dropped, before what that waits for is dropped", () => {
    const log: string[] = [];
    const wait = new Controlled("wait", log);
    const future = withAbortSignal((signal) => {
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
      log.push("start");
      signal.addEventListener("abort", () => log.push("abort"));
      return wait;
    });
    expect(log).toEqual([]);
    const probe = waiting(future);
    probe.drop();
    probe.drop();
    expect(log).toEqual(["start", "poll wait", "abort", "drop wait"]);
  });

  test("is not aborted when the future that works with it has finished or never began", () => {
    const signals: AbortSignal[] = [];
    const begin = (future: Future<number>): Future<number> =>
      withAbortSignal((signal) => {
        signals.push(signal);
        return future;
      });
    begin(ready(1)).drop();
    expect(signals).toEqual([]);
    const finished = new Probe(begin(ready(1)));
    expect(finished.poll()).toBe(1);
    finished.drop();
    const failing = new Controlled<number>();
    failing.fail(new Error("failed"));
    const failed = new Probe(begin(failing));
    expect(() => failed.poll()).toThrow("failed");
    failed.drop();
    expect(signals.map((signal) => signal.aborted)).toEqual([false, false]);
  });

  test("of an abortable promise is aborted by a drop, and the rejection that follows is nobody's", async () => {
    let signal: AbortSignal | undefined;
    const probe = waiting(
      fromAbortable((given) => {
        signal = given;
        return new Promise<void>((_, reject) => given.addEventListener("abort", () => reject(new Error("aborted"))));
      }),
    );
    probe.drop();
    expect(signal?.aborted).toBe(true);
    await new Promise(setImmediate);
  });

  test("is aborted by a CancellationToken", () => {
    const token = new CancellationToken();
    let signal: AbortSignal | undefined;
    const probe = waiting(
      token.runUntilCancelled(
        fromAbortable((given) => {
          signal = given;
          return new Promise<void>(() => {});
        }),
      ),
    );
    token.cancel();
    expect(probe.wakes).toBe(1);
    expect(probe.poll()).not.toBe(Pending);
    expect(signal?.aborted).toBe(true);
  });
});

/** A signal that knows its listeners. */
class CountingSignal {
  aborted = false;
  reason: unknown = undefined;
  added = 0;
  readonly listeners: Set<() => void> = new Set();

  addEventListener(_type: "abort", listener: () => void): void {
    this.added++;
    this.listeners.add(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    this.listeners.delete(listener);
  }

  abort(reason: unknown): void {
    this.aborted = true;
    this.reason = reason;
    for (const listener of this.listeners) listener();
  }
}

describe("a future as a promise", () => {
  test("runs on its host, beside promises that it awaits", async () => {
    const double = asyncFn(function* (promise: Promise<number>) {
      return 2 * (yield* fromPromise(promise));
    });
    const { signal } = new AbortController();
    expect(await toPromise(new SmallHost(), double(Promise.resolve(4)), signal)).toBe(8);
  });

  test("is rejected with the signal's reason, and the future dropped", async () => {
    const future = new Controlled<number>();
    const controller = new AbortController();
    const promise = toPromise(new SmallHost(), future, controller.signal);
    await Promise.resolve();
    expect(future.polls).toBe(1);
    controller.abort(new Error("enough"));
    await expect(promise).rejects.toThrow("enough");
    expect(future.drops).toBe(1);
  });
});

describe("an asynchronous iterable as a stream", () => {
  test("gives its items, then the end", async () => {
    async function* letters(): AsyncGenerator<string> {
      yield "a";
      await Promise.resolve();
      yield "b";
    }
    const items = fromAsyncIterable(letters());
    expectTypeOf(items).toEqualTypeOf<Stream<string>>();
    expect(await new SmallHost().run(items.collect())).toEqual(["a", "b"]);
    expect(now(items.next())).toBe(End);
  });

  test("is opened at the first poll and asked for one item at a time", async () => {
    let [opened, asked] = [0, 0];
    const items = fromAsyncIterable({
      [Symbol.asyncIterator]() {
        opened++;
        return { next: () => Promise.resolve({ done: false as const, value: ++asked }) };
      },
    });
    expect(opened).toBe(0);
    const probe = waiting(items.next());
    expect(probe.poll()).toBe(Pending);
    expect([opened, asked]).toEqual([1, 1]);
    await Promise.resolve();
    expect([probe.wakes, probe.poll()]).toEqual([1, 1]);
    expect(asked).toBe(1);
  });

  test("loses no item to a wait that is dropped", async () => {
    async function* letters(): AsyncGenerator<string> {
      yield "a";
      yield "b";
    }
    const items = fromAsyncIterable(letters());
    waiting(items.next()).drop();
    expect(await new SmallHost().run(items.collect())).toEqual(["a", "b"]);
  });

  test("is closed when the stream is dropped, and not when it has ended or was never opened", async () => {
    const log: string[] = [];
    async function* letters(): AsyncGenerator<string> {
      try {
        yield "a";
        yield "b";
      } finally {
        log.push("closed");
      }
    }
    const host = new SmallHost();
    const items = fromAsyncIterable(letters());
    expect(await host.run(items.next())).toBe("a");
    items.drop();
    items.drop();
    await new Promise(setImmediate);
    expect(log).toEqual(["closed"]);

    let returns = 0;
    const once = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ done: true as const, value: undefined }),
        return: () => Promise.resolve({ done: true as const, value: ++returns }),
      }),
    };
    fromAsyncIterable(once).drop();
    const ended = fromAsyncIterable(once);
    expect(await host.run(ended.next())).toBe(End);
    ended.drop();
    expect(returns).toBe(0);
  });

  test("ends with an error", async () => {
    const host = new SmallHost();
    async function* failing(): AsyncGenerator<string> {
      yield "a";
      throw new Error("broken");
    }
    const items = fromAsyncIterable(failing());
    expect(await host.run(items.next())).toBe("a");
    await expect(host.run(items.next())).rejects.toThrow("broken");
    expect(await host.run(items.next())).toBe(End);
  });
});

describe("a stream as an asynchronous iterable", () => {
  test("gives its items in a for await loop, which drops it when it is left", async () => {
    const host = new SmallHost();
    const log: string[] = [];
    const items = stream(function* () {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        log.push("dropped");
      }
    });
    const seen: number[] = [];
    for await (const n of toAsyncIterable(host, items)) {
      expectTypeOf(n).toEqualTypeOf<number>();
      seen.push(n);
      if (n === 2) break;
    }
    expect(seen).toEqual([0, 1, 2]);
    expect(log).toEqual(["dropped"]);
  });

  test("ends with the stream, again and again, or with its error", async () => {
    const host = new SmallHost();
    const iterator = toAsyncIterable(host, iter(["a"]));
    expect(await iterator.next()).toEqual({ done: false, value: "a" });
    for (let i = 0; i < 2; i++) expect(await iterator.next()).toEqual({ done: true, value: undefined });

    const feed = new Feed(1);
    feed.fail(new Error("broken"));
    const failing = toAsyncIterable(host, feed);
    await failing.next();
    await expect(failing.next()).rejects.toThrow("broken");
    expect(feed.drops).toBe(1);
    expect(await failing.next()).toEqual({ done: true, value: undefined });
  });

  test("answers calls that overlap in their order", async () => {
    const feed = new Feed<number>();
    const iterator = toAsyncIterable(new SmallHost(), feed);
    const steps = [iterator.next(), iterator.next(), iterator.next()];
    await new Promise(setImmediate);
    feed.push(1);
    await new Promise(setImmediate);
    feed.push(2);
    await new Promise(setImmediate);
    feed.end();
    expect((await Promise.all(steps)).map((step) => step.value)).toEqual([1, 2, undefined]);
  });

  test("answers a call that waits when it is closed meanwhile", async () => {
    const feed = new Feed<number>();
    const iterator = toAsyncIterable(new SmallHost(), feed);
    const step = iterator.next();
    await new Promise(setImmediate);
    expect(feed.polls).toBe(1);
    await iterator.return?.();
    expect(await step).toEqual({ done: true, value: undefined });
    expect([feed.drops, feed.waker]).toEqual([1, null]);
  });
});

describe("web streams", () => {
  test("a ReadableStream gives its items, and is cancelled when its stream is dropped", async () => {
    const host = new SmallHost();
    const items = fromReadableStream(new ReadableStream(numbersBelow(3)));
    expectTypeOf(items).toEqualTypeOf<Stream<number>>();
    expect(await host.run(items.collect())).toEqual([0, 1, 2]);

    const cancelled: unknown[] = [];
    const readable = new ReadableStream<number>({ ...numbersBelow(3), cancel: () => void cancelled.push("cancelled") });
    const other = fromReadableStream(readable);
    expect(readable.locked).toBe(false);
    await host.run(other.next());
    other.drop();
    expect(cancelled).toEqual(["cancelled"]);

    const silent = new ReadableStream<number>({ cancel: () => void cancelled.push("while waiting") });
    const waited = fromReadableStream(silent);
    waiting(waited.next());
    waited.drop();
    expect(cancelled).toEqual(["cancelled", "while waiting"]);
  });

  test("a stream becomes a ReadableStream, which drops it when it is cancelled", async () => {
    const host = new SmallHost();
    const collected: number[] = [];
    for await (const n of ReadableStream.from<number>(toAsyncIterable(host, iter([1, 2])))) collected.push(n);
    expect(collected).toEqual([1, 2]);

    const feed = new Feed(1);
    const reader = ReadableStream.from<number>(toAsyncIterable(host, feed)).getReader();
    expect(await reader.read()).toEqual({ done: false, value: 1 });
    await reader.cancel();
    expect(feed.drops).toBe(1);
  });

  test("a WritableStream takes all items one at a time and is then closed", async () => {
    const log: unknown[] = [];
    const writable = new WritableStream<number>({
      write: (n) => void log.push(n),
      close: () => void log.push("closed"),
    });
    const written = writeTo(writable, iter([1, 2]));
    expect(writable.locked).toBe(false);
    await new SmallHost().run(written);
    expect(log).toEqual([1, 2, "closed"]);
  });

  test("a WritableStream that fails ends the writing and drops the stream", async () => {
    const feed = new Feed(1, 2, 3);
    const writable = new WritableStream<number>({
      write(n) {
        if (n === 2) throw new Error("full");
      },
    });
    await expect(new SmallHost().run(writeTo(writable, feed))).rejects.toThrow("full");
    expect([feed.polls, feed.drops]).toEqual([2, 1]);
  });

  test("a WritableStream is aborted when the items fail", async () => {
    const reasons: unknown[] = [];
    const feed = new Feed(1);
    feed.fail(new Error("broken"));
    const writable = new WritableStream<number>({ abort: (reason: Error) => void reasons.push(reason.message) });
    await expect(new SmallHost().run(writeTo(writable, feed))).rejects.toThrow("broken");
    expect(reasons).toEqual(["broken"]);
  });

  test("a WritableStream is aborted when the writing is dropped, and untouched when it never began", async () => {
    const log: string[] = [];
    const make = (): WritableStream<number> => new WritableStream({ abort: () => void log.push("aborted") });
    const feed = new Feed<number>();
    const probe = new Probe(writeTo(make(), feed));
    expect(probe.poll()).toBe(Pending);
    probe.drop();
    probe.drop();
    await new Promise(setImmediate);
    expect(log).toEqual(["aborted"]);
    expect(feed.drops).toBe(1);
    expect(thrownBy(() => probe.poll())).toBeInstanceOf(PolledAfterCompletionError);

    const [untouched, unpolled] = [make(), new Feed<number>()];
    writeTo(untouched, unpolled).drop();
    expect([untouched.locked, unpolled.drops, log.length]).toEqual([false, 1, 1]);
  });

  test("a WritableStream that is locked fails the writing", async () => {
    const writable = new WritableStream<number>();
    writable.getWriter();
    const feed = new Feed(1);
    await expect(new SmallHost().run(writeTo(writable, feed))).rejects.toThrow(TypeError);
    expect(feed.drops).toBe(1);
  });
});

function numbersBelow(limit: number): UnderlyingSource<number> {
  let n = 0;
  return {
    pull(controller) {
      if (n < limit) controller.enqueue(n++);
      else controller.close();
    },
  };
}

describe("Node's streams", () => {
  test("a Readable gives its chunks and is destroyed when its stream is dropped", async () => {
    const host = new SmallHost();
    expect(await host.run(fromAsyncIterable(Readable.from(["a", "b"])).collect())).toEqual(["a", "b"]);

    const readable = Readable.from(["a", "b"]);
    const items = fromAsyncIterable(readable);
    await host.run(items.next());
    items.drop();
    await new Promise(setImmediate);
    expect(readable.destroyed).toBe(true);

    const silent = new Readable({ read() {} });
    const waited = fromReadableStream<unknown>(Readable.toWeb(silent));
    waiting(waited.next());
    waited.drop();
    await new Promise(setImmediate);
    expect(silent.destroyed).toBe(true);
  });

  test("a stream becomes a Readable, which drops it when it is destroyed", async () => {
    const host = new SmallHost();
    const chunks: string[] = [];
    const sink = new Writable({
      decodeStrings: false,
      write(chunk: string, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    await pipeline(Readable.from(toAsyncIterable(host, iter(["a", "b"]))), sink);
    expect(chunks).toEqual(["a", "b"]);

    const feed = new Feed<string>("a");
    const readable = Readable.from(toAsyncIterable(host, feed));
    await new Promise((resolve) => readable.once("data", resolve));
    readable.destroy();
    await new Promise(setImmediate);
    expect(feed.drops).toBe(1);
  });

  test("a Writable takes the items through Writable.toWeb", async () => {
    const chunks: string[] = [];
    const sink = new Writable({
      objectMode: true,
      write(chunk: string, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    await new SmallHost().run(writeTo(Writable.toWeb(sink), repeat("x").take(2)));
    expect(chunks).toEqual(["x", "x"]);
    expect(sink.writableFinished).toBe(true);
  });
});

test("a wait for the host does not disturb streams that wait for futures", async () => {
  const host = new SmallHost();
  const merged = fromAsyncIterable(Readable.from([1, 2]))
    .merge(iter([3]), pending())
    .take(3);
  expect(new Set(await host.run(merged.collect()))).toEqual(new Set([1, 2, 3]));
});
