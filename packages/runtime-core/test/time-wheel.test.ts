import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Waker } from "../src/future/index.ts";
import { PausedClock, Timers, type TimerEntry } from "../src/time/index.ts";
import { CountingWaker } from "./support/bench-stand.ts";

/** Ticks below this stand in the wheel itself, when it starts at 0. */
const WHEEL_SPAN_MS = 2 ** 36;

function entryAt(deadlineMs: number, waker: Waker = new CountingWaker()): TimerEntry {
  return { deadlineMs, waker, place: -1, previous: null, following: null };
}

/** Timers whose entries say their numbers, counted from 0, as they fire. */
class Recorder {
  readonly clock: PausedClock = new PausedClock();
  readonly timers: Timers;
  readonly entries: TimerEntry[] = [];
  readonly fired: number[] = [];

  constructor(startMs = 0) {
    this.clock.advance(startMs);
    this.timers = new Timers(this.clock);
  }

  insert(...deadlinesMs: number[]): void {
    for (const deadlineMs of deadlinesMs) {
      const id = this.entries.length;
      const entry = entryAt(deadlineMs, { wake: () => void this.fired.push(id) });
      this.entries.push(entry);
      this.timers.insert(entry);
    }
  }

  fireAt(nowMs: number): number[] {
    this.clock.skipTo(nowMs);
    this.fired.length = 0;
    this.timers.fire();
    return [...this.fired];
  }
}

describe("a timer", () => {
  const edgesMs = [
    1,
    63,
    64,
    65,
    4095,
    4096,
    262_143,
    262_144,
    2 ** 24,
    2 ** 30 - 1,
    2 ** 30,
    2 ** 30 + 1,
    2 ** 36 - 1,
  ];
  const beyondMs = [2 ** 36, 2 ** 36 + 1, 2 ** 40 + 63, 2 ** 52];

  test.each([...edgesMs, ...beyondMs])("of %d ms fires then and not a millisecond before", (durationMs) => {
    for (const startMs of [0, 1, 62, 4095, 2 ** 30 - 1, 2 ** 36 - 2]) {
      const recorder = new Recorder(startMs);
      recorder.insert(startMs + durationMs);
      expect(recorder.timers.nextDeadlineMs()).toBe(startMs + durationMs);
      expect(recorder.fireAt(startMs + durationMs - 1)).toEqual([]);
      expect(recorder.timers.nextDeadlineMs()).toBe(startMs + durationMs);
      expect(recorder.fireAt(startMs + durationMs)).toEqual([0]);
      expect([recorder.timers.size, recorder.timers.nextDeadlineMs()]).toEqual([0, Infinity]);
    }
  });

  test("with a fraction of a millisecond fires at the next whole one", () => {
    const recorder = new Recorder(0.75);
    recorder.insert(10.25, 10.75, 11);
    expect(recorder.timers.nextDeadlineMs()).toBe(11);
    expect(recorder.fireAt(10.99)).toEqual([]);
    expect(recorder.fireAt(11)).toEqual([0, 1, 2]);
  });

  test("without an end never fires, and what comes before it does", () => {
    const recorder = new Recorder();
    recorder.insert(Infinity, Number.MAX_VALUE, WHEEL_SPAN_MS + 5);
    expect(recorder.timers.nextDeadlineMs()).toBe(WHEEL_SPAN_MS + 5);
    expect(recorder.fireAt(WHEEL_SPAN_MS + 5)).toEqual([2]);
    expect(recorder.timers.nextDeadlineMs()).toBe(Number.MAX_VALUE);
    expect(recorder.fireAt(Number.MAX_VALUE)).toEqual([1]);
    expect([recorder.timers.size, recorder.timers.nextDeadlineMs()]).toEqual([1, Infinity]);
  });

  test.each([-1e6 - 0.5, 2 ** 53, 2 ** 62, 1e300])("works on a clock that shows %d", (startMs) => {
    let nowMs = startMs;
    const timers = new Timers({ nowMs: () => nowMs });
    const waker = new CountingWaker();
    timers.insert(entryAt(startMs + Math.abs(startMs), waker));
    timers.fire();
    expect(waker.wakes).toBe(0);
    nowMs = timers.nextDeadlineMs();
    timers.fire();
    expect([waker.wakes, timers.size]).toEqual([1, 0]);
  });

  test("with a deadline in the past is due at once", () => {
    const recorder = new Recorder(100);
    recorder.insert(101, 100, -Infinity, 40);
    expect(recorder.timers.nextDeadlineMs()).toBe(100);
    expect(recorder.fireAt(100)).toEqual([1, 2, 3]);
  });
});

describe("the order", () => {
  test("is that of the deadlines, and of insertion within a millisecond, whenever they were inserted", () => {
    const recorder = new Recorder();
    recorder.insert(5000, 4999);
    recorder.fireAt(4000);
    recorder.insert(5000, 4999.5, 70_000, 4998.2);
    recorder.fireAt(4990);
    recorder.insert(5000);
    expect(recorder.fireAt(100_000)).toEqual([1, 5, 0, 2, 3, 6, 4]);
  });

  test("survives a jump over all levels at once", () => {
    const recorder = new Recorder();
    const deadlinesMs = [2 ** 36 + 7, 3, 2 ** 31, 70, 5000, 300_000, 2 ** 36 + 7, 20_000_000, 70];
    recorder.insert(...deadlinesMs);
    expect(recorder.fireAt(2 ** 37)).toEqual([1, 3, 8, 4, 5, 7, 2, 0, 6]);
  });
});

