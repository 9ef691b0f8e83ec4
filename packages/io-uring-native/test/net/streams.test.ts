// Vectors, zero-copy, Unix streams and options on the real kernel.
import { BufferLentError, type IoBuffer } from "@pollab/io-sys";
import { asyncFn, Pending } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { constants } from "node:os";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Kernel, nativeKernel } from "../../src/kernel.ts";
import type { UringStream } from "../../src/net/stream.ts";
import { missing } from "../support/machine.ts";
import { openDescriptors, TestRuntime } from "../support/test-runtime.ts";
import { failure, receiveText, sendText, tcpPair, text, textBuffer } from "../support/together.ts";

const HOST = "127.0.0.1";

describe.skipIf(missing !== undefined)(`streams over io_uring ${missing ?? ""}`, () => {
  let runtime: TestRuntime;

  beforeEach(() => {
    runtime = new TestRuntime({ bufferBytes: 4096 });
  });

  afterEach(() => {
    runtime.close();
  });

  const take = (): IoBuffer => runtime.driver.net.buffers.take();

  it("a vectored write sends the slices in their order, a vectored read fills its buffers in theirs", () => {
    const [a, b] = runtime.driver.net.unixPair();
    const small = new TestRuntime({ bufferBytes: 4 });
    const { buf: hello } = textBuffer(runtime.driver, "hello ");
    const { buf: world } = textBuffer(runtime.driver, "the world");
    const written = runtime.run(
      a.writeAllVectored([
        { buf: hello, start: 0, end: 6 },
        { buf: world, start: 4, end: 9 },
        { buf: hello, start: 0, end: 0 },
        { buf: hello, start: 5, end: 6 },
      ]),
    );
    expect(written).toEqual({ n: 12, bufs: [hello, world, hello, hello] });
    const bufs = [1, 2, 3, 4].map(() => small.driver.net.buffers.take());
    const { n, bufs: filled } = runtime.run(b.readVectored(bufs));
    expect(n).toBe(12);
    expect(filled).toEqual(bufs);
    expect(bufs.map(({ bytes }) => text(bytes)).slice(0, 3)).toEqual(["hell", "o wo", "rld "]);
    for (const buf of [hello, world, ...bufs]) buf.free();
    small.close();
    a.close();
    b.close();
  });

  it("a vectored write of more slices than one message holds is sent whole", () => {
    const total = runtime.run(
      asyncFn(function* () {
        const { client, server } = yield* tcpPair(runtime.driver);
        const buf = take();
        for (let i = 0; i < 4096; i++) buf.bytes[i] = i;
        const slices = Array.from({ length: 1000 }, (_, i) => ({ buf, start: i, end: i + 3 }));
        const writing = spawn(client.writeAllVectored(slices));
        const received: number[] = [];
        const into = take();
        while (received.length < 3000) {
          const { n } = yield* server.read(into);
          received.push(...into.bytes.subarray(0, n));
        }
        const { n } = yield* writing;
        for (const [i, byte] of received.entries()) {
          if (byte !== ((Math.floor(i / 3) + (i % 3)) & 0xff)) throw new Error(`wrong byte at ${i}`);
        }
        client.close();
        server.close();
        return n;
      })(),
    );
    expect(total).toBe(3000);
  });

  it("vectored reads and writes take all of their buffers, and give them back when one is lent", () => {
    const [a, b] = runtime.driver.net.unixPair();
    const [first, second] = [take(), take()];
    const reading = b.readVectored([first, second]);
    expect(runtime.poll(reading)).toBe(Pending);
    expect(() => first.bytes).toThrow(BufferLentError);
    expect(() => second.bytes).toThrow(BufferLentError);
    const third = take();
    expect(() =>
      runtime.poll(
        a.writeAllVectored([
          { buf: third, start: 0, end: 1 },
          { buf: first, start: 0, end: 1 },
        ]),
      ),
    ).toThrow(BufferLentError);
    expect(third.bytes.byteLength).toBe(4096);
    runtime.run(sendText(runtime.driver, a, "x"));
    expect(runtime.run(reading)).toEqual({ n: 1, bufs: [first, second] });
    expect(() => a.writeAllVectored([{ buf: third, start: 0, end: 5000 }])).toThrow(RangeError);
    expect(runtime.poll(a.writeAllVectored([]))).toEqual({ n: 0, bufs: [] });
    a.close();
    b.close();
  });

  it("a vectored read is refused without a buffer, and with one twice", () => {
    const [a, b] = runtime.driver.net.unixPair();
    const buf = runtime.driver.net.buffers.take();
    expect(() => a.readVectored([])).toThrow(RangeError);
    expect(() => a.readVectored([buf, buf])).toThrow(RangeError);
    buf.free();
    a.close();
    b.close();
  });

  it("a range is of whole bytes: half of one would never be sent", () => {
    const [a, b] = runtime.driver.net.unixPair();
    const buf = runtime.driver.net.buffers.take();
    const bad = [
      () => a.writeAll(buf, 0, 1.5),
      () => a.writeAllZeroCopy(buf, 0.5, 1),
      () => a.writeAllVectored([{ buf, start: 0, end: 2.5 }]),
      () => a.steps.send(buf, NaN, 1),
    ];
    for (const call of bad) expect(call).toThrow(RangeError);
    buf.free();
    a.close();
    b.close();
  });

  it("a dropped vectored read loses no bytes", () => {
    const [a, b] = runtime.driver.net.unixPair();
    const small = new TestRuntime({ bufferBytes: 4 });
    for (let round = 0; round < 30; round++) {
      const reading = b.readVectored([small.driver.net.buffers.take(), small.driver.net.buffers.take()]);
      expect(runtime.poll(reading)).toBe(Pending);
      runtime.driver.poll();
      if (round % 2 === 0) runtime.run(sendText(runtime.driver, a, "abcdef"));
      reading.drop();
      if (round % 2 === 1) runtime.run(sendText(runtime.driver, a, "abcdef"));
      const bufs = [take(), take()];
      let received = "";
      while (received.length < 6) {
        const { n } = runtime.run(b.readVectored(bufs));
        received += text(bufs[0]?.bytes.subarray(0, n) ?? new Uint8Array());
      }
      expect(received).toBe("abcdef");
      for (const buf of bufs) buf.free();
    }
    runtime.settle(() => small.driver.net.buffers.counts.taken === 0, "a buffer is left");
    small.close();
    a.close();
    b.close();
  });

  it("a zero-copy write gives the buffer back after its notification, and says whether the kernel copied", () => {
    const { counters } = runtime.driver;
    runtime.run(
      asyncFn(function* () {
        const { client, server } = yield* tcpPair(runtime.driver);
        const { buf, end } = textBuffer(runtime.driver, "not copied");
        const { completed } = counters;
        const sent = yield* client.writeAllZeroCopy(buf, 0, end);
        // The send, and its notification.
        expect(counters.completed - completed).toBeGreaterThanOrEqual(2);
        // Over loopback the receiver's socket gets a copy.
        expect(sent).toEqual({ n: end, buf, copied: true });
        expect(yield* receiveText(runtime.driver, server)).toBe("not copied");
        const vectored = yield* client.writeAllVectoredZeroCopy([
          { buf, start: 0, end: 3 },
          { buf, start: 4, end },
        ]);
        expect(vectored).toMatchObject({ n: end - 1, copied: true });
        expect(yield* receiveText(runtime.driver, server)).toBe("notcopied");
        expect(yield* client.writeAllZeroCopy(buf, 2, 2)).toMatchObject({ n: 0 });
        client.close();
        server.close();
      })(),
    );
    expect(counters.fallbacks).toEqual({});
  });

  it("a zero-copy write of more than the socket takes is sent whole", () => {
    const total = 3_000_000;
    const large = new TestRuntime({ bufferBytes: total, registerBuffers: true });
    const received = large.run(
      asyncFn(function* () {
        const { client, server } = yield* tcpPair(large.driver);
        const buf = large.driver.net.buffers.take();
        for (let i = 0; i < total; i++) buf.bytes[i] = i % 251;
        const sending = spawn(client.writeAllZeroCopy(buf, 0, total));
        const into = large.driver.net.buffers.take();
        let count = 0;
        while (count < total) {
          const { n } = yield* server.read(into);
          for (let i = 0; i < n; i++)
            if (into.bytes[i] !== (count + i) % 251) throw new Error(`wrong byte at ${count}`);
          count += n;
        }
        expect((yield* sending).n).toBe(total);
        client.close();
        server.close();
        return count;
      })(),
    );
    expect(received).toBe(total);
    large.close();
  });

  it("a zero-copy write is an ordinary one where the socket has none, and counted", () => {
    const { counters } = runtime.driver;
    const [a, b] = runtime.driver.net.unixPair();
    for (let round = 0; round < 2; round++) {
      const { buf, end } = textBuffer(runtime.driver, "over a Unix socket");
      expect(runtime.run(a.writeAllZeroCopy(buf, 0, end))).toMatchObject({ n: end, copied: true });
      expect(runtime.run(receiveText(runtime.driver, b))).toBe("over a Unix socket");
      buf.free();
    }
    expect(counters.fallbacks["send zero-copy"]).toEqual({ count: 2, code: "ENOTSUP" });
    a.close();
    b.close();
  });

  it("the buffer of a dropped zero-copy write comes back after its notification", () => {
    const { client, server } = runtime.run(tcpPair(runtime.driver));
    const { buffers } = runtime.driver.net;
    const { buf, end } = textBuffer(runtime.driver, "dropped");
    const writing = client.writeAllZeroCopy(buf, 0, end);
    expect(runtime.poll(writing)).toBe(Pending);
    writing.drop();
    const { buf: another } = textBuffer(runtime.driver, "dropped");
    const again = client.writeAllZeroCopy(another, 0, end);
    expect(runtime.poll(again)).toBe(Pending);
    runtime.driver.poll();
    again.drop();
    runtime.settle(() => buffers.counts.taken === 0, "a buffer is left");
    client.close();
    server.close();
  });

  it("a zero-copy write whose peer reads nothing costs nothing once it is dropped, and holds up no end", () => {
    const large = new TestRuntime({ bufferBytes: 65_536 });
    const { counters, net } = large.driver;
    const { client, server } = large.run(tcpPair(large.driver));
    client.options.sendBufferBytes = 4 << 20;
    // As many as the peer's window takes are acknowledged; the next one is sent, and its memory waits.
    let writing = client.writeAllZeroCopy(net.buffers.take(), 0, 65_536);
    const goesOn = (): boolean => {
      for (let turns = 0; turns < 4; turns++) {
        large.driver.park(50);
        if (large.poll(writing) !== Pending) return true;
      }
      return false;
    };
    large.poll(writing);
    while (goesOn()) {
      writing = client.writeAllZeroCopy(net.buffers.take(), 0, 65_536);
      large.poll(writing);
    }
    writing.drop();
    const { enters } = counters;
    for (let turns = 0; turns < 5; turns++) large.driver.park(5);
    expect(counters).toMatchObject({ cancels: 0, inFlight: 2 });
    expect(counters.enters - enters).toBe(5);
    const before = openDescriptors();
    client.close();
    expect(openDescriptors()).toBe(before - 1);
    server.close();
    large.close();
  });

  it("Unix streams listen at paths and at abstract names", () => {
    const folder = mkdtempSync(join(tmpdir(), "pollab-"));
    for (const path of [join(folder, "socket"), `\0pollab-${process.pid}-uring`]) {
      runtime.run(
        asyncFn(function* () {
          const { net } = runtime.driver;
          const listener = net.listenUnix({ path });
          expect(listener.path).toBe(path);
          const accepting = spawn(listener.accept());
          const client = yield* net.connectUnix(path);
          const server = yield* accepting;
          expect([client.peerPath, server.localPath, client.localPath]).toEqual([path, path, ""]);
          expect(server.peerCredentials.processId).toBe(process.pid);
          yield* sendText(runtime.driver, client, "ping");
          expect(yield* receiveText(runtime.driver, server)).toBe("ping");
          expect(() => net.listenUnix({ path })).toThrow(expect.objectContaining({ code: "EADDRINUSE" }));
          client.close();
          server.close();
          listener.close();
          expect(yield* failure(net.connectUnix(path))).toMatchObject({ code: "ECONNREFUSED", syscall: "connect" });
        })(),
      );
    }
    expect(runtime.run(failure(runtime.driver.net.connectUnix(join(folder, "none"))))).toMatchObject({
      code: "ENOENT",
    });
    expect(() => runtime.driver.net.listenUnix({ path: "x".repeat(108) })).toThrow(RangeError);
    rmSync(folder, { recursive: true });
  });

  it("Unix datagrams carry the path of their sender", () => {
    const { net } = runtime.driver;
    const name = (of: string): string => `\0pollab-${process.pid}-${of}`;
    const [a, b, nameless] = [net.bindUnixDatagram(name("a")), net.bindUnixDatagram(name("b")), net.bindUnixDatagram()];
    const { buf, end } = textBuffer(runtime.driver, "datagram");
    runtime.run(a.sendTo(buf, 0, end, name("b")));
    expect(runtime.run(b.recvFrom(buf))).toMatchObject({ n: end, from: name("a") });
    nameless.connect(name("b"));
    runtime.run(nameless.send(buf, 0, end));
    expect(runtime.run(b.recvFrom(buf))).toMatchObject({ n: end, from: "" });
    expect(runtime.run(failure(a.sendTo(buf, 0, end, name("none"))))).toMatchObject({ code: "ECONNREFUSED" });
    const [left, right] = net.unixDatagramPair();
    runtime.run(left.send(buf, 0, 3));
    expect(runtime.run(right.recv(buf)).n).toBe(3);
    for (const socket of [a, b, nameless, left, right]) socket.close();
  });

  it("a connection has its options and addresses until it is closed", () => {
    const { client, server } = runtime.run(tcpPair(runtime.driver));
    expect(client.localAddress).toEqual(server.peerAddress);
    expect([client.options.noDelay, server.options.noDelay]).toEqual([true, true]);
    client.options.keepAlive = { idleSeconds: 9, intervalSeconds: 3, probes: 2 };
    expect(client.options.keepAlive).toEqual({ idleSeconds: 9, intervalSeconds: 3, probes: 2 });
    client.options.keepAlive = null;
    expect(client.options.keepAlive).toBeNull();
    client.options.lingerSeconds = 0;
    expect(client.options.lingerSeconds).toBe(0);
    client.close();
    expect(runtime.run(failure(receiveText(runtime.driver, server)))).toMatchObject({ code: "ECONNRESET" });
    expect(() => client.options).toThrow(expect.objectContaining({ code: "ECANCELED" }));
    server.close();
  });

  it("several listeners share an address when they say so", () => {
    const { net } = runtime.driver;
    const first = net.listen({ host: HOST, port: 0, reusePort: true });
    const second = net.listen({ ...first.address, reusePort: true });
    expect(second.address).toEqual(first.address);
    expect(() => net.listen(first.address)).toThrow(expect.objectContaining({ code: "EADDRINUSE" }));
    first.close();
    second.close();
  });
});

