import {
  BufferFreedError,
  BufferLentError,
  BufferPool,
  closeFd,
  type IoBuffer,
  readView,
  shutdownSocket,
  SHUTDOWN,
  writeView,
} from "@pollab/io-sys";
import { asyncFn, Pending, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConcurrentOperationError, EpollDriver, type EpollStream } from "../src/index.ts";
import { acceptOn, connectFrom, expectReady, watcher } from "./support/connection.ts";
import { HandExecutor } from "./support/hand-driven.ts";
import { countDescriptors } from "./support/leftovers.ts";

const BUFFER_BYTES = 16;

let driver: EpollDriver;
let stream: EpollStream;
let peer: number;
let buf: IoBuffer;

beforeEach(() => {
  driver = EpollDriver.create({ bufferBytes: BUFFER_BYTES });
  ({ stream, peer } = acceptOn(driver));
  buf = driver.net.buffers.take();
});

afterEach(() => {
  closeFd(peer);
  driver.close();
});

function fromPeer(...bytes: number[]): void {
  expect(writeView(peer, Uint8Array.from(bytes))).toBe(bytes.length);
}

function calls(name: "recvfrom" | "sendto" | "epoll_wait"): number {
  return driver.counters.systemCalls[name];
}

/** Closing with unread bytes makes the kernel send a reset. */
function resetByPeer(): void {
  const { cx } = watcher();
  expect(stream.pollWrite(cx, new Uint8Array(1))).toBe(1);
  closeFd(peer);
}

