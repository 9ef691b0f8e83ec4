// Open files: transfers of every kind, what is done to a file besides, and files as a whole.
import { closeFd, createPipe, type IoBuffer } from "@pollab/io-sys";
import { asyncFn, type Future, Pending } from "@pollab/runtime-core/future";
import { constants, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FILE_ADVICE, type UringFile } from "../src/fs/file.ts";
import { missing } from "./support/machine.ts";
import { TestRuntime } from "./support/test-runtime.ts";

const BUFFER_BYTES = 4096;

describe.skipIf(missing !== undefined)(`an open file ${missing ?? ""}`, () => {
  let folder = "";
  let path = "";
  let runtime: TestRuntime;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pollab-"));
    path = join(folder, "file");
    runtime = new TestRuntime({ bufferBytes: BUFFER_BYTES });
  });

  afterEach(() => {
    const { taken, lent } = runtime.driver.fs.buffers.counts;
    runtime.close();
    rmSync(folder, { recursive: true });
    if (taken + lent > 0) throw new Error(`left: ${taken} buffer(s) taken, ${lent} lent`);
  });

  /** Opens, uses and closes. */
  function use<T>(flags: string | number, body: (file: UringFile<IoBuffer>) => Future<T>): T {
    const file = runtime.run(runtime.driver.fs.open(path, flags));
    try {
      return runtime.run(body(file));
    } finally {
      file.close();
    }
  }

  function withText(text: string): IoBuffer {
    const buf = runtime.driver.fs.buffers.take();
    buf.bytes.set(Buffer.from(text));
    return buf;
  }

  function textOf(buf: IoBuffer, n: number): string {
    const text = Buffer.from(buf.bytes.subarray(0, n)).toString();
    buf.free();
    return text;
  }

  it("writes at a position, and reads it back", () => {
    use("w+", (file) =>
      asyncFn(function* () {
        const { n, buf } = yield* file.writeAt(withText("hello"), 3, 5);
        expect(n).toBe(5);
        expect(textOf(buf, 0)).toBe("");
        const read = yield* file.readAt(runtime.driver.fs.buffers.take(), 0);
        expect(textOf(read.buf, read.n)).toBe("\0\0\0hello");
      })(),
    );
    expect(readFileSync(path, "latin1")).toBe("\0\0\0hello");
  });

  it("goes on at its own position where none is given", () => {
    writeFileSync(path, "abcdefgh");
    const texts = use("r", (file) =>
      asyncFn(function* () {
        const found: string[] = [];
        for (const length of [3, 2, 100, 100]) {
          const { n, buf } = yield* file.read(runtime.driver.fs.buffers.take(), { length });
          found.push(textOf(buf, n));
        }
        return found;
      })(),
    );
    expect(texts).toEqual(["abc", "de", "fgh", ""]);
  });

  it("a position that is given leaves the file's own where it is", () => {
    writeFileSync(path, "abcdefgh");
    const texts = use("r", (file) =>
      asyncFn(function* () {
        const far = yield* file.read(runtime.driver.fs.buffers.take(), { length: 2, position: 6 });
        const near = yield* file.read(runtime.driver.fs.buffers.take(), { length: 2, position: null });
        return [textOf(far.buf, far.n), textOf(near.buf, near.n)];
      })(),
    );
    expect(texts).toEqual(["gh", "ab"]);
  });

  it("reads into, and writes from, a part of a buffer", () => {
    writeFileSync(path, "abcdefgh");
    const text = use("r+", (file) =>
      asyncFn(function* () {
        const { buf } = yield* file.read(withText("........"), { offset: 2, length: 3, position: 4 });
        yield* file.write(buf, { offset: 1, length: 5, position: 0 });
        return textOf(buf, 8);
      })(),
    );
    expect(text).toBe("..efg...");
    expect(readFileSync(path, "latin1")).toBe(".efg.fgh");
  });

  it("fills several buffers with one operation, and empties slices of them", () => {
    writeFileSync(path, "a".repeat(BUFFER_BYTES) + "b".repeat(10));
    const { enters } = runtime.driver.counters;
    const text = use("r+", (file) =>
      asyncFn(function* () {
        const { fs } = runtime.driver;
        const { n, bufs } = yield* file.readv([fs.buffers.take(), fs.buffers.take()], 0);
        expect(n).toBe(BUFFER_BYTES + 10);
        const slices = bufs.map((buf, index) => ({ buf, start: index, end: index + 3 }));
        expect((yield* file.writev(slices, 5)).n).toBe(6);
        const [first, second] = bufs;
        const start = first === undefined ? "" : textOf(first, 2);
        return start + (second === undefined ? "" : textOf(second, 10));
      })(),
    );
    expect(text).toBe("aabbbbbbbbbb");
    expect(readFileSync(path, "latin1").slice(0, 12)).toBe("aaaaaaaabbba");
    expect(runtime.driver.counters.enters - enters).toBeLessThanOrEqual(4);
  });

  it("a vector with a buffer that cannot be lent lends none", () => {
    const file = runtime.run(runtime.driver.fs.open(path, "w+"));
    const [good, freed] = [withText("good"), withText("freed")];
    freed.free();
    const slices = [good, freed].map((buf) => ({ buf, start: 0, end: 4 }));
    expect(() => runtime.poll(file.writev(slices))).toThrow(/freed/);
    expect(textOf(good, 4)).toBe("good");
    file.close();
    expect(readFileSync(path, "latin1")).toBe("");
  });

  it("writes several slices of one buffer, and reads into each buffer once", () => {
    const file = runtime.run(runtime.driver.fs.open(path, "w+"));
    const buf = withText("abcdef");
    const slices = [
      { buf, start: 4, end: 6 },
      { buf, start: 0, end: 2 },
    ];
    expect(runtime.run(file.writev(slices))).toMatchObject({ n: 4, bufs: [buf, buf] });
    const dropped = file.writev(slices);
    expect(runtime.poll(dropped)).toBe(Pending);
    dropped.drop();
    expect(() => file.readv([buf, buf])).toThrow(RangeError);
    file.close();
    runtime.settle(() => runtime.driver.fs.buffers.counts.taken === 0, "a buffer is left");
    expect(readFileSync(path, "latin1").slice(0, 4)).toBe("efab");
  });

  it("cannot have a range that is none", () => {
    writeFileSync(path, "");
    const file = runtime.run(runtime.driver.fs.open(path, "r+"));
    const buf = runtime.driver.fs.buffers.take();
    const bad = [
      () => file.read(buf, { offset: -1 }),
      () => file.read(buf, { offset: BUFFER_BYTES, length: 1 }),
      () => file.write(buf, { length: BUFFER_BYTES + 1 }),
      () => file.write(buf, { position: -1 }),
      () => file.writeAt(buf, 1.5),
      () => file.writev([{ buf, start: 3, end: 2 }]),
      () => file.readv(Array.from({ length: 257 }, () => buf)),
      () => file.truncate(NaN),
      () => file.allocate(-1, 1),
      () => file.advise(0, 2 ** 33, FILE_ADVICE.normal),
    ];
    for (const call of bad) expect(call).toThrow(RangeError);
    expect(file.read(buf, { offset: BUFFER_BYTES })).toBeDefined();
    buf.free();
    file.close();
  });

  it("is cut off and extended, allocated and advised about", () => {
    writeFileSync(path, "abcdefgh");
    use("r+", (file) =>
      asyncFn(function* () {
        yield* file.truncate(3);
        expect(readFileSync(path, "latin1")).toBe("abc");
        yield* file.truncate(5);
        expect(readFileSync(path, "latin1")).toBe("abc\0\0");
        yield* file.allocate(0, 64);
        expect((yield* file.stat()).size).toBe(64);
        yield* file.advise(0, 0, FILE_ADVICE.willNeed);
        yield* file.sync();
        yield* file.datasync();
        yield* file.truncate();
        expect((yield* file.stat()).size).toBe(0);
      })(),
    );
  });

  it("says of itself what Node says, in numbers and exactly", () => {
    writeFileSync(path, "x".repeat(5000));
    const [stats, exact] = use("r", (file) =>
      asyncFn(function* () {
        return [yield* file.stat(), yield* file.stat({ bigint: true })] as const;
      })(),
    );
    const { birthtimeMs: _, ...expected } = statSync(path);
    expect(stats).toMatchObject({ ...numbersOf(expected) });
    expect(stats.mtime).toEqual(statSync(path).mtime);
    const big = statSync(path, { bigint: true });
    expect({ size: exact.size, mtimeNs: exact.mtimeNs, ino: exact.ino, dev: exact.dev, mode: exact.mode }).toEqual({
      size: big.size,
      mtimeNs: big.mtimeNs,
      ino: big.ino,
      dev: big.dev,
      mode: big.mode,
    });
  });

  it.each([0, 1, BUFFER_BYTES, BUFFER_BYTES + 1, 16 * BUFFER_BYTES, 16 * BUFFER_BYTES + 1, 300_000])(
    "is read and written whole when it has %i bytes",
    (bytes) => {
      const content = Uint8Array.from({ length: bytes }, (_, index) => (index * 7 + (index >> 8)) & 0xff);
      const { fs } = runtime.driver;
      runtime.run(fs.writeFile(path, content));
      expect(Buffer.compare(readFileSync(path), content)).toBe(0);
      expect(Buffer.compare(runtime.run(fs.readFile(path)), content)).toBe(0);
    },
  );

  it("is read whole also where the system does not say how long it is", () => {
    const status = runtime.run(runtime.driver.fs.readFile("/proc/self/status", "utf8"));
    expect(status).toMatch(/^Name:.*^Threads:.*/ms);
    const long = runtime.run(runtime.driver.fs.readFile("/proc/self/maps", "utf8"));
    expect(long.length).toBeGreaterThan(BUFFER_BYTES);
    expect(long.endsWith("\n")).toBe(true);
  });

  it("is text in UTF-8, and of bytes that are none Node's replacement", () => {
    const { fs } = runtime.driver;
    runtime.run(fs.writeFile(path, "\uFEFFgr\u00FC\u00DFe \u{1F600}"));
    expect(runtime.run(fs.readFile(path, "utf8"))).toBe(readFileSync(path, "utf8"));
    writeFileSync(path, Uint8Array.of(0x61, 0xff, 0x62));
    expect(runtime.run(fs.readFile(path, "utf8"))).toBe(readFileSync(path, "utf8"));
  });

  it("is appended to, and made with a mode and flushed if asked", () => {
    const { fs } = runtime.driver;
    runtime.run(fs.appendFile(path, "a", { mode: 0o600, flush: true }));
    runtime.run(fs.appendFile(path, "b"));
    expect(readFileSync(path, "latin1")).toBe("ab");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(() => runtime.run(fs.writeFile(path, "c", { flag: "wx" }))).toThrow(
      expect.objectContaining({ code: "EEXIST", syscall: "open", path }),
    );
  });

  it("is reached by a URL as well", () => {
    writeFileSync(path, "by URL");
    expect(runtime.run(runtime.driver.fs.readFile(pathToFileURL(path), "utf8"))).toBe("by URL");
  });

  it.each(["r", "r+", "w", "wx", "a", "as+", "xa", constants.O_RDWR | constants.O_CREAT])(
    "opens with %s as Node does",
    (flags) => {
      const { fs } = runtime.driver;
      const opened = (): void => runtime.run(fs.open(path, flags)).close();
      if (flags === "r" || flags === "r+") expect(opened).toThrow(expect.objectContaining({ code: "ENOENT" }));
      else expect(opened).not.toThrow();
    },
  );

  it.each(["", "rw", "read", 1.5])("refuses %s as flags", (flags) => {
    expect(() => runtime.driver.fs.open(path, flags)).toThrow(TypeError);
  });

  it("transfers past the page cache with buffers as they are", ({ skip }) => {
    writeFileSync(path, new Uint8Array(4 * BUFFER_BYTES).fill(7));
    const { fs } = runtime.driver;
    try {
      runtime.run(fs.open(path, constants.O_RDWR | constants.O_DIRECT)).close();
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EINVAL")
        skip("this file system has no O_DIRECT");
      throw error;
    }
    use(constants.O_RDWR | constants.O_DIRECT, (file) =>
      asyncFn(function* () {
        const { n, buf } = yield* file.readAt(fs.buffers.take(), BUFFER_BYTES);
        expect([n, buf.bytes[0], buf.bytes.at(-1)]).toEqual([BUFFER_BYTES, 7, 7]);
        buf.bytes.fill(9);
        expect((yield* file.writeAt(buf, 0)).n).toBe(BUFFER_BYTES);
        const vectors = yield* file.readv([buf, fs.buffers.take()], 0);
        expect(vectors.n).toBe(2 * BUFFER_BYTES);
        expect(vectors.bufs.map(({ bytes }) => bytes[0])).toEqual([9, 7]);
        for (const each of vectors.bufs) each.free();
      })(),
    );
  });

  it("a dropped transfer, of one buffer or several, keeps nothing", () => {
    writeFileSync(path, "x".repeat(BUFFER_BYTES * 4));
    const { fs } = runtime.driver;
    const { counts } = fs.buffers;
    const file = runtime.run(fs.open(path, "r+"));
    for (const turns of [0, 1, 2]) {
      const futures: Future<unknown>[] = [
        file.readAt(fs.buffers.take(), 0),
        file.read(fs.buffers.take()),
        file.readv([fs.buffers.take(), fs.buffers.take()], 0),
        file.writev([{ buf: fs.buffers.take(), start: 0, end: 10 }], 0),
      ];
      for (const future of futures) expect(runtime.poll(future)).toBe(Pending);
      for (let turn = 0; turn < turns; turn++) runtime.driver.poll();
      for (const future of futures) future.drop();
      runtime.settle(() => fs.buffers.counts.lent === 0, "the kernel kept a buffer");
    }
    expect(fs.buffers.counts).toEqual({ ...counts, slabs: fs.buffers.counts.slabs });
    file.close();
  });
});

