// The checker finds the bug in each of these programs, which are wrong in a way that has a name, and finds nothing in the
// same program without it, on any schedule.
import { describe, expect, it } from "vitest";
import { type ErrorKind, explore, InterleavingError, replay, report } from "../src/index.ts";
import { needsTwoPreemptions } from "./programs/between.ts";
import { chaseLev } from "./programs/chase-lev.ts";
import { counter } from "./programs/counter.ts";
import { doubleChecked } from "./programs/double-checked.ts";
import { event } from "./programs/event.ts";
import { mpsc } from "./programs/mpsc.ts";
import { mutex } from "./programs/mutex.ts";
import { peterson } from "./programs/peterson.ts";
import type { SeededBug } from "./programs/seeded-bug.ts";
import { seqlock } from "./programs/seqlock.ts";
import { ticketLock } from "./programs/ticket-lock.ts";
import { treiber } from "./programs/treiber.ts";
import { findingIn } from "./support/finding.ts";

const programs: readonly (SeededBug & { kind: ErrorKind; preemptions: number })[] = [
  { ...counter, kind: "assertion", preemptions: 1 },
  { ...event, kind: "deadlock", preemptions: 1 },
  { ...chaseLev, kind: "assertion", preemptions: 3 },
  { ...treiber, kind: "assertion", preemptions: 1 },
  { ...doubleChecked, kind: "race", preemptions: 0 },
  { ...mutex, kind: "deadlock", preemptions: 1 },
  { ...seqlock, kind: "assertion", preemptions: 1 },
  { ...peterson, kind: "assertion", preemptions: 2 },
  { ...ticketLock, kind: "livelock", preemptions: 0 },
  { ...mpsc, kind: "race", preemptions: 0 },
];

describe.each(programs)("$broken.name", ({ broken, correct, kind, preemptions }) => {
  it("is found, with as few preemptions as it needs", () => {
    const found = findingIn(() => explore(broken, { preemptions: 3 }));
    expect({ kind: found.kind, preemptions: found.preemptions }).toEqual({ kind, preemptions });
    if (preemptions > 0) explore(broken, { preemptions: preemptions - 1 });
  });

  it("goes wrong in the same way when its schedule is replayed", () => {
    const found = findingIn(() => explore(broken, { preemptions: 3 }));
    const again = findingIn(() => replay(broken, found.schedule));
    expect(again).toMatchObject({ kind, schedule: found.schedule, trace: found.trace });
  });

  it("is not in the correct program, on any schedule", () => {
    const explored = explore(correct, { preemptions: Infinity });
    console.log(report(explored));
    expect(explored).toMatchObject({ complete: true, unbounded: true });
  });
});

describe("a bug that needs exactly two preemptions", () => {
  it("is not found with one", () => {
    expect(explore(needsTwoPreemptions, { preemptions: 1 })).toMatchObject({ complete: true, unbounded: false });
  });

  it("is found with two", () => {
    expect(() => explore(needsTwoPreemptions, { preemptions: 2 })).toThrow(InterleavingError);
  });
});
