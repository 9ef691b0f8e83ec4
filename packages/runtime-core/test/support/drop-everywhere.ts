// Cancelling a future at each of its awaits, and looking at what remains.
import { expect } from "vitest";
import { type Context, type Future, Pending, type Poll, PolledAfterCompletionError } from "../../src/future/index.ts";
import { Controlled, HandDriven } from "./bench-stand.ts";

/** A part of the future under test, which knows whether it was polled to its end. */
export class Leaf extends Controlled<number> {
  finished = false;

  override poll(cx: Context): Poll<number> {
    try {
      const result = super.poll(cx);
      this.finished = result !== Pending;
      return result;
    } catch (error) {
      this.finished = true;
      throw error;
    }
  }
}

/** A future, and what happens between its polls; each event has to wake it exactly once. */
export interface Scenario {
  readonly future: Future<unknown>;
  readonly events: readonly (() => void)[];
}

/** What a scenario is made of. */
export interface Stand {
  readonly runtime: HandDriven;
  readonly leaf: () => Leaf;
}

/**
 * Runs the scenario to its end, which its last event brings about. Then runs it again for each of its polls and drops the
 * future behind that poll, and once more behind the event after it: every leaf that has begun to exist must have finished or
 * been dropped once, no waker may be held, no timer pending, and nobody may be woken any more.
 */
export function expectDroppableEverywhere(make: (stand: Stand) => Scenario): void {
  const { events } = prepare(make).scenario;
  for (let polls = 0; polls <= events.length; polls++) {
    for (const behind of ["poll", "event"] as const) {
      const { runtime, leaves, scenario } = prepare(make);
      for (let i = 0; i < polls; i++) {
        expect(runtime.poll(scenario.future), `poll ${i + 1}`).toBe(Pending);
        if (i + 1 < polls || behind === "event") expectOneWake(runtime, scenario.events[i]);
      }
      expectDropReleasesAll(runtime, leaves, scenario.future);
    }
  }
  const { runtime, leaves, scenario } = prepare(make);
  for (const event of scenario.events) {
    expect(runtime.poll(scenario.future)).toBe(Pending);
    expectOneWake(runtime, event);
  }
  let result: unknown;
  try {
    result = runtime.poll(scenario.future);
  } catch (error) {
    result = error;
  }
  expect(result, "the last poll").not.toBe(Pending);
  expectDropReleasesAll(runtime, leaves, scenario.future);
}

function prepare(make: (stand: Stand) => Scenario): { runtime: HandDriven; leaves: Leaf[]; scenario: Scenario } {
  const runtime = new HandDriven();
  const leaves: Leaf[] = [];
  const leaf = (): Leaf => {
    const made = new Leaf();
    leaves.push(made);
    return made;
  };
  return { runtime, leaves, scenario: make({ runtime, leaf }) };
}

function expectOneWake(runtime: HandDriven, event: () => void): void {
  const before = runtime.waker.wakes;
  event();
  expect(runtime.waker.wakes - before, "wakes by one event").toBe(1);
}

function expectDropReleasesAll(runtime: HandDriven, leaves: readonly Leaf[], future: Future<unknown>): void {
  const { wakes } = runtime.waker;
  for (let times = 0; times < 2; times++) {
    future.drop();
    for (const leaf of leaves) {
      expect(leaf.drops, "drops of a leaf").toBe(leaf.finished ? 0 : 1);
      expect(leaf.waker, "the waker that a leaf holds").toBe(null);
    }
    expect(runtime.timers.size, "timers").toBe(0);
  }
  for (const leaf of leaves) leaf.complete(0);
  expect(runtime.waker.wakes, "wakes of what was dropped").toBe(wakes);
  expect(() => runtime.poll(future)).toThrow(PolledAfterCompletionError);
}
