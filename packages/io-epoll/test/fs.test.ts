import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BufferFreedError, BufferLentError, type IoBuffer, SystemError } from "@pollab/io-sys";
import type { Future } from "@pollab/runtime-core/future";
import type { Task } from "@pollab/runtime-core/task";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type BlockingFile, EpollDriver } from "../src/index.ts";
import { HandExecutor } from "./support/hand-driven.ts";
import { countDescriptors } from "./support/leftovers.ts";
import { ManualPool } from "./support/manual-pool.ts";

let before: number;
let folder: string;
let path: string;
let driver: EpollDriver;
let executor: HandExecutor;
let pool: ManualPool;

beforeEach(() => {
  before = countDescriptors();
  folder = fs.mkdtempSync(join(tmpdir(), "pollab-fs-"));
  path = join(folder, "file");
  fs.writeFileSync(path, "0123456789");
  driver = EpollDriver.create({ bufferBytes: 8 });
  executor = new HandExecutor(driver);
  pool = new ManualPool();
  executor.blocking = pool;
});
afterEach(() => {
  driver.close();
  fs.rmSync(folder, { recursive: true });
  expectNothingLeft();
});

function expectNothingLeft(): void {
  expect(countDescriptors()).toBe(before);
}

/** Runs a future to its end, and every call that it makes on the way. */
function run<T>(future: Future<T>): T {
  const task = executor.spawn(future);
  do executor.turn();
  while (pool.makeAll() > 0);
  return executor.run(task);
}

/** What a future fails with. */
function failureOf(future: Future<unknown>): Error {
  try {
    run(future);
  } catch (error) {
    // Of the task, and of the task that waited for it.
    return ((error as Error).cause as Error).cause as Error;
  }
  throw new Error("expected a failure");
}

function text(buf: IoBuffer, n: number): string {
  return Buffer.from(buf.bytes.subarray(0, n)).toString();
}

function take(): IoBuffer {
  return driver.fs.buffers.take();
}

describe("a file", () => {
  let file: BlockingFile;
  beforeEach(() => {
    file = run(driver.fs.open(path, "r+"));
  });
  afterEach(() => {
    file.close();
    file.close();
  });

  test("is read at a position, and from its own", () => {
    const buf = take();
    expect(text(buf, run(file.readAt(buf, 4)).n)).toBe("456789");
    expect(text(buf, run(file.readAt(buf, 4, 2)).n)).toBe("45");
    expect(run(file.readAt(buf, 10)).n).toBe(0);
    expect(text(buf, run(file.read(buf)).n)).toBe("01234567");
    expect(text(buf, run(file.read(buf)).n)).toBe("89");
    buf.bytes.fill(46);
    run(file.read(buf, { offset: 2, length: 3, position: 1 }));
    expect(text(buf, 8)).toBe("..123...");
  });

  test("is written at a position, and at its own", () => {
    const buf = take();
    buf.bytes.set(Buffer.from("abcdefgh"));
    expect(run(file.writeAt(buf, 8, 3)).n).toBe(3);
    expect(run(file.write(buf, { offset: 4, length: 2 })).n).toBe(2);
    expect(fs.readFileSync(path, "utf8")).toBe("ef234567abc");
  });

  test("takes and fills several buffers with one call", () => {
    const bufs = [take(), take()];
    expect(run(file.readv(bufs, 1))).toEqual({ n: 9, bufs });
    expect([text(bufs[0], 8), text(bufs[1], 1)]).toEqual(["12345678", "9"]);
    const slices = [
      { buf: bufs[0], start: 6, end: 8 },
      { buf: bufs[1], start: 0, end: 1 },
      { buf: bufs[0], start: 0, end: 1 },
    ];
    expect(run(file.writev(slices, 0)).n).toBe(4);
    expect(fs.readFileSync(path, "utf8")).toBe("7891456789");
  });

  test("is read and written whole, measured, cut off and put on the disk", () => {
    expect(run(file.readFile("utf8"))).toBe("0123456789");
    expect([...run(file.readFile())]).toEqual([]);
    run(file.writeFile("ab"));
    run(file.appendFile(Uint8Array.of(99)));
    run(file.truncate(12));
    run(file.sync());
    run(file.datasync());
    expect(fs.readFileSync(path, "utf8")).toBe("0123456789ab");
    const stats = run(file.stat());
    expect([stats.size, stats.isFile(), stats.isDirectory()]).toEqual([12, true, false]);
    expect(run(file.stat({ bigint: true })).ino).toBe(fs.statSync(path, { bigint: true }).ino);
  });

  test("has its buffer to itself during a call, and frees it when that is dropped", () => {
    const buf = take();
    const reading = executor.spawn(file.readAt(buf, 0));
    executor.turn();
    expect(() => buf.bytes).toThrow(BufferLentError);
    expect(failureOf(file.readAt(buf, 0))).toBeInstanceOf(BufferLentError);
    const other = take();
    const dropped = executor.spawn(file.readAt(other, 0));
    executor.turn();
    dropped.cancel();
    executor.turn();
    expect(() => other.bytes).toThrow(BufferFreedError);
    pool.makeAll();
    expect(text(buf, executor.run(reading).n)).toBe("01234567");
  });

  test("that is closed during calls is closed when the last has ended, also if nobody waits for it", () => {
    const open = countDescriptors();
    const reading = executor.spawn(file.readAt(take(), 0));
    const dropped = executor.spawn(file.readAt(take(), 0));
    executor.turn();
    dropped.cancel();
    file.close();
    executor.turn();
    expect(countDescriptors()).toBe(open);
    expect(failureOf(file.stat())).toMatchObject({ code: "ECANCELED", syscall: "fstat" });
    expect(countDescriptors()).toBe(open - 1);
    expect(executor.run(reading).n).toBe(8);
  });

  test("refuses what is no range of a buffer at once", () => {
    const buf = take();
    expect(() => file.readAt(buf, 0, 9)).toThrow(RangeError);
    expect(() => file.read(buf, { offset: 8, length: 1 })).toThrow(RangeError);
    expect(() => file.write(buf, { offset: -1 })).toThrow(RangeError);
    expect(() => file.writev([{ buf, start: 2, end: 1 }])).toThrow(RangeError);
  });
});

