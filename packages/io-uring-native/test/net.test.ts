// TCP on the real kernel: what each operation returns, and how it fails.
import { BufferLentError, type IoBuffer } from "@pollab/io-sys";
import { asyncFn, type Future, Pending, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import type { TcpStream } from "@pollab/runtime-core/io";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConcurrentOperationError } from "../src/net/lane.ts";
import { missing } from "./support/machine.ts";
import { TestRuntime } from "./support/test-runtime.ts";

const HOST = "127.0.0.1";

describe.skipIf(missing !== undefined)(`TCP over io_uring ${missing ?? ""}`, () => {
  let runtime: TestRuntime;

  beforeEach(() => {
    runtime = new TestRuntime({ bufferBytes: 4096 });
  });

  afterEach(() => {
    runtime.close();
  });

  /** Both ends of a connection. */
  const pair = asyncFn(function* () {
    const { net } = runtime.driver;
    const listener = net.listen({ host: HOST, port: 0 });
    const accepting = spawn(listener.accept());
    const client = yield* net.connect(listener.address);
    const server = yield* accepting;
    listener.close();
    return { client, server };
  });

  const text = (buf: IoBuffer, n: number): string => Buffer.from(buf.bytes.subarray(0, n)).toString();

  const sendText = asyncFn(function* (stream: TcpStream<IoBuffer>, message: string) {
    const buf = runtime.driver.net.buffers.take();
    const { written } = new TextEncoder().encodeInto(message, buf.bytes);
    yield* stream.writeAll(buf, 0, written);
    buf.free();
  });

  const receiveText = asyncFn(function* (stream: TcpStream<IoBuffer>) {
    const buf = runtime.driver.net.buffers.take();
    const { n } = yield* stream.read(buf);
    const message = text(buf, n);
    buf.free();
    return message;
  });

  it("carries bytes both ways, and says 0 at the end", () => {
    const [forth, back, end] = runtime.run(
      asyncFn(function* () {
        const { client, server } = yield* pair();
        yield* sendText(client, "ping");
        const received = yield* receiveText(server);
        yield* sendText(server, "pong");
        const answered = yield* receiveText(client);
        client.shutdownWrite();
        const last = yield* receiveText(server);
        client.close();
        server.close();
        return [received, answered, last];
      })(),
    );
    expect([forth, back, end]).toEqual(["ping", "pong", ""]);
  });

  it("works over IPv6", () => {
    const { net } = runtime.driver;
    const listener = net.listen({ host: "::1", port: 0 });
    const stream = runtime.run(net.connect(listener.address));
    stream.close();
    listener.close();
    expect(listener.address.host).toBe("::1");
  });

  it("a half-closed peer can still be answered", () => {
    const answer = runtime.run(
      asyncFn(function* () {
        const { client, server } = yield* pair();
        client.shutdownWrite();
        expect(yield* receiveText(server)).toBe("");
        yield* sendText(server, "still here");
        const received = yield* receiveText(client);
        client.close();
        server.close();
        return received;
      })(),
    );
    expect(answer).toBe("still here");
  });

  it("writes more than the socket's buffers hold, whole and in order", () => {
    const total = 8 * 1024 * 1024;
    const received = runtime.run(
      asyncFn(function* () {
        const { client, server } = yield* pair();
        const sending = spawn(
          asyncFn(function* () {
            const buf = runtime.driver.net.buffers.take();
            for (let sent = 0; sent < total; sent += buf.capacityBytes) {
              buf.bytes.fill(sent / buf.capacityBytes);
              yield* client.writeAll(buf, 0, buf.capacityBytes);
            }
            client.close();
          })(),
        );
        const buf = runtime.driver.net.buffers.take();
        let count = 0;
        for (;;) {
          const { n } = yield* server.read(buf);
          if (n === 0) break;
          for (let i = 0; i < n; i++) {
            if (buf.bytes[i] !== (((count + i) / buf.capacityBytes) & 0xff))
              throw new Error(`wrong byte at ${count + i}`);
          }
          count += n;
        }
        yield* sending;
        server.close();
        return count;
      })(),
    );
    expect(received).toBe(total);
  });

  it("a reset connection fails with ECONNRESET or EPIPE, and no signal", () => {
    runtime.run(
      asyncFn(function* () {
        const { client, server } = yield* pair();
        yield* sendText(client, "unread");
        // Closing with unread bytes resets.
        server.close();
        expect(yield* failure(receiveText(client))).toMatchObject({ code: "ECONNRESET", syscall: "read" });
        expect(yield* failure(sendText(client, "more"))).toMatchObject({ code: "EPIPE", syscall: "write" });
        client.close();
      })(),
    );
  });

  it("a port where nobody listens fails with ECONNREFUSED and the address", () => {
    const { net } = runtime.driver;
    const listener = net.listen({ host: HOST, port: 0 });
    const { port } = listener.address;
    listener.close();
    const error = runtime.run(failure(net.connect({ host: HOST, port })));
    expect(error).toMatchObject({ code: "ECONNREFUSED", syscall: "connect", address: HOST, port });
  });

  it("a port that is taken fails with EADDRINUSE", () => {
    const { net } = runtime.driver;
    const listener = net.listen({ host: HOST, port: 0 });
    expect(() => net.listen(listener.address)).toThrow(expect.objectContaining({ code: "EADDRINUSE" }));
    listener.close();
  });

  it("a name instead of an address is refused in words", () => {
    const error = runtime.run(failure(runtime.driver.net.connect({ host: "localhost", port: 80 })));
    expect(error).toBeInstanceOf(TypeError);
  });

  it("closing fails what is in flight with ECANCELED, and what comes later", () => {
    runtime.run(
      asyncFn(function* () {
        const { client, server } = yield* pair();
        const reading = spawn(receiveText(server));
        yield* sendText(client, "first");
        const listener = runtime.driver.net.listen({ host: HOST, port: 0 });
        const accepting = spawn(failure(listener.accept()));
        const waiting = spawn(failure(receiveText(client)));
        // One round trip, after which all of them are in the kernel.
        yield* reading;
        yield* sendText(client, "second");
        client.close();
        listener.close();
        expect(yield* waiting).toMatchObject({ code: "ECANCELED" });
        expect(yield* accepting).toMatchObject({ code: "ECANCELED" });
        expect(yield* failure(receiveText(client))).toMatchObject({ code: "ECANCELED" });
        expect(yield* failure(listener.accept())).toMatchObject({ code: "ECANCELED" });
        client.close();
        server.close();
      })(),
    );
  });

  it("a second read of the same connection is refused while the first is in flight", () => {
    const { client, server } = runtime.run(pair());
    const first = client.read(runtime.driver.net.buffers.take());
    expect(runtime.poll(first)).toBe(Pending);
    const second = client.read(runtime.driver.net.buffers.take());
    expect(() => runtime.poll(second)).toThrow(ConcurrentOperationError);
    expect(() => runtime.poll(second)).toThrow(PolledAfterCompletionError);
    client.close();
    server.close();
    expect(runtime.run(failure(first))).toMatchObject({ code: "ECANCELED" });
  });

  it("a buffer is the operation's until the operation gives it back", () => {
    const { client, server } = runtime.run(pair());
    const buf = runtime.driver.net.buffers.take();
    const reading = client.read(buf);
    expect(runtime.poll(reading)).toBe(Pending);
    expect(() => buf.bytes).toThrow(BufferLentError);
    expect(() => {
      buf.free();
    }).toThrow(BufferLentError);
    expect(() => runtime.poll(client.writeAll(buf, 0, 1))).toThrow(BufferLentError);
    // The failed write did not occupy the connection.
    runtime.run(sendText(client, "x"));
    runtime.run(sendText(server, "y"));
    expect(runtime.run(reading)).toEqual({ n: 1, buf });
    expect(text(buf, 1)).toBe("y");
    client.close();
    server.close();
  });

  it("a range outside of the buffer is refused", () => {
    const { client, server } = runtime.run(pair());
    const buf = runtime.driver.net.buffers.take();
    expect(() => client.writeAll(buf, 0, 4097)).toThrow(RangeError);
    expect(() => client.writeAll(buf, -1, 5)).toThrow(RangeError);
    expect(() => client.writeAll(buf, 3, 2)).toThrow(RangeError);
    client.close();
    server.close();
  });

  it("an empty write completes without the kernel", () => {
    const { client, server } = runtime.run(pair());
    const buf = runtime.driver.net.buffers.take();
    expect(runtime.poll(client.writeAll(buf, 3, 3))).toEqual({ n: 0, buf });
    client.close();
    server.close();
  });
});

/** The error that a future fails with. */
const failure = asyncFn(function* (future: Future<unknown>) {
  try {
    yield* future;
  } catch (error) {
    return error;
  }
  throw new Error("expected a failure");
});
