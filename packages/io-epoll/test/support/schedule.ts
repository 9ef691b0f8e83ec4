// One random schedule: a server, clients and a datagram socket on a kernel that misbehaves, while tasks are cancelled, sockets closed
// and connections reset. Then the kernel behaves, everything that can go on does, and what is left is compared with what must be.
import { BufferPool, type IoBuffer, SystemError } from "@pollab/io-sys";
import { asyncFn, type Future, yieldNow } from "@pollab/runtime-core/future";
import { FairnessRandom, JoinError, type Task } from "@pollab/runtime-core/task";
import { EpollDriver, type EpollListener, type EpollStream, type EpollUdpSocket } from "../../src/index.ts";
import { Connection, Datagrams, Listener } from "./fake-files.ts";
import { FakeKernel } from "./fake-kernel.ts";
import { contextOf, CountingWaker, HandExecutor } from "./hand-driven.ts";

const BUFFER_BYTES = 8;
const SLAB_BYTES = 4096;
const STEPS = 30;
/** What must suffice for all that is left to do once the kernel behaves. */
const MAX_SETTLING_TURNS = 100;

/** Failures that the kernel may cause, or that closing does. */
const EXPECTED: ReadonlySet<string> = new Set([
  "ECANCELED",
  "ECONNRESET",
  "EPIPE",
  "ECONNREFUSED",
  "ENOMEM",
  "ENOBUFS",
]);

const ADDRESS = { host: "127.0.0.1", port: 0 };

/** How a schedule went. */
export interface Outcome {
  readonly violations: readonly string[];
  /** The same for the same calls with the same results. */
  readonly trace: number;
  readonly calls: number;
}

/** Runs the schedule of a seed to its end. */
export function runSchedule(seed: number): Outcome {
  const schedule = new Schedule(seed);
  schedule.run();
  const { calls, trace, violations } = schedule.fake;
  return { violations, trace, calls };
}

/** A task, and the stream that it has by now. */
interface Job {
  task: Task<void> | null;
  stream: EpollStream | null;
}

class Schedule {
  readonly fake: FakeKernel;
  private readonly random: FairnessRandom;
  private readonly driver: EpollDriver;
  private readonly executor: HandExecutor;
  /** Those that have an end. */
  private readonly jobs: Job[] = [];
  private datagramsSent = 0;

  constructor(seed: number) {
    this.random = new FairnessRandom(seed);
    this.fake = new FakeKernel(this.random);
    const buffers = new BufferPool({ bufferBytes: BUFFER_BYTES, slabBytes: SLAB_BYTES });
    this.driver = EpollDriver.on(this.fake.kernel, {}, buffers);
    this.executor = new HandExecutor(this.driver);
  }

  run(): void {
    try {
      this.runAndCheck();
    } catch (error) {
      this.fake.violated(String(error));
      this.driver.close();
    }
  }

  private runAndCheck(): void {
    const { driver, executor, fake } = this;
    fake.misbehaves = false;
    const listener = driver.net.listen(ADDRESS);
    const fakeListener = fake.newest(Listener);
    const socket = driver.net.bindUdp(ADDRESS);
    const datagrams = fake.newest(Datagrams);
    const acceptor = executor.spawn(this.accept(listener));
    const echoer = executor.spawn(this.echoDatagrams(socket));
    fake.misbehaves = true;
    for (let step = 0; step < STEPS; step++) this.step(fakeListener, datagrams);
    fake.misbehaves = false;
    this.settle(datagrams);
    this.checkEnds(datagrams);
    driver.close();
    executor.runWoken();
    if (!acceptor.isFinished || !echoer.isFinished) fake.violated("a task waits for a closed driver");
    for (const task of [acceptor, echoer]) this.checkTask(task);
    if (fake.files.size > 0) fake.violated(`${fake.files.size} descriptors were left open`);
    if (driver.net.buffers.counts.lent > 0) fake.violated("a buffer stayed lent");
  }

