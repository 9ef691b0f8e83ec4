// UDP on the real kernel, one datagram at a time and as a stream.
import { asyncFn, Pending } from "@pollab/runtime-core/future";
import { End, type Stream } from "@pollab/runtime-core/stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Kernel, nativeKernel } from "../../src/kernel.ts";
import type { ReceivedDatagram } from "../../src/multishot/receive-datagrams.ts";
import { withoutBufferRings } from "../support/kernels.ts";
import { missing } from "../support/machine.ts";
import { TestRuntime } from "../support/test-runtime.ts";
import { failure, text, textBuffer } from "../support/together.ts";

const HERE = { host: "127.0.0.1", port: 0 };

describe.skipIf(missing !== undefined)(`UDP over io_uring ${missing ?? ""}`, () => {
  let runtime: TestRuntime;

  beforeEach(() => {
    runtime = new TestRuntime({ bufferBytes: 2048 });
  });

  afterEach(() => {
    runtime.close();
  });

  it("a datagram arrives whole, with its sender", () => {
    const { net } = runtime.driver;
    const [a, b] = [net.bindUdp(HERE), net.bindUdp(HERE)];
    const { buf, end } = textBuffer(runtime.driver, "datagram");
    expect(runtime.run(a.sendTo(buf, 4, end, b.address))).toEqual({ n: 4, buf });
    const received = runtime.run(b.recvFrom(buf));
    expect(received).toMatchObject({ n: 4, from: a.address, truncated: false });
    expect(text(received.buf.bytes.subarray(0, 4))).toBe("gram");
    a.close();
    b.close();
  });

  it("works over IPv6", () => {
    const { net } = runtime.driver;
    const [a, b] = [net.bindUdp({ host: "::1", port: 0 }), net.bindUdp({ host: "::1", port: 0 })];
    const { buf, end } = textBuffer(runtime.driver, "six");
    runtime.run(a.sendTo(buf, 0, end, b.address));
    expect(runtime.run(b.recvFrom(buf))).toMatchObject({ n: 3, from: a.address });
    a.close();
    b.close();
  });

  it("one that is longer than the buffer is cut, and says so; an empty one arrives too", () => {
    const { net } = runtime.driver;
    const [a, b] = [net.bindUdp(HERE), net.bindUdp(HERE)];
    const large = net.buffers.take();
    runtime.run(a.sendTo(large, 0, 2048, b.address));
    runtime.run(a.sendTo(large, 0, 0, b.address));
    const small = new TestRuntime({ bufferBytes: 100 });
    const buf = small.driver.net.buffers.take();
    expect(runtime.run(b.recvFrom(buf))).toMatchObject({ n: 100, truncated: true });
    expect(runtime.run(b.recvFrom(buf))).toMatchObject({ n: 0, truncated: false, from: a.address });
    buf.free();
    small.close();
    a.close();
    b.close();
  });

  it("connected sockets hear of their peer alone", () => {
    const { net } = runtime.driver;
    const [a, b, stranger] = [net.bindUdp(HERE), net.bindUdp(HERE), net.bindUdp(HERE)];
    a.connect(b.address);
    b.connect(a.address);
    const { buf, end } = textBuffer(runtime.driver, "peer");
    runtime.run(stranger.sendTo(buf, 0, 1, b.address));
    runtime.run(a.send(buf, 0, end));
    expect(runtime.run(b.recv(buf)).n).toBe(4);
    for (const socket of [a, b, stranger]) socket.close();
  });

  it("fails as the system calls do", () => {
    const { net } = runtime.driver;
    const [a, b] = [net.bindUdp(HERE), net.bindUdp(HERE)];
    const { buf, end } = textBuffer(runtime.driver, "x");
    expect(runtime.run(failure(a.send(buf, 0, end)))).toMatchObject({ code: "EDESTADDRREQ", syscall: "write" });
    expect(() => net.bindUdp(b.address)).toThrow(expect.objectContaining({ code: "EADDRINUSE" }));
    expect(() => net.bindUdp({ host: "localhost", port: 0 })).toThrow(TypeError);
    expect(() => a.sendTo(buf, 0, 1, { host: "127.0.0.1", port: 70_000 })).toThrow(RangeError);
    expect(() => a.sendTo(buf, 0, 4096, b.address)).toThrow(RangeError);
    const gone = b.address;
    b.close();
    a.connect(gone);
    runtime.run(a.send(buf, 0, end));
    expect(runtime.run(failure(a.recv(buf)))).toMatchObject({ code: "ECONNREFUSED", syscall: "read" });
    const waiting = a.recv(buf);
    expect(runtime.poll(waiting)).toBe(Pending);
    runtime.driver.poll();
    a.close();
    expect(runtime.run(failure(waiting))).toMatchObject({ code: "ECANCELED" });
    expect(() => runtime.poll(a.recv(buf))).toThrow(expect.objectContaining({ code: "ECANCELED" }));
  });

  it("a datagram that arrives for a dropped future is the next one's", () => {
    const { net } = runtime.driver;
    const [a, b] = [net.bindUdp(HERE), net.bindUdp(HERE)];
    for (let round = 0; round < 60; round++) {
      const receiving = b.recvFrom(net.buffers.take());
      expect(runtime.poll(receiving)).toBe(Pending);
      if (round % 3 === 0) runtime.driver.poll();
      const { buf, end } = textBuffer(runtime.driver, `datagram ${round}`);
      if (round % 3 !== 1) runtime.run(a.sendTo(buf, 0, end, b.address));
      receiving.drop();
      if (round % 3 === 1) runtime.run(a.sendTo(buf, 0, end, b.address));
      const { n, buf: received, from } = runtime.run(b.recvFrom(buf));
      expect(text(received.bytes.subarray(0, n))).toBe(`datagram ${round}`);
      expect(from).toEqual(a.address);
      buf.free();
    }
    a.close();
    b.close();
    runtime.settle(() => net.buffers.counts.lent === 0, "a buffer is left");
    expect(net.buffers.counts.taken).toBe(0);
  });

  it("options are properties", () => {
    const { net } = runtime.driver;
    const socket = net.bindUdp(HERE);
    const { options } = socket;
    options.broadcast = true;
    expect(options.broadcast).toBe(true);
    options.ttl = 33;
    expect(options.ttl).toBe(33);
    options.multicastTtl = 3;
    expect(options.multicastTtl).toBe(3);
    options.joinGroup("239.1.2.3");
    options.leaveGroup("239.1.2.3");
    expect(() => {
      options.leaveGroup("239.1.2.3");
    }).toThrow(expect.objectContaining({ code: "EADDRNOTAVAIL" }));
    socket.close();
    expect(() => options.ttl).toThrow(expect.objectContaining({ code: "ECANCELED" }));
  });
});

