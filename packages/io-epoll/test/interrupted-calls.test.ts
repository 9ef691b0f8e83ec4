// Results that the loopback device does not produce on demand come from a stand-in for the system call.
import { closeFd, connectSocket, ERRNO, openSocket } from "@pollab/io-sys";
import { Pending } from "@pollab/runtime-core/future";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EpollDriver } from "../src/index.ts";
import { acceptOn, expectReady, watcher } from "./support/connection.ts";

const { failures } = vi.hoisted(() => ({ failures: [] as number[] }));

vi.mock(import("@pollab/io-sys"), async (original) => {
  const real = await original();
  return {
    ...real,
    acceptSocket: (fd, nonblocking) => failures.shift() ?? real.acceptSocket(fd, nonblocking),
    readView: (fd, view) => failures.shift() ?? real.readView(fd, view),
    writeView: (fd, view) => failures.shift() ?? real.writeView(fd, view),
  };
});

let driver: EpollDriver;
beforeEach(() => {
  driver = EpollDriver.create();
});
afterEach(() => {
  expectAllUsed();
  driver.close();
});

function expectAllUsed(): void {
  expect(failures).toEqual([]);
}

describe("a system call that was interrupted", () => {
  test("is made again", () => {
    const { stream, peer } = acceptOn(driver);
    const { waker, cx } = watcher();
    failures.push(-ERRNO.EINTR, -ERRNO.EINTR);
    expect(stream.pollWrite(cx, new Uint8Array(3))).toBe(3);
    failures.push(-ERRNO.EINTR);
    expect(stream.pollRead(cx, new Uint8Array(3))).toBe(Pending);
    expect(waker.wakes).toBe(0);
    closeFd(peer);
  });
});

describe("accepting", () => {
  test("passes over connections that were reset in the queue", () => {
    const listener = driver.net.listen({ host: "127.0.0.1", port: 0 });
    const peer = openSocket(4, false);
    expect(connectSocket(peer, listener.address)).toBe(0);
    driver.park(1000);
    failures.push(-ERRNO.ECONNABORTED, -ERRNO.EINTR);
    const { cx } = watcher();
    expectReady(listener.accept().poll(cx)).close();
    closeFd(peer);
  });
});
