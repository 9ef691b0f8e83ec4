// One random program on the fake kernel: connections, an acceptor and files, whose futures are polled, dropped and closed under in any
// order. What it may rely on is checked as it goes; what is left in the end is reported.
import { BufferPool } from "@pollab/io-sys";
import { Pending } from "@pollab/runtime-core/future";
import type { TcpStream, Transfer } from "@pollab/runtime-core/io";
import { type Counters, newCounters } from "../../src/counters.ts";
import { Descriptor } from "../../src/descriptor.ts";
import { UringTcpListener } from "../../src/net/tcp-listener.ts";
import type { FileSite, UringFile } from "../../src/fs/file.ts";
import { FileFeatures } from "../../src/fs/file-features.ts";
import { openFile } from "../../src/fs/open-file.ts";
import { Operations } from "../../src/operations.ts";
import { Readable } from "../../src/readable.ts";
import { openRing } from "../../src/setup.ts";
import type { NetSite } from "../../src/net/site.ts";
import { UringStream } from "../../src/net/stream.ts";
import { byteAt, FakeKernel } from "./fake-kernel.ts";
import { FakeBuffer, FakeMemory, FakePool, type OrphanRule } from "./fake-memory.ts";
import { Polled } from "./hand-driven.ts";
import { Random } from "./random.ts";

const BUFFERS = 48;
const BUFFER_BYTES = 64;
const STEPS = 150;
const MAX_TURNS_TO_REST = 2000;

export interface ScheduleResult {
  readonly violations: readonly string[];
  readonly log: readonly string[];
  readonly counters: Counters;
}

/** A connection as the program knows it. */
interface Connection {
  readonly fd: number;
  readonly stream: TcpStream<FakeBuffer>;
  received: number;
  open: boolean;
  reading: boolean;
  writing: boolean;
}

interface Activity {
  readonly polled: Polled<unknown>;
  /** Wakes that were answered by a poll. */
  answered: number;
  finish(value: unknown): void;
  /** The future threw, or was dropped. */
  end(): void;
}

export function runSchedule(seed: number, rule: OrphanRule): ScheduleResult {
  return new Schedule(seed, rule).run();
}

class Schedule {
  readonly #random: Random;
  readonly #memory = new FakeMemory(BUFFERS, BUFFER_BYTES);
  readonly #pool: FakePool;
  readonly #kernel: FakeKernel;
  readonly #counters = newCounters();
  readonly #operations: Operations;
  readonly #site: NetSite;
  readonly #listener: UringTcpListener<FakeBuffer>;
  readonly #violations: string[] = [];
  readonly #connections: Connection[] = [];
  readonly #files: { readonly fd: number; readonly file: UringFile<FakeBuffer> }[] = [];
  readonly #held = new Set<FakeBuffer>();
  #activities: Activity[] = [];
  #resting = false;

