import { ERRNO, IoBuffer } from "@pollab/io-sys";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Poll } from "../src/index.ts";
import { Registry } from "../src/poll/registry.ts";
import { READ_CLOSED, READABLE, readinessOf, WRITABLE } from "../src/reactor/readiness.ts";
import { Reactor } from "../src/reactor/reactor.ts";
import { Registration } from "../src/reactor/registration.ts";
import { runSchedule } from "./support/schedule.ts";

/* oxlint-disable typescript/unbound-method -- each is called with the object that it was called on */

const SCHEDULES = 40_000;
const CHUNK = 10_000;

/** Each of the broken rules below is found in far fewer. */
const SCHEDULES_OF_A_BROKEN_RULE = 500;

afterEach(() => {
  vi.restoreAllMocks();
});

/** The first of so many schedules in which something is wrong. */
function firstViolation(from: number, to: number): { seed: number; violations: readonly string[] } | null {
  for (let seed = from; seed < to; seed++) {
    const { violations } = runSchedule(seed);
    if (violations.length > 0) return { seed, violations };
  }
  return null;
}

describe("on a kernel that misbehaves", () => {
  test.each(Array.from({ length: SCHEDULES / CHUNK }, (_, at) => at * CHUNK + 1))(
    "nothing is leaked, lost or seen twice in 10,000 schedules from seed %i on",
    (from) => {
      expect(firstViolation(from, from + CHUNK)).toBeNull();
    },
  );

  test("the same seed makes the same calls with the same results, another seed others", () => {
    const traces = (): number[] => Array.from({ length: 50 }, (_, at) => runSchedule(at + 1).trace);
    const first = traces();
    expect(traces()).toEqual(first);
    expect(new Set(first).size).toBe(50);
  });
});

describe("a rule that is broken is found:", () => {
  /** Lets the readiness be changed after a read. */
  function afterReading(change: (registration: Registration, result: number, wantedBytes: number) => void): void {
    const { tookRead } = Registration.prototype;
    vi.spyOn(Registration.prototype, "tookRead").mockImplementation(function (this: Registration, result, wanted) {
      const took = tookRead.call(this, result, wanted);
      change(this, result, wanted);
      return took;
    });
  }

  const broken: Record<string, () => void> = {
    "go on until EAGAIN: a read that filled its buffer says nothing about the next": () => {
      afterReading((registration, result, wanted) => {
        if (result === wanted) registration.ready &= ~READABLE;
      });
    },
    "a short read does not hide an end that was announced": () => {
      afterReading((registration, result, wanted) => {
        if (result > 0 && result < wanted) registration.ready &= ~READ_CLOSED;
      });
    },
    "an interrupted call is made again": () => {
      const { refusedRead } = Registration.prototype;
      vi.spyOn(Registration.prototype, "refusedRead").mockImplementation(function (
        this: Registration,
        result,
        syscall,
      ) {
        return refusedRead.call(this, result === -ERRNO.EINTR ? -ERRNO.EAGAIN : result, syscall);
      });
    },
    "an event wakes both who reads and who writes": () => {
      const { becomeReady } = Registration.prototype;
      vi.spyOn(Registration.prototype, "becomeReady").mockImplementation(function (this: Registration, ready) {
        becomeReady.call(this, (ready & READABLE) === 0 ? ready : ready & ~WRITABLE);
      });
    },
    "an event of one that has gone is not another's": () => {
      vi.spyOn(Reactor.prototype, "wait").mockImplementation(function (this: Reactor, timeoutMs) {
        const events = (Reflect.get(this, "poll") as Poll).wait(timeoutMs);
        const slots = Reflect.get(this, "slots") as (Registration | null)[];
        for (let at = 0; at < events.length; at++) {
          slots[events.tokenLowAt(at)]?.becomeReady(readinessOf(events.flagsAt(at)));
        }
      });
    },
    "a descriptor leaves epoll before it is closed": () => {
      vi.spyOn(Registry.prototype, "deregister").mockImplementation(() => {});
    },
    "what cannot be registered is closed": () => {
      const { own } = Reactor.prototype;
      vi.spyOn(Reactor.prototype, "own").mockImplementation(function (this: Reactor, fd, ready, interest, dispose) {
        let failed = true;
        const registration = own.call(this, fd, ready, interest, (disposed) => {
          if (!failed) dispose(disposed);
        });
        failed = false;
        return registration;
      });
    },
    "a buffer belongs to one operation until that gives it back": () => {
      const { giveBack } = IoBuffer.prototype;
      vi.spyOn(IoBuffer.prototype, "giveBack").mockImplementation(function (this: IoBuffer) {
        giveBack.call(this);
        this.free();
      });
    },
  };

  test.each(Object.keys(broken))("%s", (rule) => {
    broken[rule]();
    expect(firstViolation(1, SCHEDULES_OF_A_BROKEN_RULE)).not.toBeNull();
  });
});
