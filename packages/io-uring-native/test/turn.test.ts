// When the ring enters the kernel, and when it need not.
import { constants } from "node:os";
import { describe, expect, it } from "vitest";
import { SQ_CQ_OVERFLOW, SQ_TASKRUN } from "../src/abi.ts";
import { newCounters } from "../src/counters.ts";
import type { Kernel, RingMapping } from "../src/kernel.ts";
import { Operations } from "../src/operations.ts";
import { Readable } from "../src/readable.ts";
import { openRing } from "../src/setup.ts";
import { FakeKernel } from "./support/fake-kernel.ts";
import { FakeMemory } from "./support/fake-memory.ts";
import { Polled } from "./support/hand-driven.ts";
import { NO_REGISTRATIONS } from "./support/kernels.ts";
import { Random } from "./support/random.ts";

interface Bench {
  readonly operations: Operations;
  readonly mapping: RingMapping;
  /** The arguments of each `enter`: entries to submit, completions to wait for. */
  readonly enters: (readonly [number, number])[];
}

/**
 * Operations over a kernel that never finishes a wait for readability, takes a limited number of entries at a time, and answers
 * first with the errors that are given.
 */
function bench(takes: number = Infinity, errors: number[] = []): Bench {
  const fake = new FakeKernel(new Random(1), new FakeMemory(1, 64));
  fake.mischief = false;
  const mapping = fake.setup(4, 16);
  const enters: (readonly [number, number])[] = [];
  const kernel: Kernel = {
    ...NO_REGISTRATIONS,
    setup: () => mapping,
    enter: (fd, toSubmit, minComplete) => {
      enters.push([toSubmit, minComplete]);
      return errors.shift() ?? fake.enter(fd, Math.min(toSubmit, takes), minComplete);
    },
    close: (fd) => fake.close(fd),
  };
  const counters = newCounters();
  return { operations: new Operations(openRing(kernel, 4, 16, counters), fake, counters), mapping, enters };
}

describe("a turn", () => {
  it("costs no system call when there is nothing to submit or to collect", () => {
    const { operations, enters } = bench();
    operations.turn(0);
    expect(enters).toEqual([]);
  });

  it("submits and waits in one system call", () => {
    const { operations, enters } = bench();
    for (let i = 0; i < 3; i++) new Polled(new Readable(operations, 7)).poll();
    operations.turn(1000);
    expect(enters).toEqual([[3, 1]]);
  });

  it("takes several only where the submission queue is too small, and waits in the last", () => {
    const { operations, enters } = bench();
    for (let i = 0; i < 7; i++) new Polled(new Readable(operations, 7)).poll();
    operations.turn(1000);
    expect(enters).toEqual([
      [4, 0],
      [3, 1],
    ]);
  });

  it("keeps back what the completion queue could not hold", () => {
    const { operations, enters } = bench();
    for (let i = 0; i < 20; i++) new Polled(new Readable(operations, 7)).poll();
    operations.turn(1000);
    expect(operations.counters.inFlight).toBe(16);
    // It does not wait with something to submit in hand.
    expect(enters.every(([, minComplete]) => minComplete === 0)).toBe(true);
  });

  it("lets it go all the same when nothing ends: they may be waiting for each other", () => {
    const { operations, enters } = bench();
    for (let i = 0; i < 20; i++) new Polled(new Readable(operations, 7)).poll();
    operations.turn(1000);
    operations.turn(1000);
    expect(operations.counters.inFlight).toBe(20);
    expect(enters.at(-1)).toEqual([4, 1]);
  });

  it.each([
    ["hidden", SQ_TASKRUN],
    ["overflown", SQ_CQ_OVERFLOW],
  ])("enters without waiting when completions are %s", (_, flag) => {
    const { operations, mapping, enters } = bench();
    new Int32Array(mapping.ring)[mapping.sqFlagsBytes >> 2] = flag;
    operations.turn(0);
    expect(enters).toEqual([[0, 0]]);
  });

  it("does not wait when a completion is there already, and then needs no system call", () => {
    const { operations, mapping, enters } = bench();
    const words = new Int32Array(mapping.ring);
    const tail = mapping.cqTailBytes >> 2;
    // A stale one will do.
    words[tail] = ((words[tail] ?? 0) + 1) | 0;
    operations.turn(1000);
    expect(enters).toEqual([]);
    expect(operations.counters.stale).toBe(1);
  });

  it.each([constants.errno.EINTR, constants.errno.EAGAIN, constants.errno.EBUSY, constants.errno.ETIME])(
    "that ends with errno %i is over, and the next one submits",
    (errno) => {
      const { operations, enters } = bench(Infinity, [-errno]);
      new Polled(new Readable(operations, 7)).poll();
      operations.turn(0);
      operations.turn(0);
      expect(enters).toEqual([
        [1, 0],
        [1, 0],
      ]);
    },
  );

  it("fails when the kernel cannot be entered, instead of waiting for nothing again and again", () => {
    const { operations } = bench(Infinity, [-constants.errno.EPERM]);
    new Polled(new Readable(operations, 7)).poll();
    expect(() => {
      operations.turn(1000);
    }).toThrow(expect.objectContaining({ code: "EPERM", syscall: "io_uring_enter" }));
  });

  it("submits in the next turn what the kernel did not take", () => {
    const { operations, enters } = bench(2);
    for (let i = 0; i < 3; i++) new Polled(new Readable(operations, 7)).poll();
    operations.turn(0);
    operations.turn(0);
    operations.turn(0);
    expect(enters).toEqual([
      [3, 0],
      [1, 0],
    ]);
  });
});
