// One random program on the fake kernel: connections, an acceptor, files and what else the ring does, whose futures and streams are
// polled, dropped and closed under in any order. What it may rely on is checked as it goes; what is left in the end is reported.
import { type Future, Pending, type Poll } from "@pollab/runtime-core/future";
import { End, type Stream } from "@pollab/runtime-core/stream";
import type { BufferGroup } from "../../src/buffers/buffer-group.ts";
import { BufferGroups } from "../../src/buffers/buffer-groups.ts";
import type { ReceivedBuffer } from "../../src/buffers/received-buffer.ts";
import { type Counters, newCounters } from "../../src/counters.ts";
import { Descriptor } from "../../src/descriptor.ts";
import type { FileSite, UringFile } from "../../src/fs/file.ts";
import { FileFeatures } from "../../src/fs/file-features.ts";
import { openFile } from "../../src/fs/open-file.ts";
import { type Step, within } from "../../src/linked/step.ts";
import type { NetSite } from "../../src/net/site.ts";
import { UringStream } from "../../src/net/stream.ts";
import { WriteAllVectoredZeroCopy, WriteAllZeroCopy } from "../../src/net/zero-copy.ts";
import { PollMany } from "../../src/multishot/poll-many.ts";
import { UringTcpListener } from "../../src/net/tcp-listener.ts";
import { Operations } from "../../src/operations.ts";
import { Readable } from "../../src/readable.ts";
import { UringRequests } from "../../src/requests.ts";
import { openRing } from "../../src/setup.ts";
import { byteAt, FakeKernel } from "./fake-kernel.ts";
import { FakeBuffer, FakeMemory, FakePool, type OrphanRule } from "./fake-memory.ts";
import { type CountingWaker, Polled, PolledStream } from "./hand-driven.ts";
import { Random } from "./random.ts";

const BUFFERS = 48;
const BUFFER_BYTES = 64;
const GROUP_BUFFERS = 4;
const MESSAGES = 24;
const MESSAGE_BYTES = 256;
const STEPS = 150;
const MAX_TURNS_TO_REST = 2000;
/** In which a stream that has something to receive has to receive it. */
const TURNS_TO_PROGRESS = 200;
const SQ_ENTRIES = 4;
const CQ_ENTRIES = 8;

export interface ScheduleResult {
  readonly violations: readonly string[];
  readonly log: readonly string[];
  readonly counters: Counters;
}

/** A connection as the program knows it. */
interface Connection {
  readonly fd: number;
  readonly stream: UringStream<FakeBuffer>;
  received: number;
  open: boolean;
  reading: boolean;
  writing: boolean;
}

/** A future or a stream in use. */
interface Activity {
  readonly polled: { poll(): Poll<unknown>; drop(): void; readonly waker: CountingWaker };
  /** Wakes that were answered by a poll. */
  answered: number;
  /** Takes what a poll has brought. Returns whether there may be more. */
  take(value: unknown): boolean;
  /** It threw, has ended, or was dropped. */
  end(): void;
  /** Of a stream that receives: from whom, and how many pieces. */
  readonly connection?: Connection;
  pieces: number;
}

/** A received buffer that the program keeps for a while, and what is in it. */
interface Kept {
  readonly buffer: ReceivedBuffer;
  readonly connection: Connection;
  readonly position: number;
}

/** @param rule the right one, or one that has to be found out @param recorded whether the result has a log */
export function runSchedule(seed: number, rule: OrphanRule, recorded: boolean = false): ScheduleResult {
  return new Schedule(seed, rule, recorded).run();
}

