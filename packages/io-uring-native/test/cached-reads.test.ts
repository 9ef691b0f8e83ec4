// Reads that the page cache answers in place, and those that it leaves to the ring: on a kernel that answers as it is told, and on this
// machine's.
import { BufferLentError, BufferPool, ERRNO } from "@pollab/io-sys";
import { asyncFn, Pending, yieldNow } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { constants as os, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OP_ASYNC_CANCEL, OP_OPENAT, OP_READ, OP_READV, OP_WRITE } from "../src/abi.ts";
import { FILE_ADVICE, type UringFile } from "../src/fs/file.ts";
import { FileFeatures } from "../src/fs/file-features.ts";
import { openFile } from "../src/fs/open-file.ts";
import { nativeKernel } from "../src/kernel.ts";
import { type FakeBuffer, FakeMemory, FakePool } from "./support/fake-memory.ts";
import { Polled } from "./support/hand-driven.ts";
import { missing } from "./support/machine.ts";
import { Random } from "./support/random.ts";
import { ScriptedKernel } from "./support/scripted-kernel.ts";
import { TestRuntime } from "./support/test-runtime.ts";

const { EIO, EOPNOTSUPP } = os.errno;
const BUFFER_BYTES = 64;

interface Asked {
  readonly fd: number;
  readonly buffer: number;
  readonly length: number;
  readonly position: number;
}

/** Files over a kernel whose page cache gives the answers that it is told, or has all of every file. */
function bench() {
  const kernel = new ScriptedKernel();
  const { operations } = kernel;
  const memory = new FakeMemory(4, BUFFER_BYTES);
  const buffers = new FakePool(memory, new Random(1), "kept until its completion");
  const argumentBuffers = new FakePool(new FakeMemory(8, 256, 1), new Random(2), "kept until its completion");
  const answers: number[] = [];
  const asked: Asked[] = [];
  const cachedReads = {
    readCached(fd: number, address: number, length: number, position: number): number {
      const offset = memory.offsetOf(address) ?? Number.NaN;
      asked.push({ fd, buffer: offset, length, position });
      return answers.shift() ?? length;
    },
  };
  const features = new FileFeatures(operations.counters);
  const site = { operations, features, buffers, argumentBuffers, cachedReads };

  function open(fd: number, flags: number = 0): UringFile<FakeBuffer> {
    const opening = new Polled(openFile<FakeBuffer>(site, "/data", flags, 0));
    opening.poll();
    operations.turn(0);
    kernel.complete(kernel.entry(OP_OPENAT), fd);
    operations.turn(0);
    const file = opening.poll();
    if (file === Pending) throw new Error("the file is not open");
    return file;
  }

  /** How many entries the ring was given, opening files aside. */
  const submitted = (): number => kernel.entries.filter(({ opcode }) => opcode !== OP_OPENAT).length;

  /** What the ring says to the latest read. */
  function complete(result: number): void {
    operations.turn(0);
    kernel.complete(kernel.entry(OP_READ), result);
    operations.turn(0);
  }

  return {
    kernel,
    operations,
    counters: operations.counters,
    memory,
    buffers,
    answers,
    asked,
    open,
    submitted,
    complete,
  };
}

