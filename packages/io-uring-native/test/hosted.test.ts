// A ring in an event loop: what the loop hears of it, and what it is told to do that it could not hear of.
import { signalEventFd } from "@pollab/io-sys";
import { Pending } from "@pollab/runtime-core/future";
import { readdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { constants } from "node:os";
import { setImmediate as turn } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { UringDriver } from "../src/driver.ts";
import { type Kernel, nativeKernel } from "../src/kernel.ts";
import { IoUringUnavailableError } from "../src/unavailable.ts";
import { NO_REGISTRATIONS } from "./support/kernels.ts";
import { Polled } from "./support/hand-driven.ts";
import { missing } from "./support/machine.ts";

const DEFER_TASKRUN = 0x2000;
const HOST = "127.0.0.1";
const { EAGAIN, EPERM, EINVAL } = constants.errno;

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

/** A driver that is polled whenever the event loop calls. */
function watched(driver: UringDriver): { readonly driver: UringDriver; readonly calls: () => number } {
  let calls = 0;
  driver.watch(() => {
    calls++;
    driver.poll();
  });
  return { driver, calls: () => calls };
}

function connectTo(port: number): Socket {
  return connect(port, HOST).on("error", () => {});
}

describe("asking for a ring for an event loop", () => {
  /** Refuses the first flags as unknown, and then everything. */
  function refusing(asked: number[]): Kernel {
    return {
      ...NO_REGISTRATIONS,
      setup: (_sqEntries, _cqEntries, flags) => (asked.push(flags) === 1 ? -EINVAL : -EPERM),
      enter: () => -EPERM,
      close: () => 0,
    };
  }

  it("is never done with DEFER_TASKRUN, which for a ring of a thread of its own comes first", () => {
    const [forLoop, forThread]: [number[], number[]] = [[], []];
    expect(() => UringDriver.createHosted({}, refusing(forLoop))).toThrow(IoUringUnavailableError);
    expect(() => UringDriver.create({}, refusing(forThread))).toThrow(IoUringUnavailableError);
    expect(forLoop.map((flags) => flags & DEFER_TASKRUN)).toEqual([0, 0]);
    expect(forThread.map((flags) => flags & DEFER_TASKRUN)).toEqual([DEFER_TASKRUN, 0]);
  });

  it("says what to change where the kernel gives none", () => {
    expect(() => UringDriver.createHosted({}, refusing([]))).toThrow(/kernel\.io_uring_disabled/);
  });
});

describe("a ring for an event loop", () => {
  beforeEach(({ skip }) => {
    if (missing !== undefined) skip(missing);
  });

  it("calls for each arrival, until it is polled, and then not any more", async () => {
    const { driver, calls } = watched(UringDriver.createHosted());
    const listener = driver.net.listen({ host: HOST, port: 0 });
    const accept = new Polled(listener.accept());
    expect(accept.poll()).toBe(Pending);
    driver.poll();
    await turns(5);
    expect(calls()).toBe(0);
    const peer = connectTo(listener.address.port);
    await expect.poll(() => accept.waker.wakes).toBe(1);
    expect(calls()).toBe(1);
    await turns(5);
    expect(calls()).toBe(1);
    expect(accept.poll()).not.toBe(Pending);
    driver.close();
    peer.destroy();
  });

  it("hears of every signal of another thread, from the first one on", async () => {
    const { driver, calls } = watched(UringDriver.createHosted());
    for (let signals = 1; signals <= 3; signals++) {
      const before = calls();
      signalEventFd(driver.unparkHandle.eventFd);
      await expect.poll(calls).toBeGreaterThan(before);
      await turns(5);
    }
    driver.close();
  });

  it("submits what is cancelled while nothing runs, so that who waited hears of it", async () => {
    const { driver } = watched(UringDriver.createHosted());
    const listener = driver.net.listen({ host: HOST, port: 0 });
    const accept = new Polled(listener.accept());
    accept.poll();
    driver.poll();
    await turns(3);
    // Such as a callback of Node's does.
    listener.close();
    await expect.poll(() => accept.waker.wakes).toBe(1);
    expect(() => accept.poll()).toThrow(expect.objectContaining({ code: "ECANCELED" }));
    driver.close();
  });

  it("submits later what the kernel has no memory for now, and lets the loop go on meanwhile", async () => {
    let refusals = 0;
    const real = nativeKernel();
    const kernel: Kernel = {
      ...real,
      enter(...call) {
        if (refusals === 0) return real.enter(...call);
        refusals--;
        return -EAGAIN;
      },
    };
    const { driver, calls } = watched(UringDriver.createHosted({}, kernel));
    const listener = driver.net.listen({ host: HOST, port: 0 });
    const accept = new Polled(listener.accept());
    accept.poll();
    refusals = 10;
    driver.poll();
    await turns(5);
    expect(refusals).toBeGreaterThan(0);
    await turns(15);
    expect(refusals).toBe(0);
    expect(calls()).toBe(10);
    const peer = connectTo(listener.address.port);
    await expect.poll(() => accept.waker.wakes).toBe(1);
    driver.close();
    peer.destroy();
  });

  it("is let go of when the driver is closed, with what it was asked for meanwhile", async () => {
    const open = (): number => readdirSync("/proc/self/fd").length;
    const before = open();
    for (let i = 0; i < 10; i++) {
      const { driver, calls } = watched(UringDriver.createHosted());
      const listener = driver.net.listen({ host: HOST, port: 0 });
      new Polled(listener.accept()).poll();
      driver.poll();
      listener.close();
      signalEventFd(driver.unparkHandle.eventFd);
      driver.close();
      await turns(3);
      expect(calls()).toBe(0);
    }
    expect(open()).toBe(before);
  });
});