class Schedule {
  readonly #random: Random;
  readonly #memory = new FakeMemory(BUFFERS, BUFFER_BYTES);
  readonly #messageMemory = new FakeMemory(MESSAGES, MESSAGE_BYTES, 1);
  readonly #groupMemory = new FakeMemory(GROUP_BUFFERS, BUFFER_BYTES, 2);
  readonly #pool: FakePool;
  readonly #messages: FakePool;
  readonly #groupPool: FakePool;
  readonly #kernel: FakeKernel;
  readonly #counters = newCounters();
  readonly #operations: Operations;
  readonly #requests: UringRequests;
  readonly #site: NetSite;
  readonly #fileSite: FileSite<FakeBuffer>;
  readonly #groups: BufferGroups;
  readonly #group: BufferGroup;
  readonly #listener: UringTcpListener<FakeBuffer>;
  readonly #violations: string[] = [];
  readonly #connections: Connection[] = [];
  readonly #files: UringFile<FakeBuffer>[] = [];
  readonly #held = new Set<FakeBuffer>();
  #kept: Kept[] = [];
  #activities: Activity[] = [];
  #resting = false;

  constructor(seed: number, rule: OrphanRule, recorded: boolean) {
    const random = new Random(seed);
    this.#random = random;
    this.#pool = new FakePool(this.#memory, random, rule);
    this.#messages = new FakePool(this.#messageMemory, random, rule);
    this.#groupPool = new FakePool(this.#groupMemory, random, rule);
    this.#kernel = new FakeKernel(random, this.#memory, this.#messageMemory, this.#groupMemory);
    if (!recorded) this.#kernel.log = null;
    this.#kernel.lacks = {
      multishot: random.chance(0.15),
      bufferRings: random.chance(0.15),
      zeroCopy: random.chance(0.15),
      notifications: random.chance(0.15),
    };
    const ring = openRing(this.#kernel, SQ_ENTRIES, CQ_ENTRIES, this.#counters);
    this.#operations = new Operations(ring, this.#kernel, this.#counters);
    this.#requests = new UringRequests(this.#operations, this.#messages);
    this.#site = { operations: this.#operations, buffers: this.#pool, argumentBuffers: this.#messages };
    this.#fileSite = {
      operations: this.#operations,
      features: new FileFeatures(this.#counters),
      buffers: this.#pool,
      argumentBuffers: this.#messages,
      cachedReads: random.chance(0.5) ? this.#kernel : null,
    };
    this.#groups = new BufferGroups(ring.registrar, this.#operations.features, this.#counters, () => this.#groupPool);
    this.#group = this.#groups.create({
      count: GROUP_BUFFERS,
      bufferBytes: BUFFER_BYTES,
      incremental: random.chance(0.4),
    });
    const listening = new Descriptor(this.#operations, this.#kernel.openDescriptor());
    this.#listener = new UringTcpListener(this.#site, listening, { host: "127.0.0.1", port: 1 });
    this.#connect();
    this.#connect();
  }

  run(): ScheduleResult {
    for (let step = 0; step < STEPS; step++) this.#step();
    this.#expectProgress();
    this.#comeToRest();
    this.#tearDown();
    const rings = [...this.#kernel.bufferRings.values()];
    return {
      violations: [this.#memory, this.#messageMemory, this.#groupMemory, this.#kernel, ...rings]
        .flatMap(({ violations }) => violations)
        .concat(this.#violations),
      log: this.#kernel.log ?? [],
      counters: this.#counters,
    };
  }

  #step(): void {
    const choice = this.#random.below(24);
    if (choice <= 2) this.#read();
    else if (choice <= 4) this.#write();
    else if (choice <= 6) this.#receive();
    else if (choice === 7) this.#accept();
    else if (choice === 8) this.#open();
    else if (choice === 9) this.#readFile();
    else if (choice <= 11) this.#dropOne();
    else if (choice === 12 && this.#random.chance(0.2)) this.#closeOne();
    else if (choice === 13) this.#wait();
    else if (choice === 14) this.#chain();
    else if (choice === 15) this.#freeKept();
    else if (choice === 16) this.#kernel.breathe();
    else this.#turn();
    this.#answerWakes(0.05);
  }

  #connect(): void {
    const fd = this.#kernel.openDescriptor();
    const stream = new UringStream<FakeBuffer>(this.#site, new Descriptor(this.#operations, fd));
    this.#connections.push({ fd, stream, received: 0, open: true, reading: false, writing: false });
  }

  /** An open connection whose one side nobody uses. */
  #free(side: "reading" | "writing"): Connection | undefined {
    return this.#random.pick(this.#connections.filter((connection) => connection.open && !connection[side]));
  }

  #take(): FakeBuffer | undefined {
    // Some are left for what the driver itself takes.
    if (this.#pool.free.length < 8 || this.#messages.free.length < 8) return undefined;
    const buffer = this.#pool.take();
    this.#held.add(buffer);
    return buffer;
  }

  #release(buffers: readonly FakeBuffer[]): void {
    for (const buffer of buffers) {
      this.#held.delete(buffer);
      buffer.free();
    }
  }

  /** What was received on a connection is what comes next. */
  #expectReceived(connection: Connection, bytes: Uint8Array): void {
    for (const byte of bytes) {
      const expected = byteAt(connection.fd, connection.received++);
      if (byte !== expected)
        this.#violations.push(`a byte was lost or repeated on ${connection.fd}: expected ${expected}, got ${byte}`);
    }
  }

  #read(): void {
    const connection = this.#free("reading");
    const buffers = [this.#take(), this.#take()].filter((buffer) => buffer !== undefined);
    const [first] = buffers;
    if (connection === undefined || first === undefined) {
      this.#release(buffers);
      return;
    }
    connection.reading = true;
    const vectored = this.#random.chance(0.3);
    this.#start<{ n: number }>(
      vectored ? connection.stream.readVectored(buffers) : connection.stream.read(first),
      ({ n }) => {
        let left = n;
        for (const { bytes } of vectored ? buffers : [first]) {
          this.#expectReceived(connection, bytes.subarray(0, left));
          left -= Math.min(left, bytes.byteLength);
        }
      },
      () => {
        connection.reading = false;
        this.#release(buffers);
      },
    );
  }

  #write(): void {
    const connection = this.#free("writing");
    const buffer = connection && this.#take();
    if (connection === undefined || buffer === undefined) return;
    connection.writing = true;
    const start = this.#random.below(BUFFER_BYTES / 2);
    const end = start + this.#random.below(BUFFER_BYTES / 2);
    buffer.bytes.fill(this.#connections.length);
    const slices = [
      { buf: buffer, start: 0, end: start },
      { buf: buffer, start: start, end },
    ];
    const { stream } = connection;
    const [expected, future] = this.#random.pick<readonly [number, () => Future<{ readonly n: number }>]>([
      [end - start, () => stream.writeAll(buffer, start, end)],
      [end - start, () => stream.writeAllZeroCopy(buffer, start, end)],
      [end, () => stream.writeAllVectored(slices)],
      [end, () => stream.writeAllVectoredZeroCopy(slices)],
    ]) ?? [0, () => stream.writeAll(buffer, 0, 0)];
    this.#start(
      future(),
      ({ n }) => {
        if (n !== expected) this.#violations.push(`a write of ${expected} bytes returned ${n}`);
      },
      () => {
        connection.writing = false;
        this.#release([buffer]);
      },
    );
  }

  #receive(): void {
    const connection = this.#free("reading");
    if (connection === undefined) return;
    connection.reading = true;
    const stream = connection.stream.receive(this.#group, { maxQueued: 1 + this.#random.below(4) });
    this.#startStream(
      stream,
      (buffer) => {
        const kept = { buffer, connection, position: connection.received };
        this.#expectReceived(connection, buffer.bytes);
        if (this.#random.chance(0.4)) this.#kept.push(kept);
        else buffer.free();
      },
      () => {
        connection.reading = false;
      },
      connection,
    );
  }

  /** Whoever keeps a received buffer has it alone. */
  #freeKept(): void {
    const kept = this.#random.pick(this.#kept);
    if (kept === undefined) return;
    this.#kept = this.#kept.filter((other) => other !== kept);
    for (const [i, byte] of kept.buffer.bytes.entries()) {
      if (byte !== byteAt(kept.connection.fd, kept.position + i)) {
        this.#violations.push("a received buffer changed in the hands of its holder");
        break;
      }
    }
    kept.buffer.free();
  }

  #accept(): void {
    if (this.#random.chance(0.5)) this.#start(this.#listener.accept(), (stream) => stream.close());
    else {
      this.#startStream(this.#listener.incoming({ maxQueued: 2 }), (stream) => {
        stream.close();
      });
    }
  }

  #open(): void {
    if (this.#messages.free.length < 8) return;
    this.#start(openFile(this.#fileSite, "/data", 0, 0), (file) => {
      if (!this.#resting && this.#files.length < 3) this.#files.push(file);
      else file.close();
    });
  }

  #readFile(): void {
    const file = this.#random.pick(this.#files);
    const buffer = file && this.#take();
    if (file === undefined || buffer === undefined) return;
    const position = this.#random.below(1000);
    this.#start(
      file.readAt(buffer, position),
      ({ n, buf }) => {
        const wrong = buf.bytes.subarray(0, n).findIndex((byte, i) => byte !== byteAt(file.fd, position + i));
        if (wrong >= 0) this.#violations.push(`byte ${position + wrong} of file ${file.fd} is not what was read`);
      },
      () => {
        this.#release([buffer]);
      },
    );
  }

  #wait(): void {
    if (this.#messages.free.length < 8) return;
    const choice = this.#random.below(3);
    if (choice === 0) this.#start(new Readable(this.#operations, 7), () => {});
    else if (choice === 1) this.#start(this.#requests.timeout(1), () => {});
    else this.#startStream(this.#requests.pollMany(7, 1), () => {});
  }

  /** A few steps, with limits or without; all of them have an outcome. */
  #chain(): void {
    const connection = this.#free("writing");
    const buffer = connection && this.#take();
    if (connection === undefined || buffer === undefined) return;
    connection.writing = true;
    const steps: Step<unknown>[] = [connection.stream.steps.send(buffer, 0, 1 + this.#random.below(8))];
    const buffers = [buffer];
    const file = this.#random.pick(this.#files);
    const another = file && this.#take();
    if (file !== undefined && another !== undefined) {
      buffers.push(another);
      steps.push(file.steps.writeAt(another, 0, 8, 0), file.steps.sync());
    } else {
      steps.push(this.#requests.delayStep(1));
    }
    const [first, ...rest] = steps;
    const limited = first !== undefined && this.#random.chance(0.4) ? [within(first, 5), ...rest] : steps;
    this.#start<readonly PromiseSettledResult<unknown>[]>(
      this.#random.chance(0.3) ? this.#requests.hardLink(...limited) : this.#requests.link(...limited),
      (outcomes) => {
        if (outcomes.length !== steps.length) this.#violations.push("a step of a chain has no outcome");
      },
      () => {
        connection.writing = false;
        this.#release(buffers);
      },
    );
  }

  #start<T>(future: Future<T>, finish: (value: T) => void, end: () => void = () => {}): void {
    const polled = new Polled(future);
    this.#begin({
      polled,
      answered: 0,
      pieces: 0,
      take: (value) => {
        // What its own future has completed with.
        finish(value as T);
        return false;
      },
      end,
    });
  }

  #startStream<T>(
    stream: Stream<T>,
    each: (item: T) => void,
    end: () => void = () => {},
    connection?: Connection,
  ): void {
    const polled = new PolledStream(stream);
    this.#begin({
      polled,
      answered: 0,
      pieces: 0,
      ...(connection && { connection }),
      take: (item) => {
        if (item === End) return false;
        // What its own stream has given.
        each(item as T);
        return true;
      },
      end,
    });
  }

  #begin(activity: Activity): void {
    this.#activities.push(activity);
    this.#poll(activity);
  }

  #poll(activity: Activity): void {
    activity.answered = activity.polled.waker.wakes;
    try {
      for (;;) {
        const value = activity.polled.poll();
        if (value === Pending) return;
        activity.pieces++;
        if (!activity.take(value)) break;
        // A stream is polled until it has nothing; or it is left for later, which nobody has to wake.
        if (this.#random.chance(0.2)) {
          activity.answered--;
          return;
        }
      }
    } catch (error) {
      if (!(error instanceof Error && "errno" in error)) throw error;
      activity.polled.drop();
    }
    this.#forget(activity);
  }

  #forget(activity: Activity): void {
    this.#activities = this.#activities.filter((other) => other !== activity);
    activity.end();
  }

  #turn(): void {
    this.#operations.turn(this.#random.chance(0.5) ? 1000 : 0);
  }

  /** @param spurious how likely a poll without a wake is */
  #answerWakes(spurious: number): void {
    for (const activity of this.#activities) {
      if (activity.polled.waker.wakes > activity.answered || (spurious > 0 && this.#random.chance(spurious))) {
        this.#poll(activity);
      }
    }
  }

  #dropOne(): void {
    const activity = this.#random.pick(this.#activities);
    if (activity === undefined) return;
    activity.polled.drop();
    this.#forget(activity);
  }

  #closeOne(): void {
    const connection = this.#random.pick(this.#connections.filter(({ open }) => open));
    if (connection === undefined) return;
    connection.open = false;
    connection.stream.close();
    this.#connect();
  }

  /** With all buffers free, whoever receives from somebody who talks goes on receiving. */
  #expectProgress(): void {
    while (this.#kept.length > 0) this.#freeKept();
    const receiving = this.#activities.filter(
      ({ connection }) => connection !== undefined && connection.open && !this.#kernel.silent.has(connection.fd),
    );
    for (const activity of receiving) activity.pieces = 0;
    const waits = (activity: Activity): boolean => activity.pieces === 0 && this.#activities.includes(activity);
    for (let turns = 0; receiving.some(waits) && turns < TURNS_TO_PROGRESS; turns++) {
      this.#turn();
      this.#answerWakes(0);
      while (this.#kept.length > 0) this.#freeKept();
    }
    const stuck = receiving.filter(waits).length;
    if (stuck > 0) this.#violations.push(`${stuck} stream(s) were not woken for what has arrived`);
  }

  /** Everything is closed, and what still waits has to end of itself, woken. */
  #comeToRest(): void {
    this.#resting = true;
    for (const { stream } of this.#connections) stream.close();
    for (const file of this.#files) file.close();
    this.#listener.close();
    for (let turns = 0; this.#activities.some(this.#endsByItself) && turns < MAX_TURNS_TO_REST; turns++) {
      this.#turn();
      this.#answerWakes(0);
    }
    const waiting = this.#activities.filter(this.#endsByItself).length;
    if (waiting > 0) this.#violations.push(`${waiting} future(s) or stream(s) never came to their end`);
    while (this.#kept.length > 0) this.#freeKept();
  }

  #tearDown(): void {
    this.#kernel.mischief = false;
    this.#operations.close();
    for (const { polled } of this.#activities) polled.drop();
    if (this.#group.received !== 0) this.#violations.push(`${this.#group.received} received buffer(s) are left`);
    this.#groups.abandon();
    this.#release([...this.#held]);
    const { inFlight } = this.#counters;
    if (inFlight !== 0) this.#violations.push(`${inFlight} operation(s) are left`);
    for (const pool of [this.#pool, this.#messages, this.#groupPool]) {
      if (pool.taken !== 0) this.#violations.push(`${pool.taken} buffer(s) of ${pool.bufferBytes} bytes are left`);
    }
    const { openDescriptors } = this.#kernel;
    if (openDescriptors.size > 0) this.#violations.push(`descriptor(s) are left: ${[...openDescriptors].join()}`);
  }

  /** Whether closing everything ends it: a stream of events goes on for as long as it is asked, a zero-copy write until it is acknowledged. */
  readonly #endsByItself = ({ polled }: Activity): boolean => {
    if (polled instanceof PolledStream) return !(polled.stream instanceof PollMany);
    return !(polled instanceof Polled && isZeroCopy(polled.future) && this.#kernel.lacks.notifications === true);
  };
}

function isZeroCopy(future: unknown): boolean {
  return future instanceof WriteAllZeroCopy || future instanceof WriteAllVectoredZeroCopy;
}