describe("a read at a position", () => {
  it("is answered at its first poll where the page cache has all of it, and the ring hears nothing of it", () => {
    const { open, buffers, asked, counters, operations, submitted } = bench();
    const file = open(5);
    const before = counters.crossings;
    const buf = buffers.take();
    expect(new Polled(file.readAt(buf, 0x1_2345_6789)).poll()).toEqual({ n: BUFFER_BYTES, buf });
    const offset = buf.bytes.byteOffset;
    expect(asked).toEqual([{ fd: 5, buffer: offset, length: BUFFER_BYTES, position: 0x1_2345_6789 }]);
    operations.turn(0);
    expect(submitted()).toBe(0);
    expect(counters).toMatchObject({ cachedReads: 1, cacheMisses: 0, inFlight: 0, crossings: before + 1 });
    expect(counters.systemCalls.preadv2).toBe(1);
  });

  it("goes to the part of the buffer that was asked for", () => {
    const { open, memory, buffers, asked } = bench();
    const file = open(5);
    // The last of them lies on both sides of a multiple of 4 GiB.
    const bufs = Array.from({ length: 4 }, () => buffers.take());
    for (const buf of bufs) new Polled(file.read(buf, { offset: 10, length: 3, position: 7 })).poll();
    const starts = bufs.map((buf) => ({ fd: 5, buffer: buf.bytes.byteOffset + 10, length: 3, position: 7 }));
    expect(asked).toEqual(starts);
    expect(memory.addressOf(1)).toBeLessThan(0x7f13_0000_0000);
    expect(memory.addressOf(2)).toBeGreaterThanOrEqual(0x7f13_0000_0000);
  });

  it("happens when it is polled, not before, and once", () => {
    const { open, buffers, asked } = bench();
    const reading = new Polled(open(5).readAt(buffers.take(), 0));
    expect(asked).toEqual([]);
    reading.poll();
    expect(() => reading.poll()).toThrow(expect.objectContaining({ name: "PolledAfterCompletionError" }));
    expect(asked).toHaveLength(1);
  });

  it.each([
    ["it would have to wait", -ERRNO.EAGAIN],
    ["a signal comes", -ERRNO.EINTR],
    ["only a part is there", 17],
  ])("is the ring's when %s, and the page cache is asked again the next time", (_when, answer) => {
    const { open, buffers, answers, asked, counters, complete, submitted } = bench();
    const file = open(5);
    answers.push(answer);
    const buf = buffers.take();
    const reading = new Polled(file.readAt(buf, 4096));
    expect(reading.poll()).toBe(Pending);
    expect(buf.state).toBe("lent");
    complete(40);
    // What the ring says of a part is what holds: it may be the end of the file.
    expect(reading.poll()).toEqual({ n: 40, buf });
    expect([reading.waker.wakes, submitted()]).toEqual([1, 1]);
    expect(new Polled(file.readAt(buf, 0)).poll()).toEqual({ n: BUFFER_BYTES, buf });
    expect(asked.map(({ position }) => position)).toEqual([4096, 0]);
    expect(counters).toMatchObject({ cachedReads: 1, cacheMisses: 1, fallbacks: {} });
  });

  it("is over at the end of the file", () => {
    const { open, buffers, answers, counters } = bench();
    answers.push(0);
    const buf = buffers.take();
    expect(new Polled(open(5).readAt(buf, 1e9)).poll()).toEqual({ n: 0, buf });
    expect(counters).toMatchObject({ cachedReads: 1, cacheMisses: 0 });
  });

  it("is from then on the ring's where the file system cannot tell, for that file alone", () => {
    const { open, buffers, answers, asked, counters, complete } = bench();
    const [plain, other] = [open(5), open(6)];
    const buf = buffers.take();
    answers.push(-EOPNOTSUPP);
    for (let round = 0; round < 3; round++) {
      const reading = new Polled(plain.readAt(buf, round));
      expect(reading.poll()).toBe(Pending);
      complete(1);
      expect(reading.poll()).toEqual({ n: 1, buf });
    }
    expect(new Polled(other.readAt(buf, 9)).poll()).toEqual({ n: BUFFER_BYTES, buf });
    expect(asked.map(({ fd }) => fd)).toEqual([5, 6]);
    expect(counters.fallbacks).toEqual({ "cached reads": { count: 3, code: "ENOTSUP" } });
    expect(counters).toMatchObject({ cachedReads: 1, cacheMisses: 1 });
  });

  it("is asked of the page cache again after an error of that one read", () => {
    const { open, buffers, answers, asked, complete, counters } = bench();
    const file = open(5);
    answers.push(-EIO);
    const reading = new Polled(file.readAt(buffers.take(), 0));
    reading.poll();
    complete(BUFFER_BYTES);
    expect(reading.poll()).toMatchObject({ n: BUFFER_BYTES });
    expect(new Polled(file.readAt(buffers.take(), 1)).poll()).toMatchObject({ n: BUFFER_BYTES });
    expect(asked.map(({ position }) => position)).toEqual([0, 1]);
    expect(counters.fallbacks).toEqual({});
  });

  it("fails with what the ring says, whatever the page cache said", () => {
    const { open, buffers, answers, complete } = bench();
    const buf = buffers.take();
    answers.push(-EIO);
    const reading = new Polled(open(5).readAt(buf, 0));
    reading.poll();
    complete(-os.errno.EISDIR);
    expect(() => reading.poll()).toThrow(expect.objectContaining({ code: "EISDIR", syscall: "read" }));
    expect(buf.state).toBe("held");
  });

  it("is the ring's while that has an operation of the same file, and of another file in place", () => {
    const { open, buffers, answers, asked, complete } = bench();
    const [file, other] = [open(5), open(6)];
    answers.push(-ERRNO.EAGAIN);
    const first = new Polled(file.readAt(buffers.take(), 1));
    const second = new Polled(file.readAt(buffers.take(), 2));
    expect([first.poll(), second.poll()]).toEqual([Pending, Pending]);
    expect(new Polled(other.readAt(buffers.take(), 3)).poll()).toMatchObject({ n: BUFFER_BYTES });
    expect(asked.map(({ position }) => position)).toEqual([1, 3]);
    // The latest entry is that of the second read.
    complete(BUFFER_BYTES);
    expect(second.poll()).toMatchObject({ n: BUFFER_BYTES });
    first.drop();
  });

  it("is the ring's for files opened with O_DIRECT", () => {
    const { open, buffers, asked } = bench();
    const file = open(5, constants.O_DIRECT | constants.O_RDWR);
    expect(new Polled(file.readAt(buffers.take(), 0)).poll()).toBe(Pending);
    expect(asked).toEqual([]);
  });

  it("is the only thing that is done in place: not a write, several buffers, or a read at the file's own position", () => {
    const { kernel, open, operations, buffers, asked } = bench();
    // Each of a file of its own, of which the ring has nothing yet.
    const [written, inParts, inTurn] = [open(5), open(6), open(7)];
    expect(new Polled(written.writeAt(buffers.take(), 0)).poll()).toBe(Pending);
    expect(new Polled(inParts.readv([buffers.take()], 0)).poll()).toBe(Pending);
    expect(new Polled(inTurn.read(buffers.take())).poll()).toBe(Pending);
    operations.turn(0);
    expect(kernel.entries.map(({ opcode }) => opcode).slice(3)).toEqual([OP_WRITE, OP_READV, OP_READ]);
    expect(asked).toEqual([]);
  });

  it("asks nothing of a closed file, and nothing for a buffer that is freed or lent", () => {
    const { open, buffers, asked } = bench();
    const [file, closed, other] = [open(5), open(6), open(7)];
    const [buf, freed] = [buffers.take(), buffers.take()];
    const late = new Polled(closed.readAt(buf, 0));
    closed.close();
    expect(() => late.poll()).toThrow(expect.objectContaining({ code: "ECANCELED" }));
    freed.free();
    expect(() => new Polled(file.readAt(freed, 0)).poll()).toThrow(/held/);
    new Polled(other.writeAt(buf, 0)).poll();
    expect(() => new Polled(file.readAt(buf, 0)).poll()).toThrow(/held/);
    expect(asked).toEqual([]);
  });

  it("has nothing to cancel once it is answered, and is cancelled like any other where the ring has it", () => {
    const { kernel, open, operations, buffers, answers, counters, complete } = bench();
    const file = open(5);
    const [buf, other] = [buffers.take(), buffers.take()];
    const answered = new Polled(file.readAt(buf, 0));
    answered.poll();
    answered.drop();
    expect([buf.state, counters.cancels]).toEqual(["held", 0]);

    answers.push(-ERRNO.EAGAIN);
    const waiting = new Polled(file.readAt(other, 0));
    waiting.poll();
    operations.turn(0);
    waiting.drop();
    operations.turn(0);
    expect(kernel.entry(OP_ASYNC_CANCEL).targetSlot).toBe(kernel.entry(OP_READ).slot);
    expect(other.state).toBe("orphaned");
    complete(-os.errno.ECANCELED);
    expect([other.state, counters.cancels]).toEqual(["freed", 1]);
  });

  it("that nobody polled asks for nothing when it is dropped", () => {
    const { open, buffers, asked } = bench();
    const buf = buffers.take();
    new Polled(open(5).readAt(buf, 0)).drop();
    expect([asked.length, buf.state]).toEqual([0, "held"]);
  });
});

