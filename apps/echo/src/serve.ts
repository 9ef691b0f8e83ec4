// The echo server on this project's runtime, whatever the driver: one task accepts, and each connection is a task of its own.
import { select } from "@pollab/runtime-core/combinators";
import { asyncFn, type Future } from "@pollab/runtime-core/future";
import type { Net, OwnedBuffer, TcpListener, TcpStream } from "@pollab/runtime-core/io";
import { type JoinHandle, spawn } from "@pollab/runtime-core/task";
import { ElapsedError, sleep, timeout } from "@pollab/runtime-core/time";
import { GRACE_MS, NO_DESCRIPTORS_PAUSE_MS } from "./server.ts";

type Connections<B extends OwnedBuffer> = Map<TcpStream<B>, JoinHandle<void>>;

/** Accepts and serves until `stop` is ready, then finishes as `Server.stop` says. Fails when it cannot accept any more. */
export function serveUntil<B extends OwnedBuffer>(
  net: Net<B>,
  listener: TcpListener<B>,
  stop: Future<void>,
): Future<void> {
  const connections: Connections<B> = new Map();

  const echo = asyncFn(function* (stream: TcpStream<B>) {
    try {
      const buffer = net.buffers.take();
      try {
        for (;;) {
          const { n } = yield* stream.read(buffer);
          if (n === 0) return;
          yield* stream.writeAll(buffer, 0, n);
        }
      } finally {
        buffer.free();
      }
    } catch (error) {
      if (!isPeersDoing(error) && !isShortage(error)) throw error;
    } finally {
      connections.delete(stream);
      stream.close();
    }
  });

  const accept = asyncFn(function* () {
    for (;;) {
      try {
        const stream = yield* listener.accept();
        const task = spawn(echo(stream));
        connections.set(stream, task);
      } catch (error) {
        if (!isShortage(error)) throw error;
        yield* sleep(NO_DESCRIPTORS_PAUSE_MS);
      }
    }
  });

  const allFinished = asyncFn(function* () {
    for (const task of [...connections.values()]) yield* task;
  });

  return asyncFn(function* () {
    // An accept that fails for good is the server's end.
    yield* select({ stop, failed: accept() });
    listener.close();
    // What has arrived is still read and answered; after that, reads return 0.
    for (const stream of connections.keys()) stream.shutdownRead();
    try {
      yield* timeout(GRACE_MS, allFinished());
    } catch (error) {
      if (!(error instanceof ElapsedError)) throw error;
    } finally {
      // The peers that have not taken their answers until now.
      for (const [stream, task] of connections) {
        task.abort();
        stream.close();
      }
    }
  })();
}

/** A reset, or an answer that the peer does not want any more. */
function isPeersDoing(error: unknown): boolean {
  return hasCode(error, "ECONNRESET", "EPIPE", "ETIMEDOUT");
}

/** No descriptor or memory for another connection now. */
function isShortage(error: unknown): boolean {
  return hasCode(error, "EMFILE", "ENFILE", "ENOBUFS", "ENOMEM");
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.some((code) => code === error.code);
}
