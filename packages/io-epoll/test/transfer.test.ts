import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncFn, Pending, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { readToEnd, writeAll } from "@pollab/runtime-core/io";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConcurrentOperationError, EpollDriver, type EpollUnixStream } from "../src/index.ts";
import { watcher } from "./support/connection.ts";
import { HandExecutor } from "./support/hand-driven.ts";
import { countDescriptors } from "./support/leftovers.ts";

/** More than any socket takes at once. */
const FILE_BYTES = 3_000_000;

let before: number;
let folder: string;
let contents: Buffer;
let file: number;
let driver: EpollDriver;
let executor: HandExecutor;
let stream: EpollUnixStream;
let peer: EpollUnixStream;

beforeEach(() => {
  before = countDescriptors();
  folder = mkdtempSync(join(tmpdir(), "pollab-transfer-"));
  contents = Buffer.from(Uint8Array.from({ length: FILE_BYTES }, (_, at) => (at * 7) & 255));
  writeFileSync(join(folder, "file"), contents);
  file = openSync(join(folder, "file"), "r");
  driver = EpollDriver.create({ bufferBytes: 64 });
  executor = new HandExecutor(driver);
  [stream, peer] = driver.net.unixPair();
});
afterEach(() => {
  driver.close();
  closeSync(file);
  rmSync(folder, { recursive: true });
  expectNothingLeft();
});

function expectNothingLeft(): void {
  expect(countDescriptors()).toBe(before);
}

describe("sending a file", () => {
  test("sends all of it, in as many pieces as the socket takes", () => {
    const sent = executor.spawn(
      asyncFn(function* () {
        const n = yield* stream.sendFile(file, 0, Infinity);
        stream.close();
        return n;
      })(),
    );
    const received = executor.run(readToEnd(peer, FILE_BYTES));
    expect(executor.run(sent)).toBe(FILE_BYTES);
    expect(contents.equals(received)).toBe(true);
    expect(driver.counters.systemCalls.sendfile).toBeGreaterThan(2);
  });

  test("sends the part that is asked for, and says how much there was", () => {
    expect(executor.run(stream.sendFile(file, 10, 5))).toBe(5);
    expect(executor.run(stream.sendFile(file, FILE_BYTES - 3, 100))).toBe(3);
    expect(executor.run(stream.sendFile(file, FILE_BYTES, 100))).toBe(0);
    expect(executor.run(stream.sendFile(file, 0, 0))).toBe(0);
    stream.close();
    const received = executor.run(readToEnd(peer, 100));
    expect(Buffer.concat([contents.subarray(10, 15), contents.subarray(-3)]).equals(received)).toBe(true);
  });

  test("is the stream's one write, and can be dropped", () => {
    const { waker, cx } = watcher();
    const sending = stream.sendFile(file, 0, Infinity);
    expect(sending.poll(cx)).toBe(Pending);
    const buf = driver.net.buffers.take();
    expect(() => stream.writeAll(buf, 0, 1).poll(cx)).toThrow(ConcurrentOperationError);
    expect(() => stream.sendFile(file, 0, 1).poll(cx)).toThrow(ConcurrentOperationError);
    sending.drop();
    expect(() => sending.poll(cx)).toThrow(PolledAfterCompletionError);
    const view = new Uint8Array(1_000_000);
    while (peer.pollRead(cx, view) !== Pending) driver.poll();
    driver.poll();
    expect(waker.wakes).toBe(0);
    expect(executor.run(stream.writeAll(buf, 0, 1)).n).toBe(1);
  });

  test("fails when the peer is gone, and on a descriptor that is none", () => {
    const { cx } = watcher();
    expect(() => stream.sendFile(0x7fff_ffff, 0, 1).poll(cx)).toThrow(
      expect.objectContaining({ code: "EBADF", syscall: "sendfile" }),
    );
    peer.close();
    expect(() => stream.sendFile(file, 0, 1).poll(cx)).toThrow(expect.objectContaining({ code: "EPIPE" }));
  });

  test("refuses a position and a length that are none", () => {
    for (const [position, length] of [
      [-1, 1],
      [0.5, 1],
      [0, -1],
      [0, Number.NaN],
      [2 ** 53, 1],
    ]) {
      expect(() => stream.sendFile(file, position, length)).toThrow(RangeError);
    }
  });
});

describe("splicing", () => {
  test("sends on everything until the end, and leaves no pipe behind", () => {
    const [from, to] = driver.net.unixPair();
    const open = countDescriptors();
    const proxied = executor.spawn(
      asyncFn(function* () {
        const n = yield* peer.spliceTo(from);
        from.shutdownWrite();
        return n;
      })(),
    );
    executor.spawn(
      asyncFn(function* () {
        yield* writeAll(stream, contents);
        stream.shutdownWrite();
      })(),
    );
    const received = executor.run(readToEnd(to, FILE_BYTES));
    expect(executor.run(proxied)).toBe(FILE_BYTES);
    expect(contents.equals(received)).toBe(true);
    expect(countDescriptors()).toBe(open);
  });

  test("is one read of the one and one write of the other, and leaves no pipe behind when it is dropped", () => {
    const [from, to] = driver.net.unixPair();
    const open = countDescriptors();
    const { waker, cx } = watcher();
    const splicing = peer.spliceTo(from);
    expect(splicing.poll(cx)).toBe(Pending);
    expect(countDescriptors()).toBe(open + 2);
    const buf = driver.net.buffers.take();
    expect(() => peer.read(buf).poll(cx)).toThrow(ConcurrentOperationError);
    expect(() => from.writeAll(buf, 0, 1).poll(cx)).toThrow(ConcurrentOperationError);
    expect(() => peer.spliceTo(to).poll(cx)).toThrow(ConcurrentOperationError);
    expect(() => to.spliceTo(from).poll(cx)).toThrow(ConcurrentOperationError);
    splicing.drop();
    expect(countDescriptors()).toBe(open);
    executor.run(writeAll(stream, Uint8Array.of(1)));
    driver.park(1000);
    expect(waker.wakes).toBe(0);
    expect(executor.run(peer.read(buf)).n).toBe(1);
  });

  test("fails when one of the streams does, and leaves no pipe behind", () => {
    const [from, to] = driver.net.unixPair();
    const open = countDescriptors();
    const { cx } = watcher();
    const cancelled = peer.spliceTo(from);
    expect(cancelled.poll(cx)).toBe(Pending);
    peer.close();
    expect(() => cancelled.poll(cx)).toThrow(expect.objectContaining({ code: "ECANCELED" }));
    expect(countDescriptors()).toBe(open - 1);
    const [source, sink] = driver.net.unixPair();
    executor.run(writeAll(source, Uint8Array.of(1)));
    to.close();
    expect(() => {
      executor.run(sink.spliceTo(from));
    }).toThrow(expect.objectContaining({ cause: expect.objectContaining({ code: "EPIPE" }) as unknown }));
  });
});
