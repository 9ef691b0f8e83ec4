// One interface with two implementations, used in two ways. `warmed` is generic: it returns the very type of cache that it was
// given, with what only that one has. `lookUp` takes a list of caches of any kind and treats them alike: what they are has
// been forgotten, as in a `Box<dyn Cache>`.
//
// Prints:
//
//     0 ms: the near one has 1 entry
//     30 ms: the far one takes 30 ms
//     30 ms: a: near
//     60 ms: b: far
//     90 ms: c: nowhere
import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, type Future, ready, type Suspension } from "@pollab/runtime-core/future";
import { PausedClock, sleep } from "@pollab/runtime-core/time";

interface Cache {
  get(key: string): Future<string | undefined>;
  put(key: string, value: string): Future<void>;
}

/** Never waits: its futures are ready at once. */
class MemoryCache implements Cache {
  private readonly entries = new Map<string, string>();

  get size(): number {
    return this.entries.size;
  }

  get(key: string): Future<string | undefined> {
    return ready(this.entries.get(key));
  }

  put(key: string, value: string): Future<void> {
    this.entries.set(key, value);
    return ready(undefined);
  }
}

const after = asyncFn(function* <T>(delayMs: number, future: Future<T>): Generator<Suspension, T, unknown> {
  yield* sleep(delayMs);
  return yield* future;
});

class DelayedCache implements Cache {
  readonly delayMs: number;
  private readonly inner = new MemoryCache();

  constructor(delayMs: number) {
    this.delayMs = delayMs;
  }

  get(key: string): Future<string | undefined> {
    return after(this.delayMs, this.inner.get(key));
  }

  put(key: string, value: string): Future<void> {
    return after(this.delayMs, this.inner.put(key, value));
  }
}

const clock = new PausedClock();
const say = (text: string): void => console.log(`${clock.nowMs()} ms: ${text}`);

const warmed = asyncFn(function* <C extends Cache>(
  cache: C,
  key: string,
  value: string,
): Generator<Suspension, C, unknown> {
  yield* cache.put(key, value);
  return cache;
});

const lookUp = asyncFn(function* (caches: readonly Cache[], key: string) {
  for (const cache of caches) {
    const value = yield* cache.get(key);
    if (value !== undefined) return value;
  }
  return "nowhere";
});

const main = asyncFn(function* () {
  const near = yield* warmed(new MemoryCache(), "a", "near");
  say(`the near one has ${near.size} entry`);
  const far = yield* warmed(new DelayedCache(30), "b", "far");
  say(`the far one takes ${far.delayMs} ms`);

  for (const key of ["a", "b", "c"]) say(`${key}: ${yield* lookUp([near, far], key)}`);
});

using runtime = new CurrentThread({ clock });
runtime.blockOn(main());
