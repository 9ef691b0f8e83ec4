import { BufferFreedError, BufferLentError, type IoBuffer } from "@pollab/io-sys";
import { asyncFn, Pending, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConcurrentOperationError, EpollDriver, type EpollUdpSocket } from "../src/index.ts";
import { expectReady, watcher } from "./support/connection.ts";
import { HandExecutor } from "./support/hand-driven.ts";
import { countDescriptors } from "./support/leftovers.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

let before: number;
let driver: EpollDriver;
let executor: HandExecutor;
let a: EpollUdpSocket;
let b: EpollUdpSocket;
let buf: IoBuffer;

beforeEach(() => {
  before = countDescriptors();
  driver = EpollDriver.create({ bufferBytes: 16 });
  executor = new HandExecutor(driver);
  a = driver.net.bindUdp(LOOPBACK);
  b = driver.net.bindUdp(LOOPBACK);
  buf = driver.net.buffers.take();
});
afterEach(() => {
  driver.close();
  expectNothingLeft();
});

function expectNothingLeft(): void {
  expect(countDescriptors()).toBe(before);
}

function send(from: EpollUdpSocket, to: EpollUdpSocket, ...bytes: number[]): void {
  const out = driver.net.buffers.take();
  out.bytes.set(bytes);
  expect(executor.run(from.sendTo(out, 0, bytes.length, to.address)).n).toBe(bytes.length);
  out.free();
}

function code(name: string): unknown {
  return expect.objectContaining({ code: name });
}

describe("a datagram", () => {
  test.each(["127.0.0.1", "::1"])("arrives with its sender's address over %s", (host) => {
    const receiver = driver.net.bindUdp({ host, port: 0 });
    const sender = driver.net.bindUdp({ host, port: 0 });
    send(sender, receiver, 1, 2, 3);
    const { n, from, truncated } = executor.run(receiver.recvFrom(buf));
    expect({ n, from, truncated }).toEqual({ n: 3, from: sender.address, truncated: false });
    expect([...buf.bytes.subarray(0, n)]).toEqual([1, 2, 3]);
  });

  test("may be empty, and the next one is there all the same", () => {
    send(a, b);
    send(a, b, 9);
    expect(executor.run(b.recvFrom(buf)).n).toBe(0);
    expect(executor.run(b.recvFrom(buf)).n).toBe(1);
  });

  test("that is longer than the buffer is truncated, and says so; the next one is whole", () => {
    const large = EpollDriver.create({ bufferBytes: 64 });
    const sender = large.net.bindUdp(LOOPBACK);
    const out = large.net.buffers.take();
    new HandExecutor(large).run(sender.sendTo(out, 0, 20, b.address));
    send(a, b, 1);
    expect(executor.run(b.recvFrom(buf))).toMatchObject({ n: 16, truncated: true, from: sender.address });
    expect(executor.run(b.recvFrom(buf))).toMatchObject({ n: 1, truncated: false, from: a.address });
    large.close();
  });

  test("that is short says nothing about the next one: two are received without an event in between", () => {
    send(a, b, 1);
    send(a, b, 2);
    driver.park(1000);
    const { cx } = watcher();
    expectReady(b.recvFrom(buf).poll(cx));
    expectReady(b.recvFrom(buf).poll(cx));
    expect(buf.bytes[0]).toBe(2);
  });

  test("of part of a buffer is that part", () => {
    buf.bytes.set([1, 2, 3, 4]);
    executor.run(a.sendTo(buf, 1, 3, b.address));
    const { n } = executor.run(b.recvFrom(buf));
    expect([...buf.bytes.subarray(0, n)]).toEqual([2, 3]);
    expect(() => a.sendTo(buf, 3, 2, b.address)).toThrow(RangeError);
    expect(() => a.sendTo(buf, 0, 17, b.address)).toThrow(RangeError);
  });
});

describe("receiving", () => {
  test("waits, is woken once, and makes one system call for each datagram and one that finds none", () => {
    const { waker, cx } = watcher();
    const receive = b.recvFrom(buf);
    expect(receive.poll(cx)).toBe(Pending);
    send(a, b, 5);
    driver.poll();
    expect(waker.wakes).toBe(1);
    const calls = driver.counters.systemCalls.recvmsg;
    expectReady(receive.poll(cx));
    expect(() => receive.poll(cx)).toThrow(PolledAfterCompletionError);
    expect(b.recvFrom(buf).poll(cx)).toBe(Pending);
    expect(driver.counters.systemCalls.recvmsg).toBe(calls + 2);
  });

  test("has its buffer to itself, one at a time, and frees it when it is dropped", () => {
    const { waker, cx } = watcher();
    const receive = b.recv(buf);
    expect(receive.poll(cx)).toBe(Pending);
    expect(() => buf.bytes).toThrow(BufferLentError);
    const other = driver.net.buffers.take();
    expect(() => b.recvFrom(other).poll(cx)).toThrow(ConcurrentOperationError);
    expect(other.bytes.length).toBe(16);
    receive.drop();
    expect(() => buf.bytes).toThrow(BufferFreedError);
    send(a, b, 1);
    driver.park(1000);
    expect(waker.wakes).toBe(0);
    expect(expectReady(b.recv(other).poll(cx)).n).toBe(1);
  });

  test("fails with ECANCELED when the socket is closed, which is woken once and gives the buffer back", () => {
    const { waker, cx } = watcher();
    const receive = b.recvFrom(buf);
    expect(receive.poll(cx)).toBe(Pending);
    b.close();
    b.close();
    expect(waker.wakes).toBe(1);
    expect(() => receive.poll(cx)).toThrow(code("ECANCELED"));
    expect(buf.bytes.length).toBe(16);
    expect(() => b.send(buf, 0, 1).poll(cx)).toThrow(code("ECANCELED"));
    expect(() => b.options.ttl).toThrow(code("ECANCELED"));
  });
});

