// The echo server on this project's runtime, whatever the driver: one task accepts, and each connection is a task of its own.
import { select } from "@pollab/runtime-core/combinators";
import { asyncFn, type Future } from "@pollab/runtime-core/future";
import type { Net, OwnedBuffer, TcpListener, TcpStream } from "@pollab/runtime-core/io";
import { CancellationToken } from "@pollab/runtime-core/sync";
import { type JoinHandle, spawn } from "@pollab/runtime-core/task";
import { ElapsedError, sleep, timeout } from "@pollab/runtime-core/time";
import { GRACE_MS, LAST_ANSWERS_MS, NO_DESCRIPTORS_PAUSE_MS } from "./server.ts";

type Connections<B extends OwnedBuffer> = Map<TcpStream<B>, JoinHandle<void>>;

/**
 * Accepts and serves until `stop` is ready, then finishes as `Server.stop` says. Fails when it cannot accept any more.
 *
 * @param report is told of an error that no peer can cause, and that ended one connection
 */
export function serveUntil<B extends OwnedBuffer>(
  net: Net<B>,
  listener: TcpListener<B>,
  stop: Future<void>,
  report: (error: unknown) => void,
): Future<void> {
  const connections: Connections<B> = new Map();
  /** No connection reads requests any more. */
  const silent = new CancellationToken();

  const echo = asyncFn(function* (stream: TcpStream<B>) {
    try {
      if (!(yield* answer(stream))) yield* linger(stream);
    } catch (error) {
      if (!isPeersDoing(error) && !isShortage(error)) report(error);
    } finally {
      connections.delete(stream);
      stream.close();
    }
  });

  /** Returns whether the peer has finished; otherwise the server wants to. */
  const answer = asyncFn(function* (stream: TcpStream<B>) {
    const buffer = net.buffers.take();
    try {
      for (;;) {
        const request = yield* silent.runUntilCancelled(stream.read(buffer));
        if (request === null) return false;
        if (request.n === 0) return true;
        yield* stream.writeAll(buffer, 0, request.n);
      }
    } finally {
      // A read that was given up may still have it in the kernel: then it is freed by the driver.
      buffer.free();
    }
  });

  /**
   * Ends a connection whose peer may still be sending. If it were closed with bytes that nobody has read, or were sent more, the
   * kernel would reset it, and the peer would lose answers that are on their way. So the peer is told that there will be no more,
   * and what it still sends is thrown away until it has finished too.
   */
  const linger = asyncFn(function* (stream: TcpStream<B>) {
    stream.shutdownWrite();
    const buffer = net.buffers.take();
    try {
      while ((yield* stream.read(buffer)).n > 0);
    } finally {
      buffer.free();
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

  const finish = asyncFn(function* () {
    // What has arrived is still answered.
    yield* sleep(LAST_ANSWERS_MS);
    silent.cancel();
    for (const task of [...connections.values()]) yield* task;
  });

  return asyncFn(function* () {
    // An accept that fails for good is the server's end.
    yield* select({ stop, failed: accept() });
    listener.close();
    try {
      yield* timeout(GRACE_MS, finish());
    } catch (error) {
      if (!(error instanceof ElapsedError)) throw error;
    } finally {
      // The peers that have not taken their answers, or have not finished, until now.
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