describe("removing", () => {
  test("works at each level, in the middle of a list and twice", () => {
    for (const deadlineMs of [10, 100, 10_000, 2 ** 33, 2 ** 40]) {
      const recorder = new Recorder();
      recorder.insert(deadlineMs, deadlineMs, deadlineMs);
      for (const id of [1, 1, 0]) recorder.timers.remove(recorder.entries[id]);
      expect(recorder.timers.size).toBe(1);
      expect(recorder.fireAt(deadlineMs)).toEqual([2]);
      recorder.timers.remove(recorder.entries[2]);
      expect([recorder.timers.size, recorder.timers.nextDeadlineMs()]).toEqual([0, Infinity]);
    }
  });

  test("by a waker takes effect on those that fire in the same call", () => {
    const timers = new Timers({ nowMs: () => 10 });
    const late = new CountingWaker();
    const victims = [entryAt(8, late), entryAt(9, late), entryAt(50, late)];
    timers.insert(entryAt(7, { wake: () => victims.forEach((victim) => timers.remove(victim)) }));
    for (const victim of victims) timers.insert(victim);
    timers.fire();
    expect([late.wakes, timers.size]).toEqual([0, 0]);
  });

  test("the first timer costs at most one early look at the clock for each level", () => {
    const recorder = new Recorder();
    const deadlineMs = 2 ** 35 + 12_345;
    recorder.insert(deadlineMs);
    for (let level = 0; level < 6; level++) {
      const earlier = entryAt(deadlineMs - 64 ** level);
      recorder.timers.insert(earlier);
      recorder.timers.remove(earlier);
    }
    let looks = 0;
    while (recorder.timers.size > 0) {
      recorder.fireAt(recorder.timers.nextDeadlineMs());
      looks++;
    }
    expect(recorder.clock.nowMs()).toBe(deadlineMs);
    expect(looks).toBeLessThanOrEqual(7);
  });
});

describe("firing", () => {
  test("does not let a timer that keeps coming back with a deadline in the past starve the others", () => {
    const timers = new Timers(new PausedClock());
    const again = (): void => timers.insert(entryAt(-1, { wake: again }));
    again();
    const other = new CountingWaker();
    timers.insert(entryAt(0, other));
    timers.fire();
    expect(other.wakes).toBe(1);
  });

  test("leaves a timer that is inserted meanwhile for the next round", () => {
    const timers = new Timers(new PausedClock());
    let fired = 0;
    const again = (): void => {
      fired++;
      timers.insert(entryAt(0, { wake: again }));
    };
    again();
    timers.fire();
    expect(fired).toBe(2);
    timers.fire();
    expect(fired).toBe(3);
  });

  test("does not read the clock when nothing is pending", () => {
    let reads = 0;
    const timers = new Timers({ nowMs: () => ++reads });
    const before = reads;
    timers.fire();
    expect(reads).toBe(before);
  });
});

describe("the wheel", () => {
  // Distances and jumps of every magnitude: all levels, their edges and what is beyond them.
  const distanceMs = fc
    .tuple(fc.nat(40), fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.25, 0.5))
    .map(([bits, share, fraction]) => Math.floor(2 ** bits * share) + fraction);
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant("insert" as const), inMs: distanceMs }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), which: fc.nat(60) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("move" as const), which: fc.nat(60), inMs: distanceMs }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("jump" as const), byMs: distanceMs }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("skip" as const) }) },
  );

  test("agrees with a sorted list under any insertions, removals, moves and jumps of the clock", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), distanceMs, (steps, startMs) => {
        const recorder = new Recorder(startMs);
        const { timers, clock, entries } = recorder;
        let model: { id: number; tick: number; order: number }[] = [];
        let order = 0;
        const leaves = (id: number): void => void (model = model.filter((entry) => entry.id !== id));
        const enters = (id: number, deadlineMs: number): void =>
          void model.push({ id, tick: Math.ceil(deadlineMs), order: order++ });
        for (const s of steps) {
          const id = "which" in s ? s.which % Math.max(1, entries.length) : entries.length;
          if (s.kind === "insert") {
            recorder.insert(clock.nowMs() + s.inMs);
            enters(id, clock.nowMs() + s.inMs);
          } else if (s.kind === "jump" || s.kind === "skip") {
            const toMs = s.kind === "jump" ? clock.nowMs() + s.byMs : timers.nextDeadlineMs();
            if (toMs === Infinity) continue;
            const fired = recorder.fireAt(toMs);
            const due = model.filter((entry) => entry.tick <= clock.nowMs());
            due.sort((a, b) => a.tick - b.tick || a.order - b.order);
            expect(fired).toEqual(due.map((entry) => entry.id));
            for (const entry of due) leaves(entry.id);
          } else if (entries[id] !== undefined) {
            timers.remove(entries[id]);
            leaves(id);
            if (s.kind === "move") {
              entries[id].deadlineMs = clock.nowMs() + s.inMs;
              timers.insert(entries[id]);
              enters(id, entries[id].deadlineMs);
            }
          }
          expect(timers.size).toBe(model.length);
          const firstTick = Math.min(Infinity, ...model.map((entry) => entry.tick));
          expect(timers.nextDeadlineMs()).toBeLessThanOrEqual(firstTick);
          if (model.length === order) expect(timers.nextDeadlineMs()).toBe(firstTick);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("without removals knows the first deadline exactly", () => {
    fc.assert(
      fc.property(fc.array(distanceMs, { minLength: 1, maxLength: 40 }), (deadlinesMs) => {
        const recorder = new Recorder();
        recorder.insert(...deadlinesMs);
        const ticks = [...new Set(deadlinesMs.map(Math.ceil))].toSorted((a, b) => a - b);
        for (const tick of ticks) {
          expect(recorder.timers.nextDeadlineMs()).toBe(tick);
          expect(recorder.fireAt(tick).length).toBeGreaterThan(0);
        }
        expect(recorder.timers.size).toBe(0);
      }),
    );
  });
});
