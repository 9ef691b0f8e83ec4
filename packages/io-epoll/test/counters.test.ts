import { closeFd, writeView } from "@pollab/io-sys";
import { Pending } from "@pollab/runtime-core/future";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EpollDriver, type SystemCallCounts } from "../src/index.ts";
import { acceptOn, connectFrom, expectReady, watcher } from "./support/connection.ts";

let driver: EpollDriver;
beforeEach(() => {
  driver = EpollDriver.create();
});
afterEach(() => {
  driver.close();
});

/** What `act` adds to the counts, those that stay as they are left out. */
function counted(act: () => void): { calls: Partial<SystemCallCounts>; crossings: number } {
  const before = { ...driver.counters.systemCalls };
  const { crossings } = driver.counters;
  act();
  const changes = Object.entries(driver.counters.systemCalls).map(
    ([name, count]) => [name, count - before[name as keyof SystemCallCounts]] as const,
  );
  return {
    calls: Object.fromEntries(changes.filter(([, change]) => change !== 0)),
    crossings: driver.counters.crossings - crossings,
  };
}

describe("a driver counts", () => {
  test("each system call by its name, and each crossing into native code", () => {
    const { cx } = watcher();
    const { stream, peer } = acceptOn(driver);
    const buf = driver.net.buffers.take();
    expect(counted(() => expectReady(stream.writeAll(buf, 0, 3).poll(cx)))).toEqual({
      calls: { sendto: 1 },
      crossings: 1,
    });
    writeView(peer, new Uint8Array(2));
    expect(counted(() => driver.park(1000))).toEqual({ calls: { epoll_wait: 1 }, crossings: 1 });
    expect(counted(() => expectReady(stream.read(buf).poll(cx)))).toEqual({ calls: { recvfrom: 1 }, crossings: 1 });
    expect(counted(() => expect(stream.read(buf).poll(cx)).toBe(Pending))).toEqual({ calls: {}, crossings: 0 });
    expect(counted(() => stream.close())).toEqual({ calls: { epoll_ctl: 1, close: 1 }, crossings: 2 });
    closeFd(peer);
  });

  test("what it takes to have a connection", () => {
    const { calls } = counted(() => {
      const { peer, stream } = connectFrom(driver);
      stream.close();
      closeFd(peer);
    });
    expect(calls).toEqual({
      socket: 1,
      setsockopt: 1,
      connect: 1,
      epoll_ctl: 2,
      epoll_wait: 1,
      getsockopt: 1,
      close: 1,
    });
  });

  test("registrations, events and wakes, and that nothing is ever armed again", () => {
    const before = { ...driver.counters };
    const [a, b] = driver.net.unixPair();
    const { cx } = watcher();
    expect(a.pollRead(cx, new Uint8Array(1))).toBe(Pending);
    expect(b.pollWrite(cx, new Uint8Array(1))).toBe(1);
    driver.park(1000);
    const { events, rearms, registrations, stale, wakes, waits } = driver.counters;
    expect([registrations - before.registrations, waits - before.waits, wakes - before.wakes]).toEqual([2, 1, 1]);
    expect([events - before.events, stale, rearms]).toEqual([2, 0, 0]);
  });
});