  private step(listener: Listener, datagrams: Datagrams): void {
    const { random } = this;
    const action = random.below(16);
    if (action === 0) listener.connect();
    else if (action === 1) this.start(null, (job) => this.ask(job));
    else if (action === 2) datagrams.peerSend([this.datagramsSent++ & 255]);
    else if (action === 3) datagrams.peerTake();
    else if (action === 4 && random.below(3) === 0) this.interfere();
    else this.moveConnection();
    if (random.below(3) > 0) this.executor.turn();
  }

  private start(stream: EpollStream | null, run: (job: Job) => Future<void>): void {
    const job: Job = { task: null, stream };
    job.task = this.executor.spawn(run(job));
    this.jobs.push(job);
  }

  private take(): IoBuffer {
    const buf = this.driver.net.buffers.take();
    this.fake.learn(buf.slab, buf.bytes.buffer);
    return buf;
  }

  // What runs on the driver.

  private accept(listener: EpollListener): Future<void> {
    const start = (stream: EpollStream): void => this.start(stream, () => this.echo(stream));
    return asyncFn(function* () {
      for (;;) {
        try {
          start(yield* listener.accept());
        } catch (error) {
          if (codeOf(error) === "ECANCELED") return;
          yield* yieldNow();
        }
      }
    })();
  }

  /** Sends back what comes in, until its end. */
  private echo(stream: EpollStream): Future<void> {
    const vectored = this.random.below(3) === 0;
    const take = (): IoBuffer => this.take();
    return asyncFn(function* () {
      const first = take();
      const second = take();
      try {
        for (;;) {
          const { n } = vectored ? yield* stream.readVectored([first, second]) : yield* stream.read(first);
          if (n === 0) break;
          const inFirst = Math.min(n, BUFFER_BYTES);
          const slices = [
            { buf: first, start: 0, end: inFirst },
            { buf: second, start: 0, end: n - inFirst },
          ];
          if (vectored) yield* stream.writeAllVectored(slices);
          else yield* stream.writeAll(first, 0, n);
        }
      } catch (error) {
        codeOf(error);
      } finally {
        stream.close();
        first.free();
        second.free();
      }
    })();
  }

  /** A client: sends a few bytes, and reads until they have come back. */
  private ask(job: Job): Future<void> {
    const { driver, fake } = this;
    const take = (): IoBuffer => this.take();
    return asyncFn(function* () {
      const buf = take();
      try {
        const stream = (job.stream = yield* driver.net.connect(ADDRESS));
        for (let round = 1; round <= 3; round++) {
          buf.bytes.fill(round);
          yield* stream.writeAll(buf, 0, 5);
          for (let got = 0; got < 5;) {
            const { n } = yield* stream.read(buf);
            if (n === 0) return;
            if (buf.bytes.subarray(0, n).some((byte) => byte !== round)) fake.violated("bytes of somebody else's");
            got += n;
          }
        }
      } catch (error) {
        codeOf(error);
      } finally {
        job.stream?.close();
        buf.free();
      }
    })();
  }

  private echoDatagrams(socket: EpollUdpSocket): Future<void> {
    const take = (): IoBuffer => this.take();
    return asyncFn(function* () {
      const buf = take();
      try {
        for (;;) {
          const { n, from } = yield* socket.recvFrom(buf);
          for (let sent = false; !sent;) {
            try {
              yield* socket.sendTo(buf, 0, n, from);
              sent = true;
            } catch (error) {
              if (codeOf(error) !== "ENOBUFS") throw error;
              yield* yieldNow();
            }
          }
        }
      } catch (error) {
        codeOf(error);
      } finally {
        buf.free();
      }
    })();
  }

  // What happens outside.

  private moveConnection(): void {
    const { connections } = this.fake;
    if (connections.length === 0) return;
    const connection = connections[this.random.below(connections.length)];
    const action = this.random.below(12);
    if (action < 2) this.talk(connection);
    else if (action < 5) this.listen(connection);
    else if (action === 5) this.finish(connection);
    else if (action === 6 && this.random.below(4) === 0) connection.peerReset();
    else connection.deliver();
  }

