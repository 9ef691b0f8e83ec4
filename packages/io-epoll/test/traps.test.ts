// What others who built on epoll fell into, each by its name. Some are shown again, in thousands of schedules, in schedules.test.ts.
import { spawn } from "node:child_process";
import { BufferPool, closeFd, createPipe, ERRNO, readFileView, writeFileView } from "@pollab/io-sys";
import { Pending } from "@pollab/runtime-core/future";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EpollDriver, type EpollUnixStream } from "../src/index.ts";
import { expectReady, watcher } from "./support/connection.ts";
import { kernelWithPoller } from "./support/kernels.ts";
import { countDescriptors } from "./support/leftovers.ts";

let before: number;
let driver: EpollDriver;
let stream: EpollUnixStream;
let peer: EpollUnixStream;

beforeEach(() => {
  before = countDescriptors();
  driver = EpollDriver.create({ bufferBytes: 16 });
  [stream, peer] = driver.net.unixPair();
});
afterEach(() => {
  driver.close();
  expectNothingLeft();
});

function expectNothingLeft(): void {
  expect(countDescriptors()).toBe(before);
}

function fromPeer(count: number): void {
  const { cx } = watcher();
  expect(peer.pollWrite(cx, new Uint8Array(count))).toBe(count);
}

describe("edge-triggered: drain to EAGAIN", () => {
  test("what one event announced is read to the end, although no other event comes", () => {
    fromPeer(40);
    driver.park(1000);
    const { events } = driver.counters;
    const { waker, cx } = watcher();
    const view = new Uint8Array(16);
    expect([stream.pollRead(cx, view), stream.pollRead(cx, view), stream.pollRead(cx, view)]).toEqual([16, 16, 8]);
    expect(driver.counters.events).toBe(events);
    expect(stream.pollRead(cx, view)).toBe(Pending);
    fromPeer(1);
    driver.park(1000);
    expect(waker.wakes).toBe(1);
  });

  test("bytes that arrive between a short read and the wait are an event of their own", () => {
    const { waker, cx } = watcher();
    const view = new Uint8Array(16);
    fromPeer(3);
    driver.park(1000);
    expect(stream.pollRead(cx, view)).toBe(3);
    fromPeer(2);
    expect(stream.pollRead(cx, view)).toBe(Pending);
    driver.park(1000);
    expect(waker.wakes).toBe(1);
    expect(stream.pollRead(cx, view)).toBe(2);
  });
});

describe("generation in the token", () => {
  test("an event of a registration that has gone says nothing to the one that has its place", () => {
    // The kernel reports what was registered first once more, after it has gone.
    const tokens: [number, number][] = [];
    let again = false;
    const kernel = kernelWithPoller((poller) => ({
      add: (fd, flags, low, high) => {
        tokens.push([low, high]);
        return poller.add(fd, flags, low, high);
      },
      wait: (timeoutMs) => {
        if (!again) return poller.wait(timeoutMs);
        const words = new Uint32Array(poller.events);
        words[poller.flagsOffsetBytes / 4] = 0x001;
        words.set(tokens[1], poller.tokenOffsetBytes / 4);
        return 1;
      },
    }));
    const other = EpollDriver.on(kernel, {}, new BufferPool({ bufferBytes: 16 }));
    const first = other.net.bindUdp({ host: "127.0.0.1", port: 0 });
    first.close();
    const second = other.net.bindUdp({ host: "127.0.0.1", port: 0 });
    expect(tokens[2][0]).toBe(tokens[1][0]);
    expect(tokens[2][1]).not.toBe(tokens[1][1]);
    const { waker, cx } = watcher();
    expect(second.recv(other.net.buffers.take()).poll(cx)).toBe(Pending);
    again = true;
    other.park(0);
    expect(other.counters.stale).toBe(1);
    expect(waker.wakes).toBe(0);
    other.close();
  });
});

describe("DEL before close", () => {
  test("a pipe that is still open elsewhere is reported no more once it is closed here", () => {
    const [from, to] = createPipe(true);
    // A child has inherited the open file, and with it its place in epoll would stay.
    const child = spawn("sleep", ["30"], { stdio: ["ignore", "ignore", "ignore", from] });
    const reader = driver.pipeReader(from);
    driver.poll();
    reader.close();
    const { events } = driver.counters;
    expect(writeFileView(to, new Uint8Array(1))).toBe(1);
    driver.park(0);
    expect(driver.counters).toMatchObject({ events, stale: 0 });
    closeFd(to);
    child.kill();
  });
});

