import { setImmediate as turn } from "node:timers/promises";
import { asyncFn, type Future, Pending, pending, pollFn, type Waker, yieldNow } from "@pollab/runtime-core/future";
import type { Driver } from "@pollab/runtime-core/task";
import { describe, expect, test } from "vitest";
import { HostedThread, Parker } from "../src/index.ts";

/** Says what is asked of it. */
class RecordingDriver implements Driver {
  readonly log: string[] = [];
  /** What the next `poll` throws. */
  failure: Error | null = null;
  private submitted: Waker[] = [];
  private awaited: Waker[] = [];
  private arrived = false;
  private onEvents: (() => void) | null = null;

  park(): void {
    this.log.push("park");
  }

  poll(): void {
    this.log.push("poll");
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure;
    const done = this.submitted;
    this.submitted = [];
    if (this.arrived) {
      this.arrived = false;
      done.push(...this.awaited.splice(0));
    }
    for (const waker of done) waker.wake();
  }

  unpark(): void {}

  watch(onEvents: () => void): { ref(): void; unref(): void } {
    this.log.push("watch");
    this.onEvents = onEvents;
    return { ref: () => this.log.push("ref"), unref: () => this.log.push("unref") };
  }

  close(): void {
    this.log.push("close");
  }

  /** What the event loop does: the events that are awaited have arrived. */
  readable(): void {
    this.arrived = true;
    this.onEvents?.();
  }

  /** Done by the `poll` that submits it. */
  operation(): Future<void> {
    return once((waker) => this.submitted.push(waker));
  }

  /** Done by the `poll` after the event loop has said so. */
  event(): Future<void> {
    return once((waker) => this.awaited.push(waker));
  }
}

/** Hands out its waker once, and is ready when that was called. */
function once(begin: (waker: Waker) => void): Future<void> {
  let begun = false;
  return pollFn((cx) => {
    if (begun) return undefined;
    begun = true;
    begin(cx.waker);
    return Pending;
  });
}

describe("a hosted runtime with a driver", () => {
  test("collects before the tasks' turns, and submits after them, before it returns to the event loop", async () => {
    const driver = new RecordingDriver();
    const runtime = new HostedThread({ driver });
    const task = asyncFn(function* () {
      driver.log.push("first turn");
      yield* driver.operation();
      driver.log.push("last turn");
    });
    await runtime.run(task());
    expect(driver.log).toEqual(["watch", "poll", "first turn", "poll", "last turn", "poll"]);
    runtime.close();
  });

  test("collects when the event loop says so, within that call", async () => {
    const driver = new RecordingDriver();
    const runtime = new HostedThread({ driver });
    const finished = runtime.run(driver.event());
    await turn();
    driver.log.length = 0;
    driver.readable();
    expect(driver.log).toEqual(["poll", "poll", "unref"]);
    await finished;
    runtime.close();
  });

  test("gives no more turns at a time than its interval, however fast its operations are done", async () => {
    const driver = new RecordingDriver();
    const runtime = new HostedThread({ driver, eventInterval: 10 });
    const busy = asyncFn(function* () {
      for (;;) yield* driver.operation();
    });
    for (let i = 0; i < 3; i++) runtime.spawn(busy());
    const turns: number[] = [];
    for (let i = 0; i < 4; i++) {
      const before = runtime.metrics().polls;
      await turn();
      turns.push(runtime.metrics().polls - before);
    }
    expect(turns).toEqual([10, 10, 10, 10]);
    expect(driver.log).not.toContain("park");
    runtime.close();
  });

  test("leaves a tick that is due to collect what the event loop announces", async () => {
    const driver = new RecordingDriver();
    const runtime = new HostedThread({ driver, eventInterval: 1 });
    const task = asyncFn(function* () {
      for (let i = 0; i < 3; i++) yield* yieldNow();
    });
    runtime.spawn(task());
    await Promise.resolve();
    const polls = driver.log.length;
    driver.readable();
    driver.readable();
    expect(driver.log.length).toBe(polls);
    await turn();
    expect(driver.log.length).toBeGreaterThan(polls);
    runtime.close();
  });

  test("keeps the thread alive while there are tasks, whatever they wait for", async () => {
    const driver = new RecordingDriver();
    const runtime = new HostedThread({ driver });
    const refs = (): string[] => driver.log.filter((entry) => entry.endsWith("ref"));
    await turn();
    expect(refs()).toEqual([]);
    const handles = [runtime.spawn(pending()), runtime.spawn(pending())];
    await turn();
    expect(refs()).toEqual(["ref"]);
    handles[0]?.abort();
    await turn();
    expect(refs()).toEqual(["ref"]);
    handles[1]?.abort();
    await turn();
    expect(refs()).toEqual(["ref", "unref"]);
    await runtime.run(driver.operation());
    expect(refs()).toEqual(["ref", "unref"]);
    runtime.close();
  });

  test("closes the driver after it has dropped its tasks", async () => {
    const driver = new RecordingDriver();
    const runtime = new HostedThread({ driver });
    const task = asyncFn(function* () {
      try {
        yield* pending();
      } finally {
        driver.log.push("dropped");
      }
    });
    runtime.spawn(task());
    await turn();
    driver.log.length = 0;
    runtime.close();
    runtime.close();
    expect(driver.log).toEqual(["dropped", "close"]);
  });

  test("passes on what the driver throws, and goes on", async () => {
    const driver = new RecordingDriver();
    const runtime = new HostedThread({ driver });
    const finished = runtime.run(driver.event());
    await turn();
    driver.failure = new Error("EBADF");
    expect(() => driver.readable()).toThrow("EBADF");
    driver.readable();
    await finished;
    runtime.close();
  });

  test("is refused for a driver that no event loop can wait for", () => {
    expect(() => new HostedThread({ driver: new Parker() })).toThrow(/give it to a CurrentThread/);
  });
});
