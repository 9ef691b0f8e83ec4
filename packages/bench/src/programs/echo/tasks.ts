// Echo as tasks of this project's runtime, whoever runs them and whatever the driver: a coroutine for each connection.
import { asyncFn, type Future } from "@pollab/runtime-core/future";
import type { Net, OwnedBuffer, TcpListener, TcpStream } from "@pollab/runtime-core/io";
import { type Driver, spawn } from "@pollab/runtime-core/task";
import { announce } from "../listening.ts";

/** Connections that the kernel queues before they are accepted. */
export const BACKLOG = 4096;

/** What both drivers have. */
export interface NetDriver<B extends OwnedBuffer> extends Driver {
  readonly net: Net<B>;
}

/** What the tasks count. */
export interface Served {
  requests: number;
  /** Replies that the kernel copied although it was asked not to; only where it was asked. */
  copied?: number;
}

/** Listens, says where, and serves for ever. */
export function serveEcho<B extends OwnedBuffer>({ net }: NetDriver<B>, served: Served): Future<never> {
  return asyncFn(function* () {
    const listener = net.listen({ host: "127.0.0.1", port: 0, backlog: BACKLOG });
    announce(listener.address.port);
    return yield* serveConnections(net, listener, served);
  })();
}

/** Serves whoever connects, for ever. */
export function serveConnections<B extends OwnedBuffer>(
  net: Net<B>,
  listener: TcpListener<B>,
  served: Served,
): Future<never> {
  const serve = asyncFn(function* (stream: TcpStream<B>) {
    const buffer = net.buffers.take();
    try {
      for (;;) {
        const { n } = yield* stream.read(buffer);
        if (n === 0) return;
        yield* stream.writeAll(buffer, 0, n);
        served.requests++;
      }
    } finally {
      buffer.free();
      stream.close();
    }
  });

  return asyncFn(function* () {
    for (;;) spawn(serve(yield* listener.accept())).drop();
  })();
}