  constructor(seed: number, rule: OrphanRule) {
    this.#random = new Random(seed);
    this.#pool = new FakePool(this.#memory, this.#random, rule);
    this.#kernel = new FakeKernel(this.#random, this.#memory);
    this.#operations = new Operations(openRing(this.#kernel, 4, 8, this.#counters), this.#kernel, this.#counters);
    const sparePool = new BufferPool({ bufferBytes: BUFFER_BYTES });
    this.#site = { operations: this.#operations, buffers: sparePool, argumentBuffers: this.#pool };
    const listening = new Descriptor(this.#operations, this.#kernel.openDescriptor());
    this.#listener = new UringTcpListener(this.#site, listening, { host: "127.0.0.1", port: 1 });
    this.#connect();
    this.#connect();
  }

  run(): ScheduleResult {
    for (let step = 0; step < STEPS; step++) this.#step();
    this.#comeToRest();
    this.#tearDown();
    return {
      violations: [...this.#violations, ...this.#memory.violations, ...this.#kernel.violations],
      log: this.#kernel.log,
      counters: this.#counters,
    };
  }

  #step(): void {
    const choice = this.#random.below(14);
    if (choice <= 2) this.#read();
    else if (choice <= 4) this.#write();
    else if (choice === 5) this.#accept();
    else if (choice === 6) this.#open();
    else if (choice === 7) this.#readFile();
    else if (choice === 8) this.#dropOne();
    else if (choice === 9 && this.#random.chance(0.2)) this.#closeOne();
    else if (choice === 10) this.#start(new Readable(this.#operations, 7), () => {});
    else if (choice === 11) this.#kernel.breathe();
    else this.#turn();
    this.#answerWakes(0.05);
  }

  #connect(): Connection {
    const fd = this.#kernel.openDescriptor();
    const stream = new UringStream<FakeBuffer>(this.#site, new Descriptor(this.#operations, fd));
    const connection = { fd, stream, received: 0, open: true, reading: false, writing: false };
    this.#connections.push(connection);
    return connection;
  }

  #take(): FakeBuffer | undefined {
    // Some are left for paths.
    if (this.#pool.free.length < 8) return undefined;
    const buffer = this.#pool.take();
    this.#held.add(buffer);
    return buffer;
  }

  #free(buffer: FakeBuffer): void {
    this.#held.delete(buffer);
    buffer.free();
  }

  #read(): void {
    const connection = this.#random.pick(this.#connections.filter(({ open, reading }) => open && !reading));
    const buffer = connection && this.#take();
    if (connection === undefined || buffer === undefined) return;
    connection.reading = true;
    this.#start(
      connection.stream.read(buffer),
      ({ n, buf }: Transfer<FakeBuffer>) => {
        for (let i = 0; i < n; i++) this.#expectByte(buf.bytes[i], byteAt(connection.fd, connection.received + i));
        connection.received += n;
      },
      () => {
        connection.reading = false;
        this.#free(buffer);
      },
    );
  }

  #write(): void {
    const connection = this.#random.pick(this.#connections.filter(({ open, writing }) => open && !writing));
    const buffer = connection && this.#take();
    if (connection === undefined || buffer === undefined) return;
    connection.writing = true;
    const start = this.#random.below(BUFFER_BYTES / 2);
    const end = start + this.#random.below(BUFFER_BYTES / 2);
    buffer.bytes.fill(this.#connections.length);
    this.#start(
      connection.stream.writeAll(buffer, start, end),
      ({ n }: Transfer<FakeBuffer>) => {
        if (n !== end - start) this.#violations.push(`a write of ${end - start} bytes returned ${n}`);
      },
      () => {
        connection.writing = false;
        this.#free(buffer);
      },
    );
  }

  #accept(): void {
    this.#start(this.#listener.accept(), (stream: TcpStream<FakeBuffer>) => stream.close());
  }

  #open(): void {
    // The path is in a buffer of the same pool.
    if (this.#pool.free.length < 2) return;
    const before = new Set(this.#kernel.openDescriptors);
    const site: FileSite<FakeBuffer> = {
      operations: this.#operations,
      features: new FileFeatures(this.#counters),
      buffers: this.#pool,
      argumentBuffers: this.#pool,
    };
    this.#start(openFile(site, "/data", 0, 0), (file: UringFile<FakeBuffer>) => {
      const fd = [...this.#kernel.openDescriptors].find((candidate) => !before.has(candidate)) ?? -1;
      if (!this.#resting && this.#files.length < 3) this.#files.push({ fd, file });
      else file.close();
    });
  }

  #readFile(): void {
    const opened = this.#random.pick(this.#files);
    const buffer = opened && this.#take();
    if (opened === undefined || buffer === undefined) return;
    const end = (): void => this.#free(buffer);
    this.#start(opened.file.readAt(buffer, this.#random.below(1000)), () => {}, end);
  }

  #start<T>(future: Polled<T>["future"], finish: (value: T) => void, end: () => void = () => {}): void {
    const polled = new Polled(future);
    const activity: Activity = { polled, answered: 0, finish, end };
    this.#activities.push(activity);
    this.#poll(activity);
  }

  #poll(activity: Activity): void {
    activity.answered = activity.polled.waker.wakes;
    try {
      const result = activity.polled.poll();
      if (result === Pending) return;
      activity.finish(result);
    } catch (error) {
      if (!(error instanceof Error && "errno" in error)) throw error;
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
      if (activity.polled.waker.wakes > activity.answered || this.#random.chance(spurious)) this.#poll(activity);
    }
  }

  #dropOne(): void {
    const activity = this.#random.pick(this.#activities);
    if (activity === undefined) return;
    activity.polled.future.drop();
    this.#forget(activity);
  }

  #closeOne(): void {
    const connection = this.#random.pick(this.#connections.filter(({ open }) => open));
    if (connection === undefined) return;
    connection.open = false;
    connection.stream.close();
    this.#connect();
  }

  #expectByte(found: number | undefined, expected: number): void {
    if (found !== expected) this.#violations.push(`a byte was lost or repeated: expected ${expected}, got ${found}`);
  }

  /** Everything is closed, and what still waits has to end of itself, woken. */
  #comeToRest(): void {
    this.#resting = true;
    for (const { stream } of this.#connections) stream.close();
    for (const { file } of this.#files) file.close();
    this.#listener.close();
    for (let turns = 0; this.#activities.length > 0 && turns < MAX_TURNS_TO_REST; turns++) {
      this.#turn();
      this.#answerWakes(0);
    }
    if (this.#activities.length > 0)
      this.#violations.push(`${this.#activities.length} future(s) never came to their end`);
  }

  #tearDown(): void {
    this.#kernel.mischief = false;
    this.#operations.close();
    for (const buffer of this.#held) buffer.free();
    const { inFlight } = this.#counters;
    if (inFlight !== 0) this.#violations.push(`${inFlight} operation(s) are left`);
    if (this.#pool.free.length !== BUFFERS)
      this.#violations.push(`${BUFFERS - this.#pool.free.length} buffer(s) are left`);
    const { size } = this.#kernel.openDescriptors;
    if (size > 0) this.#violations.push(`${size} descriptor(s) are left: ${[...this.#kernel.openDescriptors].join()}`);
  }
}
