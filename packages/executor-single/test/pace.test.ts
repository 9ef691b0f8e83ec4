import { describe, expect, test } from "vitest";
import { asyncFn, type Future, yieldNow } from "@pollab/runtime-core/future";
import { type Driver, spawn } from "@pollab/runtime-core/task";
import { sleep } from "@pollab/runtime-core/time";
import { CurrentThread, HostedThread } from "../src/index.ts";

/** A clock that the tasks move: each turn of theirs takes as long as they say. */
class Work {
  private timeMs = 0;

  nowMs(): number {
    return this.timeMs;
  }

  take(durationMs: number): void {
    this.timeMs += durationMs;
  }
}

/** Counts the looks outside. */
function looking(): Driver & { looks: number } {
  return {
    looks: 0,
    park() {},
    poll() {
      this.looks++;
    },
    unpark() {},
    close() {},
  };
}

const turns = asyncFn(function* (work: Work, count: number, durationMs: number) {
  for (let turn = 0; turn < count; turn++) {
    work.take(durationMs);
    yield* yieldNow();
  }
});

function looksDuring(main: Future<void>, clock: Work): number {
  const driver = looking();
  const runtime = new CurrentThread({ driver, clock });
  runtime.blockOn(main);
  return driver.looks;
}

describe("how often a runtime looks outside while tasks want turns", () => {
  test("after 64 turns at first, and after every 256 once they turn out to be short", () => {
    const work = new Work();
    // 64, 64, 128, 256, 256, …
    expect(looksDuring(turns(work, 64 + 64 + 128 + 3 * 256, 0.001), work)).toBe(6);
  });

  test("after every turn once they turn out to be longer than a millisecond", () => {
    const work = new Work();
    // Two ticks of 64 tell; from then on each turn is a tick.
    expect(looksDuring(turns(work, 64 + 64 + 100, 5), work)).toBe(2 + 100);
  });

  test("as often as turns fit into a millisecond", () => {
    const work = new Work();
    expect(looksDuring(turns(work, 64 + 64 + 10 * 10, 0.1), work)).toBe(2 + 10);
  });

  test("with turns that become longer, as soon as one tick has told", () => {
    const work = new Work();
    const main = asyncFn(function* () {
      yield* turns(work, 64 + 64 + 128 + 256, 0.001);
      yield* turns(work, 256 + 50, 2);
    });
    expect(looksDuring(main(), work)).toBe(4 + 1 + 50);
  });

  test("exactly as often as it was told to", () => {
    const work = new Work();
    const driver = looking();
    const runtime = new CurrentThread({ driver, clock: work, eventInterval: 10 });
    runtime.blockOn(turns(work, 100, 50));
    expect(driver.looks).toBe(10);
  });

  test("so a timer that is due waits for a few long turns, and not for hundreds", () => {
    const work = new Work();
    const runtime = new CurrentThread({ driver: looking(), clock: work });
    let firedMs = NaN;
    const main = asyncFn(function* () {
      // Until turns are known to be long.
      yield* turns(work, 128, 2);
      const dueMs = work.nowMs() + 20;
      const timer = spawn(
        asyncFn(function* () {
          yield* sleep(20);
          firedMs = work.nowMs() - dueMs;
        })(),
      );
      yield* turns(work, 100, 2);
      yield* timer;
    });
    runtime.blockOn(main());
    // The turn before its task was first polled, and the one after it was due.
    expect(firedMs).toBe(2 * 2);
  });

  test("and what the event loop does in between is not blamed on the tasks", async () => {
    const work = new Work();
    const runtime = new HostedThread({ clock: work });
    let ticks = 0;
    const others = (): void => {
      ticks++;
      work.take(100);
      loop = setImmediate(others);
    };
    let loop = setImmediate(others);
    await runtime.run(turns(work, 64 + 64 + 128 + 256, 0.001));
    clearImmediate(loop);
    runtime.close();
    expect(ticks).toBeLessThan(10);
  });
});