describe.skipIf(missing !== undefined)(`registered memory ${missing ?? ""}`, () => {
  const echoOnce = asyncFn(function* (
    runtime: TestRuntime,
    stream: UringStream<IoBuffer>,
    peer: UringStream<IoBuffer>,
  ) {
    const { buf, end } = textBuffer(runtime.driver, "registered");
    yield* stream.writeAllZeroCopy(buf, 0, end);
    buf.free();
    return yield* receiveText(runtime.driver, peer);
  });

  it("is registered a slab at a time, at the first use", () => {
    const runtime = new TestRuntime({ bufferBytes: 4096, registerBuffers: true });
    const { client, server } = runtime.run(tcpPair(runtime.driver));
    const { systemCalls, fallbacks } = runtime.driver.counters;
    for (let i = 0; i < 5; i++) expect(runtime.run(echoOnce(runtime, client, server))).toBe("registered");
    // The table, and one slab.
    expect(systemCalls.io_uring_register).toBe(2);
    expect(fallbacks).toEqual({});
    client.close();
    server.close();
    runtime.close();
  });

  it("is used as it is when the kernel does not let it be locked, which is counted with the reason", () => {
    const kernel: Kernel = { ...nativeKernel(), updateBuffer: () => -constants.errno.ENOMEM };
    const runtime = new TestRuntime({ bufferBytes: 4096, registerBuffers: true }, kernel);
    const { client, server } = runtime.run(tcpPair(runtime.driver));
    for (let i = 0; i < 3; i++) expect(runtime.run(echoOnce(runtime, client, server))).toBe("registered");
    expect(runtime.driver.counters.fallbacks).toEqual({ "registered buffers": { count: 1, code: "ENOMEM" } });
    client.close();
    server.close();
    runtime.close();
  });
});