const OLDER = {
  "as it is": (kernel: Kernel): Kernel => kernel,
  "without rings of buffers": withoutBufferRings,
};

describe.skipIf(missing !== undefined).each(["as it is", "without rings of buffers"] as const)(
  `datagrams as a stream, on the kernel %s ${missing ?? ""}`,
  (kind) => {
    let runtime: TestRuntime;

    beforeEach(() => {
      runtime = new TestRuntime({ bufferBytes: 2048 }, OLDER[kind](nativeKernel()));
    });

    afterEach(() => {
      runtime.close();
    });

    const nextOf = asyncFn(function* <Address>(stream: Stream<ReceivedDatagram<Address>>) {
      const item = yield* stream.next();
      if (item === End) throw new Error("expected a datagram");
      return item;
    });

    it("arrive whole, with their senders, and are cut where they are longer than their buffer", () => {
      const { net, counters } = runtime.driver;
      const group = net.provideBuffers({ count: 4, bufferBytes: 256 });
      const [a, b] = [net.bindUdp(HERE), net.bindUdp(HERE)];
      const stream = b.receive(group);
      runtime.run(
        asyncFn(function* () {
          for (let round = 0; round < 20; round++) {
            const { buf, end } = textBuffer(runtime.driver, `datagram ${round}`);
            yield* a.sendTo(buf, 0, round === 7 ? 0 : end, b.address);
            buf.free();
            const received = yield* nextOf(stream);
            expect(received).toMatchObject({ from: a.address, truncated: false });
            expect(text(received.buf.bytes)).toBe(round === 7 ? "" : `datagram ${round}`);
            received.buf.free();
          }
          const long = net.buffers.take();
          yield* a.sendTo(long, 0, 2000, b.address);
          long.free();
          const cut = yield* nextOf(stream);
          expect(cut.truncated).toBe(true);
          expect(cut.buf.capacityBytes).toBe(kind === "as it is" ? 256 - 144 : 256);
          cut.buf.free();
        })(),
      );
      expect(group.received).toBe(0);
      expect(Object.keys(counters.fallbacks)).toEqual(kind === "as it is" ? [] : ["provided buffers"]);
      stream.drop();
      runtime.settle(() => counters.inFlight === 1, "the receive did not end");
      group.close();
      a.close();
      b.close();
    });

    it("wait when all buffers are in use", () => {
      const { net, counters } = runtime.driver;
      const group = net.provideBuffers({ count: 1, bufferBytes: 256 });
      const [a, b] = [net.bindUdp(HERE), net.bindUdp(HERE)];
      const stream = b.receive(group);
      const { buf, end } = textBuffer(runtime.driver, "one by one");
      for (let i = 0; i < 3; i++) runtime.run(a.sendTo(buf, 0, end, b.address));
      for (let i = 0; i < 3; i++) {
        const item = runtime.run(nextOf(stream));
        expect(text(item.buf.bytes)).toBe("one by one");
        runtime.driver.poll();
        item.buf.free();
      }
      expect(counters.starvation).toBeGreaterThan(0);
      const waiting = runtime.spawn(failure(stream.next()));
      runtime.driver.poll();
      b.close();
      expect(runtime.run(waiting)).toMatchObject({ code: "ECANCELED" });
      a.close();
      buf.free();
      group.close();
    });

    it("an error about one datagram does not end the stream", () => {
      const { net } = runtime.driver;
      const group = net.provideBuffers({ count: 2, bufferBytes: 256 });
      const [a, b] = [net.bindUdp(HERE), net.bindUdp(HERE)];
      a.connect(b.address);
      b.close();
      const stream = a.receive(group);
      const { buf, end } = textBuffer(runtime.driver, "to nobody");
      runtime.run(a.send(buf, 0, end));
      expect(runtime.run(failure(stream.next()))).toMatchObject({ code: "ECONNREFUSED" });
      const again = net.bindUdp(b.address);
      runtime.run(again.sendTo(buf, 0, end, a.address));
      const item = runtime.run(nextOf(stream));
      expect(text(item.buf.bytes)).toBe("to nobody");
      item.buf.free();
      stream.drop();
      runtime.settle(() => runtime.driver.counters.inFlight === 1, "the receive did not end");
      group.close();
      a.close();
      again.close();
      buf.free();
    });

    it("buffers without room for a datagram are refused", () => {
      const { net } = runtime.driver;
      const group = net.provideBuffers({ count: 2, bufferBytes: 144 });
      const socket = net.bindUdp(HERE);
      expect(() => socket.receive(group)).toThrow(/more than 144 bytes/);
      socket.close();
      group.close();
    });
  },
);
