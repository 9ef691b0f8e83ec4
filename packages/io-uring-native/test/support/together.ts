// Small futures that tests of all kinds of sockets use.
import { asyncFn, type Future } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import type { IoBuffer } from "@pollab/io-sys";
import type { UringDriver } from "../../src/driver.ts";
import type { UringTcpStream } from "../../src/net/tcp-stream.ts";

/** Both ends of a TCP connection. */
export const tcpPair: (
  driver: UringDriver,
) => Future<{ readonly client: UringTcpStream<IoBuffer>; readonly server: UringTcpStream<IoBuffer> }> = asyncFn(
  function* (driver: UringDriver) {
    const { net } = driver;
    const listener = net.listen({ host: "127.0.0.1", port: 0 });
    const accepting = spawn(listener.accept());
    const client = yield* net.connect(listener.address);
    const server = yield* accepting;
    listener.close();
    return { client, server };
  },
);

/** The error that a future fails with. */
export const failure: (future: Future<unknown>) => Future<unknown> = asyncFn(function* (future: Future<unknown>) {
  try {
    yield* future;
  } catch (error) {
    return error;
  }
  throw new Error("expected a failure");
});

/** What a buffer says. */
export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

/** A buffer that begins with a text, and where that ends. */
export function textBuffer(driver: UringDriver, message: string): { readonly buf: IoBuffer; readonly end: number } {
  const buf = driver.net.buffers.take();
  const { written } = new TextEncoder().encodeInto(message, buf.bytes);
  return { buf, end: written };
}

/** Sends a text on any kind of stream. */
export const sendText: (
  driver: UringDriver,
  stream: { writeAll(buf: IoBuffer, start: number, end: number): Future<unknown> },
  message: string,
) => Future<void> = asyncFn(function* (
  driver: UringDriver,
  stream: { writeAll(buf: IoBuffer, start: number, end: number): Future<unknown> },
  message: string,
) {
  const { buf, end } = textBuffer(driver, message);
  yield* stream.writeAll(buf, 0, end);
  buf.free();
});

/** Receives a text on any kind of stream. */
export const receiveText: (
  driver: UringDriver,
  stream: { read(buf: IoBuffer): Future<{ readonly n: number; readonly buf: IoBuffer }> },
) => Future<string> = asyncFn(function* (
  driver: UringDriver,
  stream: { read(buf: IoBuffer): Future<{ readonly n: number; readonly buf: IoBuffer }> },
) {
  const { n, buf } = yield* stream.read(driver.net.buffers.take());
  const message = text(buf.bytes.subarray(0, n));
  buf.free();
  return message;
});
