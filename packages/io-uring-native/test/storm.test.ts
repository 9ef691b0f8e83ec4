// Connections that are opened, used, abandoned, reset and closed at random, on the real kernel. In the end nothing may be left.
import { type IoBuffer, SystemError } from "@pollab/io-sys";
import { asyncFn, type Future, yieldNow } from "@pollab/runtime-core/future";
import type { TcpListener, TcpStream } from "@pollab/runtime-core/io";
import { JoinError, spawn } from "@pollab/runtime-core/task";
import { describe, expect, it } from "vitest";
import { missing } from "./support/machine.ts";
import { Random } from "./support/random.ts";
import { TestRuntime } from "./support/test-runtime.ts";

const CONNECTIONS = 6000;
const AT_A_TIME = 250;

describe.skipIf(missing !== undefined)(`a storm of connections ${missing ?? ""}`, () => {
  it.each([1, 2])(
    "leaves no descriptor, buffer or operation (seed %i)",
    (seed) => {
      // Small rings, so that the backlog is in use.
      const runtime = new TestRuntime({ bufferBytes: 256, sqEntries: 16, cqEntries: 64 });
      const random = new Random(seed);
      const listener = runtime.driver.net.listen({ host: "127.0.0.1", port: 0 });
      runtime.run(storm(runtime, listener, random));
      listener.close();
      // The server's ends of the last connections.
      const { buffers } = runtime.driver.net;
      runtime.settle(() => buffers.counts.taken === 0, "buffers are left");
      runtime.settle(() => runtime.driver.counters.inFlight <= 1, "operations are left");
      expect(runtime.driver.counters.stale).toBe(0);
      runtime.close();
    },
    60_000,
  );
});

const storm = asyncFn(function* (runtime: TestRuntime, listener: TcpListener<IoBuffer>, random: Random) {
  const { net } = runtime.driver;
  const serving = spawn(serve(runtime, listener));
  let started = 0;
  const client = asyncFn(function* () {
    while (started < CONNECTIONS) {
      started++;
      yield* visit(runtime, yield* net.connect(listener.address), random);
    }
  });
  const clients = Array.from({ length: AT_A_TIME }, () => spawn(client()));
  for (const visiting of clients) yield* visiting;
  serving.abort();
  yield* outcome(serving);
});

/** Echoes on every connection until it ends in whatever way. */
const serve = asyncFn(function* (runtime: TestRuntime, listener: TcpListener<IoBuffer>) {
  for (;;) spawn(outcome(echo(runtime, yield* listener.accept())));
});

const echo = asyncFn(function* (runtime: TestRuntime, stream: TcpStream<IoBuffer>) {
  const buf = runtime.driver.net.buffers.take();
  try {
    for (;;) {
      const { n } = yield* stream.read(buf);
      if (n === 0) return;
      yield* stream.writeAll(buf, 0, n);
    }
  } finally {
    stream.close();
    buf.free();
  }
});

/** Does one of the things that a client can do to a server. */
const visit = asyncFn(function* (runtime: TestRuntime, stream: TcpStream<IoBuffer>, random: Random) {
  const buf = runtime.driver.net.buffers.take();
  try {
    for (let rounds = random.below(4); rounds > 0; rounds--) {
      buf.bytes.fill(rounds);
      yield* stream.writeAll(buf, 0, buf.capacityBytes);
      // With the answer unread, closing resets the connection.
      if (random.chance(0.2)) return;
      for (let missingBytes = buf.capacityBytes; missingBytes > 0;) {
        const { n } = yield* stream.read(buf);
        if (n === 0 || buf.bytes[0] !== rounds) throw new Error("the echo is not what was sent");
        missingBytes -= n;
      }
    }
    if (random.chance(0.3)) stream.shutdownWrite();
    if (random.chance(0.3)) yield* abandonRead(stream, runtime.driver.net.buffers.take());
  } finally {
    stream.close();
    buf.free();
  }
});

/** Begins to read and loses interest, at once or a turn later. */
const abandonRead = asyncFn(function* (stream: TcpStream<IoBuffer>, buf: IoBuffer) {
  const reading = spawn(outcome(stream.read(buf)));
  yield* yieldNow();
  reading.abort();
  yield* outcome(reading);
  buf.free();
});

/** Waits for the end, whatever it is; only a defect goes on. */
const outcome = asyncFn(function* (future: Future<unknown>) {
  try {
    yield* future;
  } catch (error) {
    if (!(error instanceof SystemError || error instanceof JoinError)) throw error;
  }
});