describe("opening", () => {
  test("does nothing before it is polled, and fails as Node does", () => {
    const missing = join(folder, "missing");
    const opening = driver.fs.open(missing);
    expect(pool.waiting).toEqual([]);
    opening.drop();
    const failure = failureOf(driver.fs.open(missing));
    expect(failure).toBeInstanceOf(SystemError);
    expect(failure).toMatchObject({ code: "ENOENT", errno: -2, syscall: "open", path: missing });
    expect(failure.message).toBe(`ENOENT: no such file or directory, open '${missing}'`);
    expect(failureOf(driver.fs.open(path, "not a flag"))).toMatchObject({ code: "ERR_INVALID_ARG_VALUE" });
  });

  test("for a future that was dropped is closed", () => {
    const open = countDescriptors();
    const opening: Task<BlockingFile> = executor.spawn(driver.fs.open(path));
    executor.turn();
    opening.cancel();
    executor.turn();
    pool.makeAll();
    expect(countDescriptors()).toBe(open + 1);
    executor.turn();
    expect(countDescriptors()).toBe(open);
  });

  test("needs a runtime with threads", () => {
    delete executor.blocking;
    expect(failureOf(driver.fs.stat(path)).message).toMatch(/give it a blocking pool/);
  });
});

describe("paths", () => {
  test("are used as node:fs/promises does", () => {
    const [link, copy, made] = [join(folder, "link"), join(folder, "copy"), join(folder, "a", "b")];
    const { fs: files } = driver;
    run(files.symlink("file", link));
    expect(run(files.readlink(link))).toBe("file");
    expect([run(files.lstat(link)).isSymbolicLink(), run(files.stat(link)).isFile()]).toEqual([true, true]);
    expect(run(files.lstat(link, { bigint: true })).size).toBe(4n);
    expect(run(files.stat(link, { bigint: true })).size).toBe(10n);
    run(files.copyFile(path, copy));
    run(files.appendFile(copy, "+"));
    run(files.truncate(path, 2));
    run(files.link(copy, join(folder, "hard")));
    expect([run(files.readFile(copy, "utf8")), run(files.readFile(path))]).toEqual([
      "0123456789+",
      Uint8Array.of(48, 49),
    ]);
    run(files.writeFile(path, "new", { flush: true, mode: 0o600 }));
    run(files.access(path, fs.constants.R_OK));
    expect(run(files.mkdir(made, { recursive: true }))).toBe(join(folder, "a"));
    expect(run(files.mkdir(join(folder, "c"), 0o700))).toBeUndefined();
    expect(run(files.mkdtemp(join(folder, "d-")))).toMatch(/\/d-.{6}$/);
    run(files.rename(copy, join(made, "moved")));
    expect(run(files.readdir(made))).toEqual(["moved"]);
    run(files.rmdir(join(folder, "c")));
    run(files.unlink(link));
    run(files.rm(join(folder, "a"), { recursive: true }));
    expect(fs.readdirSync(folder).filter((name) => !name.startsWith("d-"))).toEqual(["file", "hard"]);
  });

  test("that fail say which path, or which two", () => {
    const [a, b] = [join(folder, "a"), join(folder, "b")];
    expect(failureOf(driver.fs.rename(a, b))).toMatchObject({ code: "ENOENT", syscall: "rename", path: a, dest: b });
    expect(failureOf(driver.fs.writeFile(path, "", { flag: "wx" }))).toMatchObject({ code: "EEXIST", syscall: "open" });
  });
});
