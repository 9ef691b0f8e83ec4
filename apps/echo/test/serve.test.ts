import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, type Future, pending, ready } from "@pollab/runtime-core/future";
import type { Net, OwnedBuffer, TcpListener, TcpStream } from "@pollab/runtime-core/io";
import { sleep } from "@pollab/runtime-core/time";
import { expect, test } from "vitest";
import { serveUntil } from "../src/serve.ts";

const address = { host: "127.0.0.1", port: 1 };

class CodedError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const failing = asyncFn(function* (code: string): Generator<never, never> {
  yield* [];
  throw new CodedError(code);
});

function never(): never {
  throw new Error("not expected");
}

function streamThat(read: TcpStream<OwnedBuffer>["read"], close: () => void): TcpStream<OwnedBuffer> {
  return { read, writeAll: never, shutdownRead() {}, shutdownWrite() {}, close };
}

/** A listener that accepts what is given, in order. */
function listenerOf(...accepts: Future<TcpStream<OwnedBuffer>>[]): TcpListener<OwnedBuffer> {
  return { address, accept: () => accepts.shift() ?? pending(), close() {} };
}

const netWithoutMemory: Net<OwnedBuffer> = {
  buffers: {
    bufferBytes: 1,
    take() {
      throw new CodedError("ENOMEM");
    },
  },
  listen: never,
  connect: never,
};

const netWithMemory: Net<OwnedBuffer> = {
  ...netWithoutMemory,
  buffers: { bufferBytes: 1, take: () => ({ bytes: new Uint8Array(1), capacityBytes: 1, free() {} }) },
};

test("a server that cannot accept any more fails, instead of staying and serving nobody", () => {
  using runtime = new CurrentThread();
  const server = serveUntil(netWithoutMemory, listenerOf(failing("EINVAL")), sleep(1000), never);
  expect(() => runtime.blockOn(server)).toThrow(expect.objectContaining({ code: "EINVAL" }));
});

test("a connection that there is no buffer for is closed, and the server goes on", () => {
  using runtime = new CurrentThread();
  let closed = 0;
  const stream = streamThat(never, () => closed++);
  runtime.blockOn(serveUntil(netWithoutMemory, listenerOf(ready(stream), ready(stream)), sleep(5), never));
  expect(closed).toBe(2);
});

test.each([
  ["is reported, and the server goes on", "EIO", ["EIO", "EIO"]],
  ["is not reported when it is the peer's doing", "ECONNRESET", []],
])("an error that ends a connection %s", (_, code, expected) => {
  using runtime = new CurrentThread();
  let closed = 0;
  const reported: unknown[] = [];
  const stream = streamThat(
    () => failing(code),
    () => closed++,
  );
  runtime.blockOn(
    serveUntil(netWithMemory, listenerOf(ready(stream), ready(stream)), sleep(5), (error) => {
      reported.push(error instanceof CodedError ? error.code : error);
    }),
  );
  expect({ closed, reported }).toEqual({ closed: 2, reported: expected });
});