describe("a read", () => {
  test("waits without being polled again, is woken once, and then has the bytes", () => {
    const { waker, cx } = watcher();
    const read = stream.read(buf);
    expect(read.poll(cx)).toBe(Pending);
    driver.poll();
    expect(waker.wakes).toBe(0);
    fromPeer(1, 2, 3);
    driver.park(1000);
    expect(waker.wakes).toBe(1);
    const { n, buf: back } = expectReady(read.poll(cx));
    expect(n).toBe(3);
    expect([...back.bytes.subarray(0, n)]).toEqual([1, 2, 3]);
    driver.poll();
    expect(waker.wakes).toBe(1);
  });

  test("does nothing before it is polled, and when it was never polled dropping it leaves the buffer alone", () => {
    const before = calls("recvfrom");
    fromPeer(1);
    const read = stream.read(buf);
    expect(calls("recvfrom")).toBe(before);
    read.drop();
    expect(buf.bytes.length).toBe(BUFFER_BYTES);
    const { cx } = watcher();
    expect(() => read.poll(cx)).toThrow(PolledAfterCompletionError);
  });

  test("that got less than it had room for spares the next one a system call", () => {
    const { cx } = watcher();
    fromPeer(1);
    driver.park(1000);
    expectReady(stream.read(buf).poll(cx));
    const before = calls("recvfrom");
    expect(stream.read(buf).poll(cx)).toBe(Pending);
    expect(calls("recvfrom")).toBe(before);
  });

  test("that filled its buffer does not: there may be more, without another event", () => {
    const { cx } = watcher();
    fromPeer(...Array<number>(BUFFER_BYTES + 1).fill(1));
    driver.park(1000);
    expect(expectReady(stream.read(buf).poll(cx)).n).toBe(BUFFER_BYTES);
    expect(expectReady(stream.read(buf).poll(cx)).n).toBe(1);
  });

  test("sees the end that was announced together with the last bytes, and sees it again and again", () => {
    const { waker, cx } = watcher();
    fromPeer(1);
    expect(shutdownSocket(peer, SHUTDOWN.write)).toBe(0);
    driver.park(1000);
    expect(expectReady(stream.read(buf).poll(cx)).n).toBe(1);
    expect(expectReady(stream.read(buf).poll(cx)).n).toBe(0);
    expect(expectReady(stream.read(buf).poll(cx)).n).toBe(0);
    expect(waker.wakes).toBe(0);
  });

  test("of a connection that was reset fails with ECONNRESET and gives the buffer back", () => {
    const { waker, cx } = watcher();
    const read = stream.read(buf);
    expect(read.poll(cx)).toBe(Pending);
    resetByPeer();
    driver.park(1000);
    expect(waker.wakes).toBe(1);
    expect(() => read.poll(cx)).toThrow(expect.objectContaining({ code: "ECONNRESET", syscall: "read", errno: -104 }));
    expect(buf.bytes.length).toBe(BUFFER_BYTES);
    expect(() => read.poll(cx)).toThrow(PolledAfterCompletionError);
  });

  test("dropped while it waits frees its buffer, is never woken, and loses no bytes", () => {
    const { waker, cx } = watcher();
    const read = stream.read(buf);
    expect(read.poll(cx)).toBe(Pending);
    read.drop();
    read.drop();
    expect(() => buf.bytes).toThrow(BufferFreedError);
    buf.free();
    expect(driver.net.buffers.counts).toMatchObject({ taken: 0, lent: 0 });
    fromPeer(9);
    driver.park(1000);
    expect(waker.wakes).toBe(0);
    const next = driver.net.buffers.take();
    expectReady(stream.read(next).poll(cx));
    expect(next.bytes[0]).toBe(9);
  });

  test("has its buffer to itself while it waits", () => {
    const { cx } = watcher();
    const read = stream.read(buf);
    expect(read.poll(cx)).toBe(Pending);
    expect(() => buf.bytes).toThrow(BufferLentError);
    expect(() => stream.writeAll(buf, 0, 1).poll(cx)).toThrow(BufferLentError);
    expect(driver.net.buffers.counts).toMatchObject({ taken: 1, lent: 1 });
    fromPeer(1);
    driver.park(1000);
    expectReady(read.poll(cx));
    expect(driver.net.buffers.counts).toMatchObject({ taken: 1, lent: 0 });
  });

  test("refuses to be the second, and the first goes on", () => {
    const { cx } = watcher();
    const first = stream.read(buf);
    expect(first.poll(cx)).toBe(Pending);
    const other = driver.net.buffers.take();
    expect(() => stream.read(other).poll(cx)).toThrow(ConcurrentOperationError);
    expect(() => stream.pollRead(cx, new Uint8Array(1))).toThrow(ConcurrentOperationError);
    expect(other.bytes.length).toBe(BUFFER_BYTES);
    fromPeer(1);
    driver.park(1000);
    expect(expectReady(first.poll(cx)).n).toBe(1);
  });

  test("that waits returns 0 when reading is shut down, and the peer can still be written to", () => {
    const { waker, cx } = watcher();
    const read = stream.read(buf);
    expect(read.poll(cx)).toBe(Pending);
    stream.shutdownRead();
    driver.park(1000);
    expect(waker.wakes).toBe(1);
    expect(expectReady(read.poll(cx)).n).toBe(0);
    expect(stream.pollWrite(cx, Uint8Array.of(5))).toBe(1);
    expect(readView(peer, new Uint8Array(4))).toBe(1);
  });

  test("without budget lets the other tasks run first: it is woken, and makes no system call", () => {
    const { waker, cx } = watcher();
    fromPeer(1);
    driver.park(1000);
    cx.budget = 0;
    const before = calls("recvfrom");
    const read = stream.read(buf);
    expect(read.poll(cx)).toBe(Pending);
    expect(waker.wakes).toBe(1);
    expect(calls("recvfrom")).toBe(before);
    cx.budget = 1;
    expectReady(read.poll(cx));
    expect(cx.budget).toBe(0);
  });

  test("borrows memory as well: the bytes, then the wait, then the end", () => {
    const { waker, cx } = watcher();
    const view = new Uint8Array(4);
    expect(stream.pollRead(cx, view)).toBe(Pending);
    fromPeer(1, 2);
    driver.park(1000);
    expect(waker.wakes).toBe(1);
    expect(stream.pollRead(cx, view.subarray(1))).toBe(2);
    expect([...view]).toEqual([0, 1, 2, 0]);
    expect(stream.pollRead(cx, new Uint8Array(0))).toBe(0);
    expect(stream.pollRead(cx, view)).toBe(Pending);
    shutdownSocket(peer, SHUTDOWN.write);
    driver.park(1000);
    expect(stream.pollRead(cx, view)).toBe(0);
  });
});

