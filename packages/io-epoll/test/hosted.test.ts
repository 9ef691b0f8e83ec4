// An epoll instance in an event loop: when the loop calls, and when nothing is asked of the kernel.
import { readdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { signalEventFd } from "@pollab/io-sys";
import { Pending } from "@pollab/runtime-core/future";
import { expect, test } from "vitest";
import { EpollDriver, type EpollDriverOptions } from "../src/index.ts";
import { contextOf, CountingWaker } from "./support/hand-driven.ts";

const HOST = "127.0.0.1";

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

/** A driver that is polled whenever the event loop calls. */
function watched(options?: EpollDriverOptions): { readonly driver: EpollDriver; readonly calls: () => number } {
  const driver = EpollDriver.create(options);
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

test("the loop calls for an event, and a poll waits for nothing that it has not announced", async () => {
  const { driver, calls } = watched();
  const listener = driver.net.listen({ host: HOST, port: 0 });
  const waker = new CountingWaker();
  const accept = listener.accept();
  expect(accept.poll(contextOf(waker))).toBe(Pending);
  driver.poll();
  await turns(5);
  expect([calls(), driver.counters.waits]).toEqual([0, 0]);
  const peer = connectTo(listener.address.port);
  await expect.poll(() => waker.wakes).toBe(1);
  await turns(5);
  driver.poll();
  expect([calls(), driver.counters.waits]).toEqual([1, 1]);
  expect(accept.poll(contextOf(waker))).not.toBe(Pending);
  driver.close();
  peer.destroy();
});

test("the loop calls for a signal of another thread once, also when nothing is registered", async () => {
  const { driver, calls } = watched();
  for (let signals = 1; signals <= 3; signals++) {
    signalEventFd(driver.unparkHandle.eventFd);
    await turns(5);
    expect([calls(), driver.counters.waits]).toEqual([signals, signals]);
  }
  driver.close();
});

test("the loop calls again for what one wait has no room for", async () => {
  const { driver, calls } = watched({ eventCapacity: 1 });
  const wakers = Array.from({ length: 3 }, () => new CountingWaker());
  const listeners = wakers.map((waker) => {
    const listener = driver.net.listen({ host: HOST, port: 0 });
    listener.accept().poll(contextOf(waker));
    return listener;
  });
  const peers = listeners.map(({ address }) => connectTo(address.port));
  await expect.poll(() => wakers.map(({ wakes }) => wakes)).toEqual([1, 1, 1]);
  await turns(5);
  expect(calls()).toBe(3);
  driver.close();
  for (const peer of peers) peer.destroy();
});

test("a driver has one watch, which goes with it, and leaves no descriptor", async () => {
  const open = (): number => readdirSync("/proc/self/fd").length;
  const before = open();
  for (let i = 0; i < 10; i++) {
    const { driver, calls } = watched();
    expect(() => driver.watch(() => {})).toThrow(/make one for each/);
    signalEventFd(driver.unparkHandle.eventFd);
    driver.close();
    driver.close();
    await turns(3);
    expect(calls()).toBe(0);
    expect(() => driver.watch(() => {})).toThrow(/closed/);
  }
  expect(open()).toBe(before);
});
