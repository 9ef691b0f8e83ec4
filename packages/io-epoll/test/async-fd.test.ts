import { readSync } from "node:fs";
import {
  closeFd,
  createPipe,
  openSocketPair,
  SHUTDOWN,
  shutdownSocket,
  SOCKET_TYPE,
  writeFileView,
  writeView,
} from "@pollab/io-sys";
import { asyncFn, Pending, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AsyncFd, EpollDriver, Interest, WouldBlock } from "../src/index.ts";
import { expectReady, watcher } from "./support/connection.ts";
import { HandExecutor } from "./support/hand-driven.ts";
import { countDescriptors } from "./support/leftovers.ts";

let driver: EpollDriver;
let from: number;
let to: number;
let asyncFd: AsyncFd;
let before: number;

beforeEach(() => {
  before = countDescriptors();
  driver = EpollDriver.create();
  [from, to] = createPipe(true);
  asyncFd = driver.asyncFd(from, Interest.readable);
});
afterEach(() => {
  asyncFd.close();
  expectUnregistered();
  closeFd(from);
  if (to >= 0) closeFd(to);
  driver.close();
  expectNothingLeft();
});

function expectUnregistered(): void {
  expect(driver.registrations).toBe(0);
}

function expectNothingLeft(): void {
  expect(countDescriptors()).toBe(before);
}

function put(bytes: number): void {
  expect(writeFileView(to, new Uint8Array(bytes))).toBe(bytes);
}

function take(): number {
  return readSync(from, new Uint8Array(1));
}

describe("readable", () => {
  test("waits for an event and is ready until the readiness is cleared", () => {
    const { waker, cx } = watcher();
    const wait = asyncFd.readable();
    expect(wait.poll(cx)).toBe(Pending);
    driver.poll();
    expect(waker.wakes).toBe(0);
    put(1);
    driver.park(1000);
    expect(waker.wakes).toBe(1);
    const guard = expectReady(wait.poll(cx));
    expect(guard).toMatchObject({ isReadable: true, isWritable: false, isReadClosed: false, isPriority: false });
    expect(() => wait.poll(cx)).toThrow(PolledAfterCompletionError);
    expectReady(asyncFd.readable().poll(cx));
    guard.clearReady();
    expect(asyncFd.readable().poll(cx)).toBe(Pending);
  });

  test("of a guard that is out of date clears nothing: an event has come since", () => {
    const { cx } = watcher();
    put(1);
    driver.park(1000);
    const guard = expectReady(asyncFd.readable().poll(cx));
    expect(guard.tryIo(take)).toBe(1);
    put(1);
    driver.park(1000);
    guard.clearReady();
    expectReady(asyncFd.readable().poll(cx));
  });

  test("of many that wait wakes all, and a dropped one no more", () => {
    const watchers = [watcher(), watcher(), watcher()];
    const waits = watchers.map(() => asyncFd.readable());
    waits.forEach((wait, at) => expect(wait.poll(watchers[at].cx)).toBe(Pending));
    waits[1].drop();
    put(1);
    driver.park(1000);
    expect(watchers.map(({ waker }) => waker.wakes)).toEqual([1, 0, 1]);
    expectReady(waits[0].poll(watchers[0].cx));
    expectReady(waits[2].poll(watchers[2].cx));
  });

  test("is told that the end has come, and is ready for good", () => {
    const { cx } = watcher();
    closeFd(to);
    driver.park(1000);
    const guard = expectReady(asyncFd.readable().poll(cx));
    expect(guard.isReadClosed).toBe(true);
    guard.clearReady();
    expectReady(asyncFd.readable().poll(cx));
    to = -1;
  });

  test("fails with ECANCELED when the registration is closed, and leaves the descriptor open", () => {
    const { waker, cx } = watcher();
    const wait = asyncFd.readable();
    expect(wait.poll(cx)).toBe(Pending);
    asyncFd.close();
    asyncFd.close();
    expect(waker.wakes).toBe(1);
    expect(() => wait.poll(cx)).toThrow(expect.objectContaining({ code: "ECANCELED" }));
    put(1);
    expect(take()).toBe(1);
  });

  test("without budget lets the other tasks run first", () => {
    const { waker, cx } = watcher();
    put(1);
    driver.park(1000);
    cx.budget = 0;
    const wait = asyncFd.readable();
    expect(wait.poll(cx)).toBe(Pending);
    expect(waker.wakes).toBe(1);
    cx.budget = 1;
    expectReady(wait.poll(cx));
  });
});

