// Results that the loopback device does not produce on demand come from a kernel that stands in for the real one.
import { BufferPool, closeFd, connectSocket, ERRNO, openSocket } from "@pollab/io-sys";
import { Pending } from "@pollab/runtime-core/future";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EpollDriver } from "../src/index.ts";
import { type Kernel, linux } from "../src/system/kernel.ts";
import { acceptOn, expectReady, watcher } from "./support/connection.ts";

/** What the next calls return instead of being made. */
const failures: number[] = [];

const kernel: Kernel = {
  ...linux,
  acceptSocket: (fd, nonblocking) => failures.shift() ?? linux.acceptSocket(fd, nonblocking),
  readView: (fd, view) => failures.shift() ?? linux.readView(fd, view),
  writeView: (fd, view) => failures.shift() ?? linux.writeView(fd, view),
};

let driver: EpollDriver;
beforeEach(() => {
  driver = EpollDriver.on(kernel, {}, new BufferPool({ bufferBytes: 64 }));
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