describe("a write", () => {
  test("of a range is what the peer gets", () => {
    const { cx } = watcher();
    buf.bytes.set([1, 2, 3, 4]);
    expect(expectReady(stream.writeAll(buf, 1, 3).poll(cx))).toEqual({ n: 2, buf });
    const view = new Uint8Array(8);
    expect(readView(peer, view)).toBe(2);
    expect([...view.subarray(0, 2)]).toEqual([2, 3]);
  });

  test("of nothing makes no system call", () => {
    const { cx } = watcher();
    expect(expectReady(stream.writeAll(buf, 3, 3).poll(cx)).n).toBe(0);
    expect(stream.pollWrite(cx, new Uint8Array(0))).toBe(0);
    expect(calls("sendto")).toBe(0);
  });

  test("of what is no range of the buffer is refused at once, and says what was expected", () => {
    for (const [start, end] of [
      [-1, 1],
      [2, 1],
      [0, BUFFER_BYTES + 1],
      [0.5, 1],
      [0, Number.NaN],
    ] as const) {
      expect(() => stream.writeAll(buf, start, end)).toThrow(/expected whole numbers with 0 <= start <= end <= 16/);
    }
    expect(buf.bytes.length).toBe(BUFFER_BYTES);
  });

  test("of more than the kernel takes at a time goes on until everything is written", () => {
    const pool = new BufferPool({ bufferBytes: 16 * 1024 * 1024 });
    const large = pool.take();
    const { bytes } = large;
    for (let at = 0; at < bytes.length; at += 4096) bytes[at] = at >> 12;
    const { waker, cx } = watcher();
    const write = stream.writeAll(large, 0, large.capacityBytes);
    let result = write.poll(cx);
    expect(result).toBe(Pending);
    expect(() => large.bytes).toThrow(BufferLentError);
    const view = new Uint8Array(1024 * 1024);
    let received = 0;
    let wrong = 0;
    while (received < large.capacityBytes) {
      const n = readView(peer, view);
      expect(n).toBeGreaterThan(0);
      for (let i = (4096 - (received % 4096)) % 4096; i < n; i += 4096) {
        if (view[i] !== (((received + i) >> 12) & 0xff)) wrong++;
      }
      received += n;
      driver.poll();
      if (result === Pending) result = write.poll(cx);
    }
    expect(expectReady(result).n).toBe(large.capacityBytes);
    expect(wrong).toBe(0);
    // It was told when to go on, not asked again and again.
    expect(waker.wakes).toBeGreaterThan(0);
    pool.close();
  });

  test("that was taken in part spares the next one a system call", () => {
    const { cx } = watcher();
    const chunk = new Uint8Array(64 * 1024 * 1024);
    expect(expectReady(stream.pollWrite(cx, chunk))).toBeLessThan(chunk.length);
    expect(stream.pollWrite(cx, chunk)).toBe(Pending);
    expect(calls("sendto")).toBe(1);
  });

  test("that waits is woken when there is room, and frees its buffer when it is dropped", () => {
    const { waker, cx } = watcher();
    const chunk = new Uint8Array(1024 * 1024);
    for (let n = stream.pollWrite(cx, chunk); n !== Pending; n = stream.pollWrite(cx, chunk));
    const write = stream.writeAll(buf, 0, 1);
    expect(write.poll(cx)).toBe(Pending);
    expect(() => stream.writeAll(driver.net.buffers.take(), 0, 1).poll(cx)).toThrow(ConcurrentOperationError);
    write.drop();
    expect(() => buf.bytes).toThrow(BufferFreedError);
    expect(stream.pollWrite(cx, chunk)).toBe(Pending);
    expect(waker.wakes).toBe(0);
    for (let tries = 0; waker.wakes === 0 && tries < 100; tries++) {
      expect(readView(peer, chunk)).toBeGreaterThan(0);
      driver.poll();
    }
    expect(waker.wakes).toBe(1);
    expect(stream.pollWrite(cx, chunk)).not.toBe(Pending);
  });

  test("to a peer that is gone fails with an error and ends nothing else", () => {
    const { cx } = watcher();
    resetByPeer();
    driver.park(1000);
    expect(() => {
      for (let i = 0; i < 3; i++) stream.pollWrite(cx, new Uint8Array(1));
    }).toThrow(expect.objectContaining({ syscall: "write" }));
  });
});