const noCache = missing ?? whyNoCachedReads();

/** Why this machine's temporary folder answers nothing from memory; undefined where it does. */
function whyNoCachedReads(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "pollab-"));
  const path = join(folder, "probe");
  writeFileSync(path, "x");
  const fd = openSync(path, "r");
  // A byte, because of none the file system is not asked.
  const buf = new BufferPool({ bufferBytes: 4096 }).take();
  const answer = nativeKernel().readCached(fd, (buf.addressHigh >>> 0) * 2 ** 32 + (buf.addressLow >>> 0), 1, 0);
  buf.free();
  closeSync(fd);
  rmSync(folder, { recursive: true });
  return answer === 1 ? undefined : `the file system of ${tmpdir()} cannot say what it has in memory (${answer})`;
}

const BLOCK_BYTES = 4096;
const BLOCKS = 64;
/** As many reads as a task may do at a time. */
const BUDGET = 128;

describe.skipIf(noCache !== undefined)(`cached reads on this machine ${noCache ?? ""}`, () => {
  let folder = "";
  let path = "";
  let runtime: TestRuntime;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pollab-"));
    path = join(folder, "blocks");
    // Each block begins with its number.
    const content = new DataView(new ArrayBuffer(BLOCKS * BLOCK_BYTES));
    for (let block = 0; block < BLOCKS; block++) content.setUint32(block * BLOCK_BYTES, block, true);
    writeFileSync(path, content);
    runtime = new TestRuntime({ bufferBytes: BLOCK_BYTES, cachedReads: "inline" });
  });

  afterEach(() => {
    runtime.close();
    rmSync(folder, { recursive: true });
  });

  /** Reads blocks in turn, and says what they begin with. */
  const readBlocks = asyncFn(function* (count: number, afterEachRead: () => void = () => {}) {
    const { fs } = runtime.driver;
    const file = yield* fs.open(path);
    const buf = fs.buffers.take();
    const numbers: number[] = [];
    try {
      for (let i = 0; i < count; i++) {
        const { n } = yield* file.readAt(buf, (i % BLOCKS) * BLOCK_BYTES);
        if (n === BLOCK_BYTES) numbers.push(new DataView(buf.bytes.buffer, buf.bytes.byteOffset).getUint32(0, true));
        afterEachRead();
      }
    } finally {
      buf.free();
      file.close();
    }
    return numbers;
  });

  it("takes one system call each for a file that was just written, and none of the ring's", () => {
    const numbers = runtime.run(readBlocks(BLOCKS));
    expect(numbers).toEqual(Array.from({ length: BLOCKS }, (_, block) => block));
    const { counters } = runtime.driver;
    expect(counters).toMatchObject({ cachedReads: BLOCKS, cacheMisses: 0, fallbacks: {} });
    expect(counters.systemCalls.preadv2).toBe(BLOCKS);
    // That of opening, and of the wait for other threads.
    expect(counters.submitted).toBe(2);
  });

  it("is as much as the file has at its end", () => {
    const { fs } = runtime.driver;
    const file = runtime.run(fs.open(path));
    const buf = fs.buffers.take();
    const end = BLOCKS * BLOCK_BYTES;
    expect(runtime.run(file.readAt(buf, end - 100))).toEqual({ n: 100, buf });
    expect(runtime.run(file.readAt(buf, end))).toEqual({ n: 0, buf });
    expect(runtime.run(file.read(buf, { offset: 96, length: 1000, position: end - 1000 }))).toEqual({ n: 1000, buf });
    expect(runtime.driver.counters).toMatchObject({ cachedReads: 2, cacheMisses: 1 });
    file.close();
    buf.free();
  });

  it("finds the same bytes where the cache was given up, whoever reads them", () => {
    const { fs, counters } = runtime.driver;
    const file = runtime.run(fs.open(path, "r+"));
    runtime.run(file.sync());
    runtime.run(file.advise(0, 0, FILE_ADVICE.dontNeed));
    file.close();
    expect(runtime.run(readBlocks(BLOCKS))).toEqual(Array.from({ length: BLOCKS }, (_, block) => block));
    expect(counters.cachedReads + counters.cacheMisses).toBe(BLOCKS);
  });

  it("lets other tasks have a turn after every 128 reads", () => {
    const progress = { reads: 0, isOver: false };
    const seen: number[] = [];
    const observer = asyncFn(function* () {
      while (!progress.isOver) {
        if (progress.reads > 0) seen.push(progress.reads);
        yield* yieldNow();
      }
    });
    const both = asyncFn(function* () {
      const other = spawn(observer());
      yield* readBlocks(5 * BUDGET, () => {
        progress.reads++;
      });
      progress.isOver = true;
      yield* other;
    });
    runtime.run(both());
    expect(seen).toEqual([1, 2, 3, 4].map((turn) => turn * BUDGET));
    expect(runtime.context.budgetYields).toBe(4);
    expect(runtime.driver.counters.cachedReads).toBe(5 * BUDGET);
  });

  it("holds the buffer only for the time of the call", () => {
    const { fs } = runtime.driver;
    const file = runtime.run(fs.open(path));
    const buf = fs.buffers.take();
    const dropped = file.readAt(buf, 0);
    expect(runtime.poll(dropped)).toEqual({ n: BLOCK_BYTES, buf });
    dropped.drop();
    expect(fs.buffers.counts.lent).toBe(0);
    const writing = file.writeAt(buf, 0);
    runtime.poll(writing);
    expect(() => runtime.poll(file.readAt(buf, 0))).toThrow(BufferLentError);
    writing.drop();
    file.close();
  });

  it("is the ring's as long as nothing else was asked for", () => {
    const plain = new TestRuntime({ bufferBytes: BLOCK_BYTES });
    const { fs, counters } = plain.driver;
    const file = plain.run(fs.open(path));
    const buf = fs.buffers.take();
    expect(plain.run(file.readAt(buf, 0))).toEqual({ n: BLOCK_BYTES, buf });
    expect(counters.systemCalls.preadv2).toBe(0);
    file.close();
    buf.free();
    plain.close();
  });

  it("refuses a call with arguments that are none", () => {
    const kernel = nativeKernel();
    const wrong: readonly [number, number, number, number][] = [
      [-1, 0, 0, 0],
      [0.5, 0, 0, 0],
      [0, -1, 0, 0],
      [0, 2 ** 53 + 2, 0, 0],
      [0, Number.NaN, 0, 0],
      [0, 0, -1, 0],
      [0, 0, 2 ** 31, 0],
      [0, 0, 0, -1],
      [0, 0, 0, 2 ** 60],
      [0, 0, 0, 0.5],
    ];
    for (const [fd, address, length, position] of wrong) {
      expect(() => kernel.readCached(fd, address, length, position)).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
      );
    }
    expect(kernel.readCached(2 ** 31 - 1, 0, 0, 0)).toBe(-os.errno.EBADF);
  });
});
