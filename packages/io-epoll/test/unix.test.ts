import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IoBuffer } from "@pollab/io-sys";
import { asyncFn, Pending, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { readToEnd, shutdown, writeAll } from "@pollab/runtime-core/io";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EpollDriver } from "../src/index.ts";
import { expectReady, watcher } from "./support/connection.ts";
import { HandExecutor } from "./support/hand-driven.ts";
import { countDescriptors } from "./support/leftovers.ts";

let before: number;
let folder: string;
let driver: EpollDriver;
let executor: HandExecutor;
let buf: IoBuffer;

beforeEach(() => {
  before = countDescriptors();
  folder = mkdtempSync(join(tmpdir(), "pollab-unix-"));
  driver = EpollDriver.create({ bufferBytes: 16 });
  executor = new HandExecutor(driver);
  buf = driver.net.buffers.take();
});
afterEach(() => {
  driver.close();
  rmSync(folder, { recursive: true });
  expectNothingLeft();
});

function expectNothingLeft(): void {
  expect(countDescriptors()).toBe(before);
}

function code(name: string): unknown {
  return expect.objectContaining({ code: name });
}

/** Of this process and this test alone: abstract names are the whole machine's. */
function abstractName(): string {
  return `\0pollab-test-${process.pid}-${folder}`;
}

describe("a stream", () => {
  test.each([
    ["a path", () => join(folder, "socket")],
    ["an abstract name", abstractName],
    ["the longest path there can be", () => join(folder, "x".repeat(107 - folder.length - 1))],
    ["an abstract name with a NUL byte in it", () => `${abstractName()}\0more`],
  ])("connects to a listener at %s, and carries bytes both ways", (_, makePath) => {
    const path = makePath();
    const listener = driver.net.listenUnix({ path });
    expect(existsSync(path.replaceAll("\0", "@"))).toBe(!path.startsWith("\0"));
    const client = executor.run(driver.net.connectUnix(path));
    const server = executor.run(listener.accept());
    expect([client.peerPath, client.localPath]).toEqual([path, ""]);
    expect([server.peerPath, server.localPath]).toEqual(["", path]);
    const talk = asyncFn(function* () {
      yield* writeAll(client, Uint8Array.of(1, 2));
      yield* shutdown(client);
      const heard = yield* readToEnd(server, 16);
      buf.bytes[0] = 7;
      yield* server.writeAll(buf, 0, 1);
      server.close();
      return [[...heard], [...(yield* readToEnd(client, 16))]];
    });
    expect(executor.run(talk())).toEqual([[1, 2], [7]]);
  });

  test("tells who its peer is", () => {
    const [a] = driver.net.unixPair();
    expect(a.peerCredentials).toEqual({
      processId: process.pid,
      userId: process.getuid?.(),
      groupId: process.getgid?.(),
    });
    a.close();
    expect(() => a.peerCredentials).toThrow(code("ECANCELED"));
  });

  test("to nobody fails with the path in the error, and does nothing before it is polled", () => {
    const path = join(folder, "nobody");
    const connecting = driver.net.connectUnix(path);
    expect(driver.counters.systemCalls.socket).toBe(0);
    const { cx } = watcher();
    expect(() => connecting.poll(cx)).toThrow(
      expect.objectContaining({ code: "ENOENT", path, message: expect.stringContaining(path) as string }),
    );
    expect(() => connecting.poll(cx)).toThrow(PolledAfterCompletionError);
    driver.net.listenUnix({ path }).close();
    expect(() => driver.net.connectUnix(path).poll(cx)).toThrow(code("ECONNREFUSED"));
    expect(() => driver.net.listenUnix({ path })).toThrow(expect.objectContaining({ code: "EADDRINUSE", path }));
    expect(driver.registrations).toBe(0);
  });

  test("to a listener whose queue is full fails with EAGAIN, for which nobody could wait", () => {
    const path = abstractName();
    driver.net.listenUnix({ path, backlog: 0 });
    executor.run(driver.net.connectUnix(path));
    const { cx } = watcher();
    expect(() => driver.net.connectUnix(path).poll(cx)).toThrow(code("EAGAIN"));
  });

  test.each([
    ["is too long", "x".repeat(108), RangeError],
    ["is an abstract name and too long", `\0${"x".repeat(108)}`, RangeError],
    ["has a NUL byte in it", "a\0b", TypeError],
  ])("at a path that %s is refused", (_, path, error) => {
    const { cx } = watcher();
    expect(() => driver.net.listenUnix({ path })).toThrow(error);
    expect(() => driver.net.connectUnix(path).poll(cx)).toThrow(error);
    expect(() => driver.net.bindUnixDatagram(path)).toThrow(error);
    expect(driver.registrations).toBe(0);
  });
});

describe("a listener", () => {
  test("that is closed fails the accept that waits, and leaves the file", () => {
    const path = join(folder, "socket");
    const listener = driver.net.listenUnix({ path });
    const { waker, cx } = watcher();
    const accept = listener.accept();
    expect(accept.poll(cx)).toBe(Pending);
    listener.close();
    expect(waker.wakes).toBe(1);
    expect(() => accept.poll(cx)).toThrow(code("ECANCELED"));
    expect(existsSync(path)).toBe(true);
  });
});

describe("a datagram socket", () => {
  test("tells where a datagram came from, if that has a path", () => {
    const path = join(folder, "here");
    const there = abstractName();
    const receiver = driver.net.bindUnixDatagram(path);
    const named = driver.net.bindUnixDatagram(there);
    const unnamed = driver.net.bindUnixDatagram();
    expect([receiver.localPath, named.localPath, unnamed.localPath]).toEqual([path, there, ""]);
    buf.bytes.set([1, 2, 3]);
    executor.run(named.sendTo(buf, 0, 3, path));
    unnamed.connect(path);
    executor.run(unnamed.send(buf, 1, 1));
    expect(executor.run(receiver.recvFrom(buf))).toMatchObject({ n: 3, from: there, truncated: false });
    expect(executor.run(receiver.recvFrom(buf))).toMatchObject({ n: 0, from: "" });
  });

  test("waits while its peer's queue is full, and loses nothing", () => {
    const [a, b] = driver.net.unixDatagramPair();
    const { waker, cx } = watcher();
    cx.budget = 10_000;
    let sent = 0;
    let waiting = a.send(buf, 0, 16);
    while (waiting.poll(cx) !== Pending) {
      sent++;
      waiting = a.send(buf, 0, 16);
    }
    const into = driver.net.buffers.take();
    // The kernel lets the sender go on when there is room for more than one.
    let received = 0;
    for (; waker.wakes === 0 && received < sent; received++) {
      driver.poll();
      expectReady(b.recv(into).poll(cx));
    }
    driver.poll();
    expect(waker.wakes).toBe(1);
    expectReady(waiting.poll(cx));
    driver.poll();
    while (b.recv(into).poll(cx) !== Pending) received++;
    expect(received).toBe(sent + 1);
  });

  test("to nobody fails with the path in the error", () => {
    const path = join(folder, "nobody");
    const socket = driver.net.bindUnixDatagram();
    const { cx } = watcher();
    expect(() => {
      socket.connect(path);
    }).toThrow(expect.objectContaining({ code: "ENOENT", path }));
    expect(() => socket.sendTo(buf, 0, 1, path).poll(cx)).toThrow(code("ENOENT"));
    expect(() => socket.send(buf, 0, 1).poll(cx)).toThrow(code("ENOTCONN"));
  });
});
