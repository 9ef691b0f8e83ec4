// Positioned reads on the real kernel.
import { asyncFn, type Future, Pending } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { missing } from "./support/machine.ts";
import { TestRuntime } from "./support/test-runtime.ts";

const BLOCK_BYTES = 4096;
const BLOCKS = 64;

describe.skipIf(missing !== undefined)(`files over io_uring ${missing ?? ""}`, () => {
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
    runtime = new TestRuntime({ bufferBytes: BLOCK_BYTES, sqEntries: 4, cqEntries: 8 });
  });

  afterEach(() => {
    runtime.close();
    rmSync(folder, { recursive: true });
  });

  const readBlock = asyncFn(function* (block: number) {
    const { fs } = runtime.driver;
    const file = yield* fs.open(path);
    const buf = fs.buffers.take();
    const { n } = yield* file.readAt(buf, block * BLOCK_BYTES);
    const number = n === 0 ? -1 : new DataView(buf.bytes.buffer, buf.bytes.byteOffset).getUint32(0, true);
    buf.free();
    file.close();
    return { n, number };
  });

  it("reads from a position", () => {
    expect(runtime.run(readBlock(17))).toEqual({ n: BLOCK_BYTES, number: 17 });
  });

  it("returns 0 at the end of the file, and less before it", () => {
    expect(runtime.run(readBlock(BLOCKS))).toEqual({ n: 0, number: -1 });
    expect(runtime.run(readBlock(BLOCKS - 0.5)).n).toBe(BLOCK_BYTES / 2);
  });

  it("reads as much as is asked for", () => {
    const buf = runtime.driver.fs.buffers.take();
    const file = runtime.run(runtime.driver.fs.open(path));
    expect(runtime.run(file.readAt(buf, 0, 10))).toEqual({ n: 10, buf });
    expect(() => file.readAt(buf, 0, BLOCK_BYTES + 1)).toThrow(RangeError);
    expect(() => file.readAt(buf, -1)).toThrow(RangeError);
    file.close();
  });

  it("reaches positions beyond 4 GiB", () => {
    const position = 5 * 2 ** 30 + 3;
    const sparse = join(folder, "sparse");
    const fd = openSync(sparse, "w");
    ftruncateSync(fd, position);
    writeSync(fd, "far", position);
    closeSync(fd);
    const buf = runtime.driver.fs.buffers.take();
    const file = runtime.run(runtime.driver.fs.open(sparse));
    expect(runtime.run(file.readAt(buf, position)).n).toBe(3);
    expect(Buffer.from(buf.bytes.subarray(0, 3)).toString()).toBe("far");
    file.close();
  });

  it("has more reads under way than the rings have entries", () => {
    const numbers = runtime.run(
      asyncFn(function* () {
        const handles = Array.from({ length: BLOCKS }, (_, block) => spawn(readBlock(block)));
        const found: number[] = [];
        for (const handle of handles) found.push((yield* handle).number);
        return found;
      })(),
    );
    expect(numbers).toEqual(Array.from({ length: BLOCKS }, (_, block) => block));
    expect(runtime.driver.fs.buffers.counts).toMatchObject({ taken: 0, lent: 0 });
  });

  it("a file that is not there fails with ENOENT and its path", () => {
    const absent = join(folder, "absent");
    expect(runtime.run(failure(runtime.driver.fs.open(absent)))).toMatchObject({
      code: "ENOENT",
      syscall: "open",
      path: absent,
    });
  });

  it("a path that is too long or contains a null fails before the kernel sees it", () => {
    const { submitted } = runtime.driver.counters;
    const { fs } = runtime.driver;
    expect(runtime.run(failure(fs.open("x".repeat(4096))))).toMatchObject({ code: "ENAMETOOLONG" });
    expect(() => fs.open("a\0b")).toThrow(TypeError);
    // The driver's own wait may have been submitted meanwhile.
    expect(runtime.driver.counters.submitted - submitted).toBeLessThanOrEqual(1);
  });

  it("reading a folder fails with EISDIR, and the buffer comes back", () => {
    const { fs } = runtime.driver;
    const file = runtime.run(fs.open(folder));
    const buf = fs.buffers.take();
    expect(runtime.run(failure(file.readAt(buf, 0)))).toMatchObject({ code: "EISDIR", syscall: "read" });
    expect(buf.bytes.byteLength).toBe(BLOCK_BYTES);
    file.close();
  });

  it("a file that is closed under its reads ends them, then goes", () => {
    const { fs } = runtime.driver;
    const file = runtime.run(fs.open(path));
    const reads = Array.from({ length: 20 }, () => file.readAt(fs.buffers.take(), 0));
    for (const read of reads) expect(runtime.poll(read)).toBe(Pending);
    runtime.driver.poll();
    file.close();
    file.close();
    for (const read of reads) {
      const outcome = runtime.run(outcomeOf(read));
      expect(["read", "ECANCELED"]).toContain(outcome);
    }
    expect(runtime.run(failure(file.readAt(fs.buffers.take(), 0)))).toMatchObject({ code: "ECANCELED" });
  });
});

const outcomeOf = asyncFn(function* (future: Future<unknown>) {
  try {
    yield* future;
    return "read";
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
});

/** The error that a future fails with. */
const failure = asyncFn(function* (future: Future<unknown>) {
  try {
    yield* future;
  } catch (error) {
    return error;
  }
  throw new Error("expected a failure");
});