describe("a half-closed connection", () => {
  test("still carries bytes the other way", () => {
    const { cx } = watcher();
    stream.shutdownWrite();
    expect(readView(peer, new Uint8Array(1))).toBe(0);
    fromPeer(1, 2);
    driver.park(1000);
    expect(expectReady(stream.read(buf).poll(cx)).n).toBe(2);
  });
});

describe("closing a stream", () => {
  test("fails the read that waits with ECANCELED, wakes it once and gives its buffer back", () => {
    const { waker, cx } = watcher();
    const before = countDescriptors();
    const read = stream.read(buf);
    expect(read.poll(cx)).toBe(Pending);
    stream.close();
    stream.close();
    expect(waker.wakes).toBe(1);
    expect(countDescriptors()).toBe(before - 1);
    expect(driver.registrations).toBe(0);
    expect(() => read.poll(cx)).toThrow(expect.objectContaining({ code: "ECANCELED", syscall: "read" }));
    expect(buf.bytes.length).toBe(BUFFER_BYTES);
  });

  test("makes every later operation fail with ECANCELED, without a system call on a number that may be somebody else's", () => {
    const { cx } = watcher();
    stream.close();
    const { recvfrom, sendto, shutdown } = driver.counters.systemCalls;
    const cancelled: unknown = expect.objectContaining({ code: "ECANCELED" });
    expect(() => stream.read(buf).poll(cx)).toThrow(cancelled);
    expect(() => stream.writeAll(buf, 0, 1).poll(cx)).toThrow(cancelled);
    expect(() => stream.pollRead(cx, new Uint8Array(1))).toThrow(cancelled);
    expect(() => stream.pollWrite(cx, new Uint8Array(1))).toThrow(cancelled);
    expect(() => {
      stream.shutdownWrite();
    }).toThrow(cancelled);
    expect(driver.counters.systemCalls).toMatchObject({ recvfrom, sendto, shutdown });
    expect(buf.bytes.length).toBe(BUFFER_BYTES);
  });
});

describe("a stream in a coroutine", () => {
  test("reads and writes with yield*, and a dropped coroutine leaves nothing behind", () => {
    const executor = new HandExecutor(driver);
    const echo = asyncFn(function* (s: EpollStream, own: IoBuffer) {
      try {
        for (;;) {
          const { n } = yield* s.read(own);
          if (n === 0) return;
          yield* s.writeAll(own, 0, n);
        }
      } finally {
        s.close();
        own.free();
      }
    });
    const task = executor.spawn(echo(stream, buf));
    const { stream: other, peer: otherPeer } = connectFrom(driver);
    fromPeer(7);
    executor.run(
      asyncFn(function* () {
        const own = driver.net.buffers.take();
        expect(writeView(otherPeer, Uint8Array.of(1))).toBe(1);
        yield* other.read(own);
        own.free();
      })(),
    );
    const view = new Uint8Array(2);
    expect(readView(peer, view)).toBe(1);
    expect(view[0]).toBe(7);
    task.cancel();
    other.close();
    closeFd(otherPeer);
    expect(driver.registrations).toBe(0);
    expect(driver.net.buffers.counts).toMatchObject({ taken: 0, lent: 0 });
  });
});