describe.skipIf(missing !== undefined)(`a splice ${missing ?? ""}`, () => {
  it("moves bytes from a file through a pipe to another", () => {
    const folder = mkdtempSync(join(tmpdir(), "pollab-"));
    const runtime = new TestRuntime();
    const { fs } = runtime.driver;
    writeFileSync(join(folder, "from"), "abcdefgh");
    writeFileSync(join(folder, "to"), "........");
    const from = runtime.run(fs.open(join(folder, "from")));
    const to = runtime.run(fs.open(join(folder, "to"), "r+"));
    const [readEnd, writeEnd] = createPipe(false);
    const pipeIn = { fd: writeEnd, position: -1 };
    const pipeOut = { fd: readEnd, position: -1 };
    const moved = [
      runtime.run(fs.splice({ fd: from.fd, position: 2 }, pipeIn, 3)),
      runtime.run(fs.splice(pipeOut, { fd: to.fd, position: 1 }, 100)),
      runtime.run(fs.splice({ fd: from.fd, position: 8 }, pipeIn, 3)),
    ];
    expect(() => runtime.run(fs.splice({ fd: from.fd, position: 0 }, { fd: to.fd, position: 0 }, 1))).toThrow(
      expect.objectContaining({ code: "EINVAL", syscall: "splice" }),
    );
    expect(() => fs.splice(pipeIn, pipeOut, -1)).toThrow(RangeError);
    expect(() => fs.splice({ fd: 0, position: 0.5 }, pipeOut, 1)).toThrow(RangeError);
    for (const fd of [readEnd, writeEnd]) closeFd(fd);
    for (const file of [from, to]) file.close();
    runtime.close();
    expect(moved).toEqual([3, 3, 0]);
    expect(readFileSync(join(folder, "to"), "latin1")).toBe(".cde....");
    rmSync(folder, { recursive: true });
  });
});

