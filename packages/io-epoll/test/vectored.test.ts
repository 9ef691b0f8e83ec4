import { BufferFreedError, BufferLentError, type IoBuffer } from "@pollab/io-sys";
import { Pending, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { writeVectored } from "@pollab/runtime-core/io";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConcurrentOperationError, EpollDriver, type EpollUnixStream } from "../src/index.ts";
import { expectReady, watcher } from "./support/connection.ts";
import { HandExecutor } from "./support/hand-driven.ts";

let driver: EpollDriver;
let executor: HandExecutor;
let stream: EpollUnixStream;
let peer: EpollUnixStream;

beforeEach(() => {
  driver = EpollDriver.create({ bufferBytes: 8 });
  executor = new HandExecutor(driver);
  [stream, peer] = driver.net.unixPair();
});
afterEach(() => {
  driver.close();
});

function take(count: number): IoBuffer[] {
  return Array.from({ length: count }, () => driver.net.buffers.take());
}

function fromPeer(count: number): void {
  const { cx } = watcher();
  expect(
    peer.pollWrite(
      cx,
      Uint8Array.from({ length: count }, (_, at) => at),
    ),
  ).toBe(count);
}

/** Everything that has come at the other end. */
function atPeer(): number[] {
  const { cx } = watcher();
  const view = new Uint8Array(4096);
  const bytes: number[] = [];
  driver.poll();
  for (let n = peer.pollRead(cx, view); n !== Pending && n > 0; n = peer.pollRead(cx, view)) {
    bytes.push(...view.subarray(0, n));
    driver.poll();
  }
  return bytes;
}