describe("descriptor reuse", () => {
  test("a number that was closed and given to another is neither read nor closed by who had it before", () => {
    const { cx } = watcher();
    const read = stream.read(driver.net.buffers.take());
    expect(read.poll(cx)).toBe(Pending);
    stream.close();
    // The lowest free number: the one that has just become free.
    const [from, to] = createPipe(true);
    writeFileView(to, new Uint8Array(1));
    expect(() => read.poll(cx)).toThrow(expect.objectContaining({ code: "ECANCELED" }));
    stream.close();
    expect(readFileView(from, new Uint8Array(2))).toBe(1);
    closeFd(from);
    closeFd(to);
  });

  test("a number that its owner closed too early, and another was given, is left to the other", () => {
    const [first, firstIn] = createPipe(true);
    const early = driver.readable(first);
    expect(early.poll(watcher().cx)).toBe(Pending);
    closeFd(first);
    closeFd(firstIn);
    const [second, secondIn] = createPipe(true);
    expect(second).toBe(first);
    const { waker, cx } = watcher();
    const waiting = driver.readable(second);
    expect(waiting.poll(cx)).toBe(Pending);
    early.drop();
    writeFileView(secondIn, new Uint8Array(1));
    driver.park(1000);
    expect(waker.wakes).toBe(1);
    waiting.drop();
    closeFd(second);
    closeFd(secondIn);
  });

  test("a number may be registered again at once", () => {
    const { cx } = watcher();
    for (let round = 0; round < 100; round++) {
      const [a, b] = driver.net.unixPair();
      expect(a.pollWrite(cx, new Uint8Array(1))).toBe(1);
      driver.park(1000);
      expect(b.pollRead(cx, new Uint8Array(2))).toBe(1);
      a.close();
      b.close();
      cx.budget = 128;
    }
    expect(driver.counters.stale).toBe(0);
  });
});

describe("sub-millisecond timeouts", () => {
  test("are rounded up: rounded down, the last part of a millisecond would be spent spinning", () => {
    const waits: number[] = [];
    const kernel = kernelWithPoller(() => ({
      wait: (timeoutMs) => {
        waits.push(timeoutMs);
        return 0;
      },
    }));
    const other = EpollDriver.on(kernel, {}, new BufferPool({ bufferBytes: 16 }));
    for (const timeoutMs of [0.2, 1, 1.001, 999.5, 5000, Number.POSITIVE_INFINITY]) other.park(timeoutMs);
    expect(waits).toEqual([1, 1, 2, 1000, 1000, 1000]);
    other.close();
  });
});

describe("EINTR", () => {
  test("ends a wait without an event, so that JavaScript gets to run, and loses none", () => {
    let interrupted = true;
    const kernel = kernelWithPoller((poller) => ({
      wait: (timeoutMs) => (interrupted ? -ERRNO.EINTR : poller.wait(timeoutMs)),
    }));
    const other = EpollDriver.on(kernel, {}, new BufferPool({ bufferBytes: 16 }));
    const [a, b] = other.net.unixPair();
    const { waker, cx } = watcher();
    // The first attempt finds nothing, and the registration's own event is still to come.
    expect(a.pollRead(cx, new Uint8Array(1))).toBe(Pending);
    expect(b.pollWrite(cx, new Uint8Array(1))).toBe(1);
    other.park(1000);
    expect(other.counters).toMatchObject({ waits: 1, interrupted: 1, events: 0 });
    expect(waker.wakes).toBe(0);
    interrupted = false;
    other.park(1000);
    expect(waker.wakes).toBe(1);
    other.close();
  });
});

describe("timers against I/O", () => {
  test("a timer that is past due does not starve I/O: a park without time left collects all the same", () => {
    const { waker, cx } = watcher();
    expect(stream.pollRead(cx, new Uint8Array(1))).toBe(Pending);
    fromPeer(1);
    driver.park(-5);
    expect(waker.wakes).toBe(1);
  });

  test("a stream that is always ready does not starve timers: its task gives way when its budget is used up", () => {
    fromPeer(4096);
    driver.park(1000);
    const { waker, cx } = watcher();
    const view = new Uint8Array(1);
    let reads = 0;
    while (stream.pollRead(cx, view) !== Pending) reads++;
    expect(reads).toBe(128);
    expect(waker.wakes).toBe(1);
    cx.budget = 1;
    expect(expectReady(stream.pollRead(cx, view))).toBe(1);
  });
});