describe.skipIf(missing !== undefined)(`a file and registered buffers ${missing ?? ""}`, () => {
  it("carries the same bytes, and counts where memory cannot be registered", () => {
    const folder = mkdtempSync(join(tmpdir(), "pollab-"));
    const runtime = new TestRuntime({ bufferBytes: BUFFER_BYTES, registerBuffers: true });
    const { fs, counters } = runtime.driver;
    const path = join(folder, "file");
    const text = runtime.run(
      asyncFn(function* () {
        const file = yield* fs.open(path, "w+");
        const { buf } = yield* file.writeAt(withBytes(fs.buffers.take(), "registered"), 0, 10);
        buf.bytes.fill(0);
        const { n } = yield* file.readAt(buf, 0);
        const found = Buffer.from(buf.bytes.subarray(0, n)).toString();
        buf.free();
        file.close();
        return found;
      })(),
    );
    const refused = counters.fallbacks["registered buffers"];
    const registrations = counters.systemCalls.io_uring_register;
    runtime.close();
    rmSync(folder, { recursive: true });
    expect(text).toBe("registered");
    // The table, and the one slab in it.
    if (refused === undefined) expect(registrations).toBe(2);
  });
});

function withBytes(buf: IoBuffer, text: string): IoBuffer {
  buf.bytes.set(Buffer.from(text));
  return buf;
}

function numbersOf(stats: object): Record<string, number> {
  return Object.fromEntries(Object.entries(stats).filter(([, value]) => typeof value === "number"));
}