  private talk(connection: Connection): void {
    if (connection.direction === "inbound" && !connection.peerFinished) connection.peerSend(1 + this.random.below(20));
  }

  private finish(connection: Connection): void {
    // Before it has answered.
    if (connection.direction === "outbound") connection.disturbed = true;
    connection.peerFinish();
  }

  private listen(connection: Connection): void {
    const bytes = connection.peerTake();
    if (connection.direction === "outbound") connection.peerEcho(bytes);
  }

  /** Closes a stream under its task, or cancels the task. */
  private interfere(): void {
    if (this.jobs.length === 0) return;
    const { stream, task } = this.jobs[this.random.below(this.jobs.length)];
    if (stream !== null && !stream.registration.released) this.fake.disturb(stream.registration.fd);
    if (this.random.below(2) === 0) stream?.close();
    else task?.cancel();
  }

  /** Lets everything that is under way arrive, and then everybody finish. */
  private settle(datagrams: Datagrams): void {
    const { connections } = this.fake;
    // Nobody finishes yet: an end is an event too, and would make up for one that was lost.
    this.goOnUntil(datagrams, () => connections.every((connection) => isAnswered(connection)));
    for (const connection of connections) {
      if (connection.direction === "inbound") connection.peerFinish();
    }
    this.goOnUntil(
      datagrams,
      () =>
        connections.every(({ disturbed, ended }) => disturbed || ended) &&
        this.jobs.every(({ task }) => task?.isFinished === true),
    );
    for (const connection of connections) connection.peerTake();
  }

  private goOnUntil(datagrams: Datagrams, done: () => boolean): void {
    for (let turn = 0; turn < MAX_SETTLING_TURNS; turn++) {
      if (done() && datagrams.returned.length === this.datagramsSent) return;
      for (const connection of this.fake.connections) {
        this.listen(connection);
        connection.deliver();
      }
      datagrams.peerTake();
      this.executor.turn();
    }
    this.fake.violated("something waits for what has come");
  }

  private checkEnds(datagrams: Datagrams): void {
    const { driver, fake } = this;
    for (const { task } of this.jobs) {
      if (task !== null) this.checkTask(task);
    }
    for (const { direction, disturbed, ended, peerReceived, peerSent } of fake.connections) {
      if (disturbed) continue;
      if (!ended) fake.violated("a connection was not closed");
      if (direction === "outbound" ? peerReceived.length !== 15 : !same(peerReceived, peerSent)) {
        fake.violated(`${peerReceived.length} bytes of an ${direction} connection came through, of ${peerSent.length}`);
      }
    }
    const returned = datagrams.returned.map(([byte]) => byte);
    if (
      !same(
        returned,
        returned.map((_, at) => at & 255),
      )
    )
      fake.violated("datagrams were lost, doubled or mixed up");
    // The listener's and the datagram socket's.
    if (driver.registrations !== 2) fake.violated(`${driver.registrations} descriptors are registered`);
    if (driver.net.buffers.counts.taken !== 1) fake.violated(`${driver.net.buffers.counts.taken} buffers are taken`);
    if (driver.counters.stale !== fake.stale) fake.violated("an event of one that has gone was taken for another's");
  }

  /** A task may have been cancelled, and must not have failed. */
  private checkTask(task: Task<void>): void {
    try {
      task.poll(contextOf(new CountingWaker()));
    } catch (error) {
      if (!(error instanceof JoinError) || error.cause !== undefined)
        this.fake.violated(`a task failed: ${String(error)}`);
    }
  }
}

/** Whether all that the peer said has come back to it; of a client, which says nothing first, it does not matter. */
function isAnswered({ direction, disturbed, peerReceived, peerSent }: Connection): boolean {
  return disturbed || direction === "outbound" || peerReceived.length === peerSent.length;
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** @throws what is not expected */
function codeOf(error: unknown): string {
  if (error instanceof SystemError && EXPECTED.has(error.code)) return error.code;
  throw error;
}