describe("a connected socket", () => {
  test("sends to its peer and hears nobody else", () => {
    const stranger = driver.net.bindUdp(LOOPBACK);
    a.connect(b.address);
    b.connect(a.address);
    expect(a.peerAddress).toEqual(b.address);
    send(stranger, b, 7);
    buf.bytes[0] = 8;
    executor.run(a.send(buf, 0, 1));
    buf.bytes[0] = 0;
    expect(executor.run(b.recv(buf)).n).toBe(1);
    expect(buf.bytes[0]).toBe(8);
    const { cx } = watcher();
    expect(b.recv(buf).poll(cx)).toBe(Pending);
  });

  test("whose peer is not there fails with ECONNREFUSED, also a receive that waits", () => {
    const { waker, cx } = watcher();
    a.connect(b.address);
    b.close();
    const receive = a.recv(buf);
    expect(receive.poll(cx)).toBe(Pending);
    const out = driver.net.buffers.take();
    executor.run(a.send(out, 0, 1));
    driver.park(1000);
    expect(waker.wakes).toBe(1);
    expect(() => receive.poll(cx)).toThrow(code("ECONNREFUSED"));
    expect(a.recv(buf).poll(cx)).toBe(Pending);
  });

  test("is what send needs", () => {
    const { cx } = watcher();
    expect(() => a.send(buf, 0, 1).poll(cx)).toThrow(code("EDESTADDRREQ"));
    expect(() => a.peerAddress).toThrow(code("ENOTCONN"));
    expect(() => {
      a.connect({ host: "::1", port: 1 });
    }).toThrow(code("EAFNOSUPPORT"));
  });
});

describe("options", () => {
  test("are what they were set to", () => {
    const { options } = a;
    expect(options).toMatchObject({ broadcast: false, multicastLoop: true, multicastTtl: 1 });
    Object.assign(options, {
      broadcast: true,
      multicastLoop: false,
      multicastTtl: 3,
      ttl: 9,
      receiveBufferBytes: 8192,
    });
    expect(options).toMatchObject({ broadcast: true, multicastLoop: false, multicastTtl: 3, ttl: 9 });
    // The kernel takes the double, for its own needs.
    expect(options.receiveBufferBytes).toBe(2 * 8192);
    expect(() => {
      options.ttl = 256;
    }).toThrow(code("EINVAL"));
    const six = driver.net.bindUdp({ host: "::1", port: 0 }).options;
    Object.assign(six, { ttl: 5, multicastTtl: 6, multicastLoop: false });
    expect(six).toMatchObject({ ttl: 5, multicastTtl: 6, multicastLoop: false });
  });

  test("broadcast is what sending to everybody needs", () => {
    const { cx } = watcher();
    const everybody = { host: "127.255.255.255", port: b.address.port };
    expect(() => a.sendTo(buf, 0, 1, everybody).poll(cx)).toThrow(code("EACCES"));
    a.options.broadcast = true;
    expect(executor.run(a.sendTo(buf, 0, 1, everybody)).n).toBe(1);
  });

  test("joining a group takes what is sent to it, until it is left", () => {
    const LOOPBACK_INTERFACE = 1;
    const group = "239.255.7.7";
    const member = driver.net.bindUdp({ host: group, port: 0 });
    expect(() => {
      member.options.leaveGroup(group, LOOPBACK_INTERFACE);
    }).toThrow(code("EADDRNOTAVAIL"));
    member.options.joinGroup(group, LOOPBACK_INTERFACE);
    a.options.joinGroup(group, LOOPBACK_INTERFACE);
    expect(() => {
      a.options.joinGroup(group, LOOPBACK_INTERFACE);
    }).toThrow(code("EADDRINUSE"));
    expect(() => {
      a.options.joinGroup("not an address");
    }).toThrow(/expected an IPv4 or IPv6 address/);
    member.options.leaveGroup(group, LOOPBACK_INTERFACE);
  });
});

test("two tasks play ping-pong", () => {
  const ping = asyncFn(function* () {
    const ours = driver.net.buffers.take();
    a.connect(b.address);
    let heard = 0;
    for (let round = 0; round < 200; round++) {
      ours.bytes[0] = round;
      yield* a.send(ours, 0, 1);
      yield* a.recv(ours);
      if (ours.bytes[0] === ((round + 1) & 255)) heard++;
    }
    return heard;
  });
  const pong = asyncFn(function* () {
    const ours = driver.net.buffers.take();
    for (;;) {
      const { n, from } = yield* b.recvFrom(ours);
      ours.bytes[0]++;
      yield* b.sendTo(ours, 0, n, from);
    }
  });
  executor.spawn(pong());
  expect(executor.run(ping())).toBe(200);
});
