// Connections that are opened, used, abandoned, reset and closed at random, in all the ways that the driver knows, on the real kernel.
// In the end nothing may be left.
import { type IoBuffer, SystemError } from "@pollab/io-sys";
import { asyncFn, type Future, yieldNow } from "@pollab/runtime-core/future";
import { End } from "@pollab/runtime-core/stream";
import { JoinError, spawn } from "@pollab/runtime-core/task";
import { describe, expect, it } from "vitest";
import type { BufferGroup } from "../src/buffers/buffer-group.ts";
import type { UringDriverOptions } from "../src/driver.ts";
import { within } from "../src/linked/step.ts";
import type { UringTcpListener } from "../src/net/tcp-listener.ts";
import type { UringTcpStream } from "../src/net/tcp-stream.ts";
import { missing } from "./support/machine.ts";
import { Random } from "./support/random.ts";
import { TestRuntime } from "./support/test-runtime.ts";

const CONNECTIONS = 6000;
const AT_A_TIME = 250;

/** Small rings, so that the backlog is in use, and small groups, so that buffers run out. */
const RING = { bufferBytes: 256, sqEntries: 16, cqEntries: 64 };

const WAYS: readonly (readonly [string, UringDriverOptions, boolean])[] = [
  ["with what it does by default", {}, false],
  ["with descriptors of the ring and registered memory", { directDescriptors: 100, registerBuffers: true }, false],
  ["with buffers that receives share", {}, true],
  ["with a thread that submits", { submissionThreadIdleMs: 2 }, false],
];

interface Storm {
  readonly runtime: TestRuntime;
  readonly listener: UringTcpListener<IoBuffer>;
  readonly group: BufferGroup;
  readonly random: Random;
}

describe.skipIf(missing !== undefined)(`a storm of connections ${missing ?? ""}`, () => {
  it.each(WAYS)(
    "leaves no descriptor, buffer or operation, %s",
    (_name, options, incremental) => {
      const runtime = new TestRuntime({ ...RING, ...options });
      const { net, counters } = runtime.driver;
      const listener = net.listen({ host: "127.0.0.1", port: 0 });
      const group = net.provideBuffers({ count: 64, bufferBytes: 200, incremental });
      const weather = { runtime, listener, group, random: new Random(1) };
      runtime.run(storm(weather));
      listener.close();
      // The server's ends of the last connections.
      runtime.settle(() => net.buffers.counts.taken === 0, "buffers are left");
      runtime.settle(() => group.received === 0, "received buffers are left");
      runtime.settle(() => counters.inFlight <= 1, "operations are left");
      group.close();
      expect(counters.stale).toBe(0);
      expect(counters.rearms).toBeGreaterThan(0);
      expect(counters.starvation).toBeGreaterThan(0);
      runtime.close();
    },
    60_000,
  );
});

const storm = asyncFn(function* (weather: Storm) {
  const { runtime, listener, random } = weather;
  const serving = spawn(serve(weather));
  let started = 0;
  const client = asyncFn(function* () {
    while (started < CONNECTIONS) {
      started++;
      yield* outcome(visit(runtime, yield* runtime.driver.net.connect(listener.address), random));
    }
  });
  const clients = Array.from({ length: AT_A_TIME }, () => spawn(client()));
  for (const visiting of clients) yield* visiting;
  serving.abort();
  yield* outcome(serving);
});

/** Echoes on every connection, in one of three ways, until it ends in whatever way. */
const serve = asyncFn(function* ({ runtime, listener, group, random }: Storm) {
  const incoming = listener.incoming({ maxQueued: 16 });
  try {
    for (;;) {
      const stream = yield* incoming.next();
      if (stream === End) return;
      const way = random.below(3);
      if (way === 0) spawn(outcome(echo(runtime, stream)));
      else spawn(outcome(echoReceived(stream, group, way === 1)));
    }
  } finally {
    incoming.drop();
  }
});

const echo = asyncFn(function* (runtime: TestRuntime, stream: UringTcpStream<IoBuffer>) {
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

/** What arrives goes back from where it arrived. */
const echoReceived = asyncFn(function* (stream: UringTcpStream<IoBuffer>, group: BufferGroup, zeroCopy: boolean) {
  const received = stream.receive(group, { maxQueued: 3 });
  try {
    for (let item = yield* received.next(); item !== End; item = yield* received.next()) {
      try {
        if (zeroCopy) yield* stream.writeAllZeroCopy(item, 0, item.capacityBytes);
        else yield* stream.writeAll(item, 0, item.capacityBytes);
      } finally {
        item.free();
      }
    }
  } finally {
    received.drop();
    stream.close();
  }
});

/** Does one of the things that a client can do to a server. */
const visit = asyncFn(function* (runtime: TestRuntime, stream: UringTcpStream<IoBuffer>, random: Random) {
  const buf = runtime.driver.net.buffers.take();
  try {
    for (let rounds = random.below(4); rounds > 0; rounds--) {
      buf.bytes.fill(rounds);
      yield* send(runtime, stream, buf, random.below(4));
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

/** All of a buffer, in one of four ways. */
const send = asyncFn(function* (runtime: TestRuntime, stream: UringTcpStream<IoBuffer>, buf: IoBuffer, way: number) {
  const { capacityBytes } = buf;
  if (way === 0) yield* stream.writeAll(buf, 0, capacityBytes);
  if (way === 1) yield* stream.writeAllZeroCopy(buf, 0, capacityBytes);
  if (way === 2) {
    const half = capacityBytes / 2;
    yield* stream.writeAllVectored([
      { buf, start: 0, end: half },
      { buf, start: half, end: capacityBytes },
    ]);
  }
  if (way === 3) {
    const { requests } = runtime.driver;
    const [sent] = yield* requests.link(
      within(stream.steps.send(buf, 0, capacityBytes), 60_000),
      requests.delayStep(0),
    );
    if (sent.status === "rejected") throw sent.reason;
  }
});

/** Begins to read and loses interest, at once or a turn later. */
const abandonRead = asyncFn(function* (stream: UringTcpStream<IoBuffer>, buf: IoBuffer) {
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
