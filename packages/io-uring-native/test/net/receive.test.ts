// Receiving with buffers that the kernel picks, on the real kernel.
import { BufferFreedError, BufferLentError, type IoBuffer } from "@pollab/io-sys";
import { asyncFn, Pending } from "@pollab/runtime-core/future";
import { End, type Stream } from "@pollab/runtime-core/stream";
import { spawn } from "@pollab/runtime-core/task";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ReceivedBuffer } from "../../src/buffers/received-buffer.ts";
import { ConcurrentOperationError } from "../../src/net/lane.ts";
import { nativeKernel } from "../../src/kernel.ts";
import { withoutBufferRings } from "../support/kernels.ts";
import { missing } from "../support/machine.ts";
import { TestRuntime } from "../support/test-runtime.ts";
import { failure, receiveText, sendText, tcpPair, text } from "../support/together.ts";

type Variant = "picked by the kernel" | "shared by receives" | "given beforehand";

describe
  .skipIf(missing !== undefined)
  .each<Variant>(["picked by the kernel", "shared by receives", "given beforehand"])(
  `receiving into buffers %s ${missing ?? ""}`,
  (variant) => {
    let runtime: TestRuntime;

    beforeEach(() => {
      const kernel = nativeKernel();
      runtime = new TestRuntime(
        { bufferBytes: 4096 },
        variant === "given beforehand" ? withoutBufferRings(kernel) : kernel,
      );
    });

    afterEach(() => {
      runtime.close();
    });

    const provide = (count: number, bufferBytes: number): ReturnType<typeof runtime.driver.net.provideBuffers> =>
      runtime.driver.net.provideBuffers({ count, bufferBytes, incremental: variant === "shared by receives" });

    const nextText = asyncFn(function* (stream: Stream<ReceivedBuffer>) {
      const item = yield* stream.next();
      if (item === End) return "the end";
      const message = text(item.bytes);
      item.free();
      return message;
    });

    /** Where receives share a buffer, its end cuts one in two. */
    const textOfLength = asyncFn(function* (stream: Stream<ReceivedBuffer>, length: number) {
      let received = "";
      while (received.length < length) received += yield* nextText(stream);
      return received;
    });

    it("one operation serves any number of arrivals", () => {
      const group = provide(8, 256);
      const { counters } = runtime.driver;
      runtime.run(
        asyncFn(function* () {
          const { client, server } = yield* tcpPair(runtime.driver);
          const stream = server.receive(group);
          for (let round = 0; round < 50; round++) {
            yield* sendText(runtime.driver, client, `message ${round}`);
            const message = `message ${round}`;
            expect(yield* textOfLength(stream, message.length)).toBe(message);
          }
          client.shutdownWrite();
          expect(yield* stream.next()).toBe(End);
          expect(yield* stream.next()).toBe(End);
          client.close();
          server.close();
        })(),
      );
      expect(group.received).toBe(0);
      expect(counters.rearms).toBe(variant === "given beforehand" ? 50 : 0);
      expect(Object.keys(counters.fallbacks)).toEqual(variant === "given beforehand" ? ["provided buffers"] : []);
      group.close();
    });

    it("what arrives can be sent on without a copy", () => {
      const group = provide(4, 256);
      const echoed = runtime.run(
        asyncFn(function* () {
          const { client, server } = yield* tcpPair(runtime.driver);
          yield* sendText(runtime.driver, client, "echo");
          const stream = server.receive(group);
          const item = yield* stream.next();
          if (item === End) throw new Error("expected a buffer");
          const sending = server.writeAll(item, 0, item.capacityBytes);
          const { n } = yield* sending;
          expect(n).toBe(4);
          item.free();
          const received = yield* receiveText(runtime.driver, client);
          stream.drop();
          client.close();
          server.close();
          return received;
        })(),
      );
      expect(echoed).toBe("echo");
      runtime.settle(() => runtime.driver.counters.inFlight === 1, "the receive did not end");
      group.close();
    });

    it("a received buffer is its holder's until it is freed, or lent to an operation", () => {
      const group = provide(4, 256);
      const { client, server } = runtime.run(tcpPair(runtime.driver));
      runtime.run(sendText(runtime.driver, client, "mine"));
      const stream = server.receive(group);
      const item = runtime.run(stream.next());
      if (item === End) throw new Error("expected a buffer");
      expect(group.received).toBe(1);
      const writing = server.writeAll(item, 0, 4);
      expect(runtime.poll(writing)).toBe(Pending);
      expect(() => item.bytes).toThrow(BufferLentError);
      expect(() => {
        item.free();
      }).toThrow(BufferLentError);
      runtime.run(writing);
      expect(text(item.bytes)).toBe("mine");
      item.free();
      item.free();
      expect(() => item.bytes).toThrow(BufferFreedError);
      expect(group.received).toBe(0);
      stream.drop();
      client.close();
      server.close();
      runtime.settle(() => runtime.driver.counters.inFlight === 1, "the receive did not end");
      group.close();
    });

    it("when all buffers are in use the stream waits, is counted as starved, and goes on when one comes back", () => {
      const group = provide(2, 256);
      const { counters } = runtime.driver;
      const { client, server } = runtime.run(tcpPair(runtime.driver));
      const stream = server.receive(group);
      const items: ReceivedBuffer[] = [];
      const payload = "x".repeat(1000);
      runtime.run(sendText(runtime.driver, client, payload));
      for (let i = 0; i < 2; i++) {
        const item = runtime.run(stream.next());
        if (item === End) throw new Error("expected a buffer");
        items.push(item);
      }
      const third = stream.next();
      expect(runtime.poll(third)).toBe(Pending);
      runtime.settle(() => counters.starvation > 0, "nothing was starved");
      expect(runtime.poll(third)).toBe(Pending);
      const { rearms } = counters;
      for (const item of items) item.free();
      let received = items.reduce((bytes, { capacityBytes }) => bytes + capacityBytes, 0);
      const next = runtime.run(third);
      if (next === End) throw new Error("expected a buffer");
      received += next.capacityBytes;
      next.free();
      expect(counters.rearms).toBeGreaterThan(rearms);
      while (received < payload.length) {
        const item = runtime.run(stream.next());
        if (item === End) throw new Error("expected a buffer");
        received += item.capacityBytes;
        item.free();
      }
      expect(received).toBe(payload.length);
      stream.drop();
      client.close();
      server.close();
      runtime.settle(() => counters.inFlight === 1, "the receive did not end");
      group.close();
    });

    it("closing the connection of a starved stream ends it with ECANCELED", () => {
      const group = provide(1, 256);
      const { client, server } = runtime.run(tcpPair(runtime.driver));
      const stream = server.receive(group);
      runtime.run(sendText(runtime.driver, client, "x".repeat(300)));
      const item = runtime.run(stream.next());
      if (item === End) throw new Error("expected a buffer");
      const waiting = runtime.spawn(failure(stream.next()));
      runtime.settle(() => runtime.driver.counters.starvation > 0, "nothing was starved");
      server.close();
      expect(runtime.run(waiting)).toMatchObject({ code: "ECANCELED", syscall: "read" });
      expect(runtime.run(stream.next())).toBe(End);
      item.free();
      client.close();
      group.close();
    });

    it("a peer that is faster than the user has to wait", () => {
      const group = provide(64, 64);
      const { counters } = runtime.driver;
      const total = 64 * 1024;
      const received = runtime.run(
        asyncFn(function* () {
          const { client, server } = yield* tcpPair(runtime.driver);
          const sending = spawn(
            asyncFn(function* () {
              const buf = runtime.driver.net.buffers.take();
              for (let sent = 0; sent < total; sent += buf.capacityBytes) {
                buf.bytes.fill(sent / buf.capacityBytes);
                yield* client.writeAll(buf, 0, buf.capacityBytes);
              }
              client.shutdownWrite();
              buf.free();
            })(),
          );
          const stream = server.receive(group, { maxQueued: 4 });
          let count = 0;
          for (let item = yield* stream.next(); item !== End; item = yield* stream.next()) {
            for (const byte of item.bytes) {
              if (byte !== (Math.floor(count / 4096) & 0xff)) throw new Error(`wrong byte at ${count}`);
              count++;
            }
            item.free();
          }
          yield* sending;
          client.close();
          server.close();
          return count;
        })(),
      );
      expect(received).toBe(total);
      if (variant !== "given beforehand") expect(counters.pauses).toBeGreaterThan(0);
      expect(group.received).toBe(0);
      group.close();
    });

    it("dropping the stream gives all buffers back, and loses no bytes", () => {
      const group = provide(16, 64);
      const { client, server } = runtime.run(tcpPair(runtime.driver));
      for (let round = 0; round < 60; round++) {
        const stream = server.receive(group);
        const waiting = stream.next();
        expect(runtime.poll(waiting)).toBe(Pending);
        const message = `message ${round} ${"y".repeat(round)}`;
        if (round % 3 === 0) runtime.driver.poll();
        if (round % 3 !== 2) {
          runtime.run(sendText(runtime.driver, client, message));
          runtime.driver.park(round % 2 === 0 ? 3 : 0);
        }
        waiting.drop();
        stream.drop();
        if (round % 3 === 2) runtime.run(sendText(runtime.driver, client, message));
        let received = "";
        while (received.length < message.length) received += runtime.run(receiveText(runtime.driver, server));
        expect(received).toBe(message);
      }
      expect(group.received).toBe(0);
      client.close();
      server.close();
      runtime.settle(() => runtime.driver.counters.inFlight === 1, "a receive did not end");
      group.close();
    });

    it("what an earlier read left behind comes first", () => {
      const group = provide(4, 64);
      const { client, server } = runtime.run(tcpPair(runtime.driver));
      const reading = server.read(runtime.driver.net.buffers.take());
      expect(runtime.poll(reading)).toBe(Pending);
      runtime.driver.poll();
      runtime.run(sendText(runtime.driver, client, "first"));
      runtime.driver.park(5);
      reading.drop();
      runtime.run(sendText(runtime.driver, client, "second"));
      const stream = server.receive(group);
      let received = "";
      while (received.length < 11) received += runtime.run(nextText(stream));
      expect(received).toBe("firstsecond");
      stream.drop();
      client.close();
      server.close();
      runtime.settle(() => runtime.driver.counters.inFlight === 1, "a receive did not end");
      group.close();
    });

    it("a reset connection ends the stream with ECONNRESET", () => {
      const group = provide(4, 64);
      const { client, server } = runtime.run(tcpPair(runtime.driver));
      runtime.run(sendText(runtime.driver, client, "unread"));
      server.close();
      const stream = client.receive(group);
      expect(runtime.run(failure(stream.next()))).toMatchObject({ code: "ECONNRESET" });
      expect(runtime.run(stream.next())).toBe(End);
      client.close();
      group.close();
    });

    it("while a stream receives, another read is refused", () => {
      const group = provide(4, 64);
      const { client, server } = runtime.run(tcpPair(runtime.driver));
      const stream = server.receive(group);
      const waiting = stream.next();
      expect(runtime.poll(waiting)).toBe(Pending);
      const buf: IoBuffer = runtime.driver.net.buffers.take();
      expect(() => runtime.poll(server.read(buf))).toThrow(ConcurrentOperationError);
      expect(() => runtime.poll(server.receive(group).next())).toThrow(ConcurrentOperationError);
      expect(() => {
        group.close();
      }).toThrow(/in use/);
      server.close();
      client.close();
      expect(runtime.run(failure(waiting))).toMatchObject({ code: "ECANCELED" });
      expect(() => runtime.poll(server.receive(group).next())).toThrow(expect.objectContaining({ code: "ECANCELED" }));
      buf.free();
      group.close();
    });

    it("a group is closed at once after its streams were dropped, and its memory is kept until the kernel is done with it", () => {
      const group = provide(4, 64);
      const { client, server } = runtime.run(tcpPair(runtime.driver));
      const stream = server.receive(group);
      expect(runtime.poll(stream.next())).toBe(Pending);
      runtime.driver.poll();
      stream.drop();
      group.close();
      expect(() => runtime.poll(client.receive(group).next())).toThrow(/group of buffers was closed/);
      runtime.run(sendText(runtime.driver, client, "late"));
      expect(runtime.run(receiveText(runtime.driver, server))).toBe("late");
      // Its number is free again.
      const another = provide(4, 64);
      expect(another.id).toBe(group.id);
      another.close();
      client.close();
      server.close();
    });

    it("closing the driver ends the streams and frees the buffers", () => {
      const group = provide(4, 64);
      const { client, server } = runtime.run(tcpPair(runtime.driver));
      const stream = server.receive(group);
      runtime.run(sendText(runtime.driver, client, "held"));
      const item = runtime.run(stream.next());
      if (item === End) throw new Error("expected a buffer");
      const waiting = stream.next();
      expect(runtime.poll(waiting)).toBe(Pending);
      runtime.driver.poll();
      runtime.close();
      expect(() => runtime.poll(waiting)).toThrow(expect.objectContaining({ code: "ECANCELED" }));
      expect(() => item.bytes).toThrow(BufferFreedError);
      item.free();
      group.close();
    });
  },
);

describe.skipIf(missing !== undefined)(`a group of buffers ${missing ?? ""}`, () => {
  it.each([0, 3, 65536, -2, 1.5])("of %d buffers is refused", (count) => {
    const runtime = new TestRuntime();
    expect(() => runtime.driver.net.provideBuffers({ count, bufferBytes: 64 })).toThrow(RangeError);
    expect(() => runtime.driver.net.provideBuffers({ count: 2, bufferBytes: 0 })).toThrow(RangeError);
    runtime.close();
  });

  it("leaves its number to the next one", () => {
    const runtime = new TestRuntime();
    const ids = [0, 1, 2].map(() => {
      const group = runtime.driver.net.provideBuffers({ count: 2, bufferBytes: 64 });
      group.close();
      group.close();
      return group.id;
    });
    expect(ids).toEqual([0, 0, 0]);
    runtime.close();
  });
});