describe("a vectored read", () => {
  test("fills one buffer after the other with one system call", () => {
    const bufs = take(3);
    fromPeer(10);
    const { recvmsg } = driver.counters.systemCalls;
    const { n, bufs: back } = executor.run(stream.readVectored(bufs));
    expect(n).toBe(10);
    expect(back).toEqual(bufs);
    expect([...bufs[0].bytes]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([...bufs[1].bytes.subarray(0, 2)]).toEqual([8, 9]);
    expect(driver.counters.systemCalls.recvmsg).toBe(recvmsg + 1);
  });

  test("waits with all of its buffers, and frees them when it is dropped", () => {
    const bufs = take(2);
    const { waker, cx } = watcher();
    const read = stream.readVectored(bufs);
    expect(read.poll(cx)).toBe(Pending);
    expect(() => bufs[1].bytes).toThrow(BufferLentError);
    const [other] = take(1);
    expect(() => stream.read(other).poll(cx)).toThrow(ConcurrentOperationError);
    read.drop();
    for (const buf of bufs) expect(() => buf.bytes).toThrow(BufferFreedError);
    fromPeer(1);
    driver.park(1000);
    expect(waker.wakes).toBe(0);
    expect(expectReady(stream.read(other).poll(cx)).n).toBe(1);
  });

  test("that cannot have one of its buffers gives the others back, and leaves the stream free", () => {
    const [first, second] = take(2);
    const { cx } = watcher();
    second.lend();
    const read = stream.readVectored([first, second]);
    expect(() => read.poll(cx)).toThrow(BufferLentError);
    expect(() => read.poll(cx)).toThrow(PolledAfterCompletionError);
    expect(first.bytes.length).toBe(8);
    second.giveBack();
    fromPeer(1);
    executor.run(stream.readVectored([first, second]));
  });

  test("of no buffer, or of one twice, is refused at once", () => {
    const [buf] = take(1);
    expect(() => stream.readVectored([])).toThrow(RangeError);
    expect(() => stream.readVectored([buf, buf])).toThrow(/one is there twice/);
  });

  test("of more buffers than a system call takes fills the first ones", () => {
    const bufs = take(1100);
    fromPeer(100);
    expect(executor.run(stream.readVectored(bufs)).n).toBe(100);
    expect(driver.net.buffers.counts).toMatchObject({ taken: 1100, lent: 0 });
  });
});

describe("a vectored write", () => {
  test("sends the slices in their order with one system call; two may be of one buffer, and some empty", () => {
    const [first, second] = take(2);
    first.bytes.set([1, 2, 3, 4]);
    second.bytes.set([5, 6, 7]);
    const { sendmsg } = driver.counters.systemCalls;
    const { n, bufs } = executor.run(
      stream.writeAllVectored([
        { buf: first, start: 2, end: 2 },
        { buf: first, start: 2, end: 4 },
        { buf: second, start: 0, end: 3 },
        { buf: second, start: 1, end: 1 },
        { buf: first, start: 0, end: 1 },
      ]),
    );
    expect(n).toBe(6);
    expect(bufs).toEqual([first, first, second, second, first]);
    expect(driver.counters.systemCalls.sendmsg).toBe(sendmsg + 1);
    expect(atPeer()).toEqual([3, 4, 5, 6, 7, 1]);
  });

  test("of nothing makes no system call", () => {
    const [buf] = take(1);
    const { sendmsg } = driver.counters.systemCalls;
    expect(executor.run(stream.writeAllVectored([])).n).toBe(0);
    expect(executor.run(stream.writeAllVectored([{ buf, start: 3, end: 3 }])).n).toBe(0);
    expect(driver.counters.systemCalls.sendmsg).toBe(sendmsg);
  });

  test("goes on where a short one ended, over more slices than a system call takes", () => {
    const [buf] = take(1);
    buf.bytes.set([1, 2, 3, 4, 5]);
    const slices = Array.from({ length: 100_000 }, (_, at) => ({ buf, start: at % 5, end: 5 }));
    const expected = slices.flatMap(({ start }) => [1, 2, 3, 4, 5].slice(start));
    const { cx } = watcher();
    const write = stream.writeAllVectored(slices);
    const received: number[] = [];
    let result = write.poll(cx);
    while (result === Pending) {
      for (const byte of atPeer()) received.push(byte);
      driver.poll();
      result = write.poll(cx);
    }
    for (const byte of atPeer()) received.push(byte);
    expect(result.n).toBe(expected.length);
    expect(Buffer.from(received).equals(Buffer.from(expected))).toBe(true);
  });

  test("dropped while it waits frees its buffers, once each", () => {
    const [first, second] = take(2);
    const slices = Array.from({ length: 200_000 }, (_, at) => ({
      buf: at % 2 === 0 ? first : second,
      start: 0,
      end: 8,
    }));
    const { waker, cx } = watcher();
    const write = stream.writeAllVectored(slices);
    expect(write.poll(cx)).toBe(Pending);
    write.drop();
    expect(driver.net.buffers.counts).toMatchObject({ taken: 0, lent: 0 });
    atPeer();
    driver.poll();
    expect(waker.wakes).toBe(0);
    const [next] = take(1);
    expect(executor.run(stream.writeAll(next, 0, 1)).n).toBe(1);
  });

  test("of what is no range of its buffer is refused at once", () => {
    const [buf] = take(1);
    for (const [start, end] of [
      [-1, 2],
      [3, 2],
      [0, 9],
      [0.5, 1],
    ]) {
      expect(() => stream.writeAllVectored([{ buf, start, end }])).toThrow(RangeError);
    }
  });

  test("from borrowed views skips the empty ones", () => {
    const views = [new Uint8Array(0), Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)];
    expect(executor.run(writeVectored(stream, views))).toBe(3);
    expect(executor.run(writeVectored(stream, [new Uint8Array(0)]))).toBe(0);
    const many = [...Array.from({ length: 2000 }, () => new Uint8Array(0)), Uint8Array.of(4)];
    expect(executor.run(writeVectored(stream, many))).toBe(1);
    expect(atPeer()).toEqual([1, 2, 3, 4]);
  });
});
