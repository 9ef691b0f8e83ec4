// Everything that waits for time, dropped at each of its awaits.
import { test } from "vitest";
import type { Future } from "../src/future/index.ts";
import { enter } from "../src/task/index.ts";
import { advance, DelayQueue, interval, intervalAt, sleep, sleepUntil, timeout, timeoutAt } from "../src/time/index.ts";
import { expectDroppableEverywhere, type Leaf, type Stand } from "./support/drop-everywhere.ts";
import { advanceBy } from "./support/time.ts";

const waits: Record<string, (stand: Stand) => Future<unknown>> = {
  sleep: () => sleep(10),
  sleepUntil: () => sleepUntil(10),
  "sleep that was reset": ({ runtime }) => {
    const nap = sleep(1000);
    runtime.poll(nap);
    nap.reset(10);
    return nap;
  },
  "first tick": () => intervalAt(10, 5).tick(),
  "second tick": ({ runtime }) => {
    const ticks = interval(10);
    runtime.poll(ticks.tick());
    return ticks.tick();
  },
  "wait for a delay queue": ({ runtime }) => {
    const queue = new DelayQueue<number>();
    enter(runtime.context, () => [5000, 10, 10].forEach((delayMs) => queue.insert(delayMs, delayMs)));
    return queue.next();
  },
};

for (const [name, make] of Object.entries(waits)) {
  test(`${name} can be dropped at any time`, () => {
    expectDroppableEverywhere((stand) => ({ future: make(stand), events: [() => advanceBy(stand.runtime, 10)] }));
  });
}

test("a wait for a delay queue can be dropped at any time while its values are removed and inserted", () => {
  expectDroppableEverywhere(({ runtime }) => {
    const queue = new DelayQueue<number>();
    const insert = (delayMs: number): unknown => enter(runtime.context, () => queue.insert(1, delayMs));
    insert(100_000);
    return { future: queue.next(), events: [() => insert(5000), () => insert(1000), () => queue.clear()] };
  });
});

const limits: Record<string, (future: Future<number>) => Future<number>> = {
  timeout: (future) => timeout(10, future),
  timeoutAt: (future) => timeoutAt(10, future),
};

const ends: Record<string, (leaf: Leaf, stand: Stand) => void> = {
  "the value": (leaf) => leaf.complete(1),
  "an error": (leaf) => leaf.fail(new Error("of the leaf")),
  "the limit": (_leaf, { runtime }) => advanceBy(runtime, 10),
};

for (const [name, limit] of Object.entries(limits)) {
  test.each(Object.keys(ends))(`${name} can be dropped at any time before %s`, (end) => {
    expectDroppableEverywhere((stand) => {
      const leaf = stand.leaf();
      return { future: limit(leaf), events: [() => ends[end](leaf, stand)] };
    });
  });
}

test("advance can be dropped at any time", () => {
  expectDroppableEverywhere(({ runtime }) => {
    // It wakes itself within its first poll; what follows is that wake.
    const step = advance(5);
    return { future: step, events: [() => runtime.waker.wake()] };
  });
});
