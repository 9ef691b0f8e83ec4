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

test("a server that cannot accept any more fails, instead of staying and serving nobody", () => {
  using runtime = new CurrentThread();
  const server = serveUntil(netWithoutMemory, listenerOf(failing("EINVAL")), sleep(1000));
  expect(() => runtime.blockOn(server)).toThrow(expect.objectContaining({ code: "EINVAL" }));
});

test("a connection that there is no buffer for is closed, and the server goes on", () => {
  using runtime = new CurrentThread();
  let closed = 0;
  const stream: TcpStream<OwnedBuffer> = {
    read: never,
    writeAll: never,
    shutdownRead() {},
    shutdownWrite() {},
    close: () => closed++,
  };
  runtime.blockOn(serveUntil(netWithoutMemory, listenerOf(ready(stream), ready(stream)), sleep(5)));
  expect(closed).toBe(2);
});