describe("tryIo", () => {
  test("does not attempt what is known not to be ready", () => {
    let attempts = 0;
    expect(asyncFd.tryIo(Interest.readable, () => attempts++)).toBe(WouldBlock);
    expect(attempts).toBe(0);
  });

  test("clears the readiness when the attempt fails with EAGAIN, and passes other errors on", () => {
    const { cx } = watcher();
    put(1);
    driver.park(1000);
    expect(asyncFd.tryIo(Interest.readable, take)).toBe(1);
    expectReady(asyncFd.readable().poll(cx));
    expect(() =>
      asyncFd.tryIo(Interest.readable, () => {
        throw new Error("mine");
      }),
    ).toThrow("mine");
    expectReady(asyncFd.readable().poll(cx));
    expect(asyncFd.tryIo(Interest.readable, take)).toBe(WouldBlock);
    expect(asyncFd.readable().poll(cx)).toBe(Pending);
  });
});

describe("asyncIo", () => {
  test("waits and attempts until it has a result", () => {
    const executor = new HandExecutor(driver);
    const writer = asyncFn(function* () {
      yield* driver.readable(timer());
      put(1);
    });
    executor.spawn(writer());
    expect(executor.run(asyncFd.asyncIo(Interest.readable, take))).toBe(1);
    closeFd(timerFd);
  });

  test("is woken no more once it was dropped, and fails with what the attempt throws", () => {
    const { waker, cx } = watcher();
    const io = asyncFd.asyncIo(Interest.readable, take);
    expect(io.poll(cx)).toBe(Pending);
    io.drop();
    put(1);
    driver.park(1000);
    expect(waker.wakes).toBe(0);
    const failing = asyncFd.asyncIo(Interest.readable, () => {
      throw new Error("mine");
    });
    expect(() => failing.poll(cx)).toThrow("mine");
    expect(() => failing.poll(cx)).toThrow(PolledAfterCompletionError);
  });
});

let timerFd = -1;

/** A descriptor that is readable at once. */
function timer(): number {
  const [a, b] = createPipe(true);
  closeFd(b);
  return (timerFd = a);
}

describe("a registration", () => {
  test("for both directions tells each waiter of its own", () => {
    const [a, b] = openSocketPair(SOCKET_TYPE.stream, true);
    const both = driver.asyncFd(a);
    const reader = watcher();
    const writer = watcher();
    const readable = both.readable();
    const writable = both.writable();
    expect(readable.poll(reader.cx)).toBe(Pending);
    expect(writable.poll(writer.cx)).toBe(Pending);
    driver.park(1000);
    expect([reader.waker.wakes, writer.waker.wakes]).toEqual([0, 1]);
    expectReady(writable.poll(writer.cx)).clearReady();
    writeView(b, new Uint8Array(1));
    driver.park(1000);
    expect([reader.waker.wakes, writer.waker.wakes]).toEqual([1, 1]);
    expectReady(readable.poll(reader.cx));
    shutdownSocket(b, SHUTDOWN.write);
    driver.park(1000);
    expect(expectReady(both.ready(Interest.readable + Interest.writable).poll(reader.cx))).toMatchObject({
      isReadable: true,
      isWritable: true,
      isReadClosed: true,
      isWriteClosed: false,
    });
    both.close();
    closeFd(a);
    closeFd(b);
  });

  test("is refused for an interest that it does not have, and twice", () => {
    expect(() => asyncFd.writable()).toThrow(/expected some of the interest 1/);
    expect(() => driver.asyncFd(from)).toThrow(expect.objectContaining({ code: "EEXIST" }));
  });
});
