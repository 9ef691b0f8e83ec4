import { describe, expect, test } from "vitest";
import { asyncFn, AwaitOutsidePollError, Pending, PolledAfterCompletionError } from "../src/future/index.ts";
import { enter } from "../src/task/index.ts";
import { advance, Instant, interval, PausableClock, pause, resume, sleep } from "../src/time/index.ts";
import { HandDriven } from "./support/bench-stand.ts";
import { OnClock, runToEnd } from "./support/time.ts";

/** A runtime on a clock that can be paused and goes as `source` says. */
function pausable(): { source: { ms: number }; clock: PausableClock; runtime: HandDriven } {
  const source = { ms: 1000 };
  const clock = new PausableClock({ nowMs: () => source.ms });
  return { source, clock, runtime: new OnClock(clock) };
}

describe("a pausable clock", () => {
  test("goes as its source until it is paused, and on from there when it is resumed", () => {
    const { source, clock } = pausable();
    source.ms += 5;
    expect(clock.nowMs()).toBe(1005);
    clock.pause();
    source.ms += 1000;
    expect(clock.nowMs()).toBe(1005);
    clock.advance(20);
    clock.skipTo?.(1030);
    clock.skipTo?.(0);
    expect(clock.nowMs()).toBe(1030);
    clock.resume();
    expect(clock.nowMs()).toBe(1030);
    source.ms += 7;
    expect(clock.nowMs()).toBe(1037);
    clock.pause();
    expect(clock.nowMs()).toBe(1037);
  });

  test("moves by itself only while it stands still", () => {
    const { clock } = pausable();
    expect(clock.skipTo).toBe(undefined);
    clock.pause();
    expect(clock.skipTo).not.toBe(undefined);
    clock.resume();
    expect(clock.skipTo).toBe(undefined);
  });

  test("says what is wrong", () => {
    const { clock } = pausable();
    expect(() => clock.resume()).toThrow("the clock is not paused");
    expect(() => clock.advance(1)).toThrow("only a paused clock can be advanced");
    clock.pause();
    expect(() => clock.pause()).toThrow("the clock is paused already");
    for (const durationMs of [-1, Number.NaN, Infinity]) expect(() => clock.advance(durationMs)).toThrow(RangeError);
    expect(clock.nowMs()).toBe(1000);
  });
});

describe("pause and resume", () => {
  test("stop and start the clock of the runtime that they are called in", () => {
    const { source, runtime } = pausable();
    enter(runtime.context, () => {
      pause();
      source.ms += 100;
      expect(Instant.now().atMs).toBe(1000);
      resume();
      source.ms += 100;
      expect(Instant.now().atMs).toBe(1100);
    });
  });

  test("say what is wrong with the place or the clock", () => {
    expect(() => pause()).toThrow(AwaitOutsidePollError);
    expect(() => resume()).toThrow(AwaitOutsidePollError);
    const runtime = new OnClock({ nowMs: () => 0 });
    expect(() => enter(runtime.context, pause)).toThrow(
      /cannot be paused; make the runtime with `clock: new PausableClock/,
    );
    expect(() => enter(runtime.context, resume)).toThrow(/cannot be resumed/);
    expect(() => runtime.poll(advance(1))).toThrow(/cannot be advanced/);
  });

  test("an hour of sleep takes no time while the clock is paused", () => {
    const { clock, runtime } = pausable();
    clock.pause();
    const log: string[] = [];
    const napper = asyncFn(function* (name: string, durationMs: number) {
      const start = Instant.now();
      yield* sleep(durationMs);
      log.push(`${name} after ${start.elapsedMs()}`);
    });
    for (const [name, durationMs] of Object.entries({ hour: 3_600_000, second: 1000, tie: 1000, instant: 0 })) {
      runtime.spawn(napper(name, durationMs));
    }
    for (;;) {
      runtime.settle();
      const deadlineMs = runtime.timers.nextDeadlineMs();
      if (deadlineMs === Infinity) break;
      clock.skipTo?.(deadlineMs);
      runtime.timers.fire();
    }
    expect(log).toEqual(["instant after 0", "second after 1000", "tie after 1000", "hour after 3600000"]);
  });
});

describe("advance", () => {
  test("does nothing before it is polled, and nothing more once it is dropped", () => {
    const runtime = new HandDriven();
    const step = advance(10);
    expect(runtime.clock.nowMs()).toBe(0);
    expect(runtime.poll(step)).toBe(Pending);
    expect([runtime.clock.nowMs(), runtime.waker.wakes]).toEqual([10, 1]);
    expect(runtime.poll(step)).toBe(undefined);
    expect(() => runtime.poll(step)).toThrow(PolledAfterCompletionError);
    const dropped = advance(10);
    dropped.drop();
    expect(() => runtime.poll(dropped)).toThrow(PolledAfterCompletionError);
    expect(runtime.clock.nowMs()).toBe(10);
  });

  test("lets those run whose time has come, in the order of their deadlines, before it returns", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const napper = asyncFn(function* (durationMs: number) {
      yield* sleep(durationMs);
      log.push(`${durationMs} at ${runtime.clock.nowMs()}`);
    });
    for (const durationMs of [30, 10, 20, 31]) runtime.spawn(napper(durationMs));
    runtime.spawn(
      asyncFn(function* () {
        yield* advance(30);
        log.push("advanced");
      })(),
    );
    runtime.settle();
    expect(log).toEqual(["10 at 30", "20 at 30", "30 at 30", "advanced"]);
    runToEnd(runtime);
    expect(log.at(-1)).toBe("31 at 31");
  });

  test("in steps shows each period of an interval", () => {
    const runtime = new HandDriven();
    const seen: number[] = [];
    runtime.spawn(
      asyncFn(function* () {
        const ticks = interval(10);
        for (;;) seen.push((yield* ticks.tick()).atMs);
      })(),
    );
    runtime.spawn(
      asyncFn(function* () {
        for (let step = 0; step < 4; step++) yield* advance(5);
      })(),
    );
    runtime.settle();
    expect(seen).toEqual([0, 10, 20]);
  });

  test("refuses what a clock cannot do", () => {
    for (const durationMs of [-1, Number.NaN, Infinity]) expect(() => advance(durationMs)).toThrow(RangeError);
    const { runtime } = pausable();
    expect(() => runtime.poll(advance(1))).toThrow("only a paused clock can be advanced; pause it first");
  });
});
