// Calls that are dropped at every point, and calls that an older kernel does not know.
import { type Future, Pending } from "@pollab/runtime-core/future";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OP_FTRUNCATE, OP_LINKAT, OP_MKDIRAT, OP_SYMLINKAT } from "../src/abi.ts";
import type { UringFileSystem } from "../src/fs/file-system.ts";
import { type Kernel, nativeKernel, type RingMapping } from "../src/kernel.ts";
import { missing } from "./support/machine.ts";
import { openDescriptors, TestRuntime } from "./support/test-runtime.ts";

const MAX_POLLS = 200;

describe.skipIf(missing !== undefined)(`calls on files ${missing ?? ""}`, () => {
  let folder = "";
  let runtime: TestRuntime;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pollab-"));
    runtime = new TestRuntime({ bufferBytes: 1024 });
  });

  afterEach(() => {
    runtime.close();
    rmSync(folder, { recursive: true });
  });

  const CALLS: readonly (readonly [string, (fs: UringFileSystem, at: (name: string) => string) => Future<unknown>])[] =
    [
      ["open", (fs, at) => fs.open(at("file"))],
      ["readFile", (fs, at) => fs.readFile(at("file"))],
      ["writeFile", (fs, at) => fs.writeFile(at("new"), "x".repeat(40_000), { flush: true })],
      ["copyFile", (fs, at) => fs.copyFile(at("file"), at("copy"))],
      ["stat", (fs, at) => fs.stat(at("file"))],
      ["rename", (fs, at) => fs.rename(at("file"), at("renamed"))],
      ["truncate", (fs, at) => fs.truncate(at("file"), 1)],
      ["mkdir recursive", (fs, at) => fs.mkdir(at("1/2/3/4"), { recursive: true })],
      ["mkdtemp", (fs, at) => fs.mkdtemp(at("temporary-"))],
      ["readdir", (fs, at) => fs.readdir(at("full"))],
      ["rm recursive", (fs, at) => fs.rm(at("full"), { recursive: true })],
    ];

  it.each(CALLS)("%s, dropped before each of its polls, leaves no descriptor and no buffer", (_, call) => {
    const { fs } = runtime.driver;
    const before = openDescriptors();
    let finished = false;
    for (let polls = 0; !finished; polls++) {
      expect(polls).toBeLessThan(MAX_POLLS);
      const root = join(folder, `${polls}`);
      mkdirSync(join(root, "full/deeper"), { recursive: true });
      for (let index = 0; index < 70; index++) writeFileSync(join(root, "full", `file-${index}`), "");
      writeFileSync(join(root, "file"), "y".repeat(40_000));
      const future = call(fs, (name) => join(root, name));
      for (let poll = 0; poll < polls && !finished; poll++) {
        const result = runtime.poll(future);
        finished = result !== Pending;
        if (finished && isClosable(result)) result.close();
        // Now with the operation in the kernel, now with it still queued, now with it done.
        if (!finished && (poll < polls - 1 || polls % 3 !== 0)) runtime.driver.park(polls % 3 === 1 ? 0 : 5);
      }
      future.drop();
      runtime.settle(
        () => runtime.driver.counters.inFlight <= 1 && openDescriptors() === before && fs.buffers.counts.taken === 0,
        `dropped after ${polls} polls`,
      );
      expect(fs.buffers.counts).toMatchObject({ taken: 0, lent: 0 });
    }
  });

  it("are lazy: none that is not polled does anything", () => {
    const { submitted } = runtime.driver.counters;
    for (const [, call] of CALLS) call(runtime.driver.fs, (name) => join(folder, name)).drop();
    runtime.driver.poll();
    // The driver's own wait is all that there is.
    expect(runtime.driver.counters.submitted - submitted).toBeLessThanOrEqual(1);
    expect(runtime.driver.counters.fallbacks).toEqual({});
    expect(readdirSync(folder)).toEqual([]);
  });

  it("fail with ECANCELED on a file that was closed", () => {
    const path = join(folder, "file");
    const file = runtime.run(runtime.driver.fs.open(path, "w"));
    file.close();
    const calls: Future<unknown>[] = [file.stat(), file.sync(), file.truncate(1), file.allocate(0, 1), file.readv([])];
    for (const call of calls) {
      expect(() => runtime.poll(call)).toThrow(expect.objectContaining({ code: "ECANCELED" }));
    }
  });
});

function isClosable(value: unknown): value is { close(): void } {
  return typeof value === "object" && value !== null && "close" in value && typeof value.close === "function";
}

/** The real kernel without some operations: it is asked for one that there is not. */
function lacking(...opcodes: readonly number[]): Kernel {
  const kernel = nativeKernel();
  const UNKNOWN = 255;
  let entries = new Uint8Array(0);
  return {
    ...kernel,
    setup(sqEntries, cqEntries, flags): RingMapping | number {
      const mapping = kernel.setup(sqEntries, cqEntries, flags);
      if (typeof mapping !== "number") entries = new Uint8Array(mapping.sqes);
      return mapping;
    },
    enter(...call) {
      for (let at = 0; at < entries.byteLength; at += 64) {
        if (opcodes.includes(entries[at] ?? UNKNOWN)) entries[at] = UNKNOWN;
      }
      return kernel.enter(...call);
    },
  };
}

describe.skipIf(missing !== undefined)(`a kernel without the newer operations on files ${missing ?? ""}`, () => {
  let folder = "";
  let runtime: TestRuntime;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pollab-"));
    runtime = new TestRuntime({}, lacking(OP_FTRUNCATE, OP_LINKAT, OP_MKDIRAT, OP_SYMLINKAT));
  });

  afterEach(() => {
    runtime.close();
    rmSync(folder, { recursive: true });
  });

  it("has them done in place, tries each once, and counts every use", () => {
    const { fs, counters } = runtime.driver;
    const at = (name: string): string => join(folder, name);
    runtime.run(fs.writeFile(at("file"), "abcdef"));
    runtime.run(fs.truncate(at("file"), 3));
    runtime.run(fs.truncate(at("file"), 2));
    runtime.run(fs.link(at("file"), at("linked")));
    runtime.run(fs.symlink("file", at("symbolic")));
    runtime.run(fs.mkdir(at("1/2/3"), { recursive: true }));
    expect(readFileSync(at("linked"), "latin1")).toBe("ab");
    expect(readlinkSync(at("symbolic"))).toBe("file");
    expect(statSync(at("1/2/3")).isDirectory()).toBe(true);
    expect(counters.fallbacks).toMatchObject({
      ftruncate: { count: 2, code: "EINVAL" },
      linkat: { count: 1, code: "EINVAL" },
      symlinkat: { count: 1, code: "EINVAL" },
    });
    const { submitted } = counters;
    runtime.run(fs.mkdir(at("4")));
    // What is known to be missing is not submitted.
    expect(counters.submitted).toBe(submitted);
    expect(existsSync(at("4"))).toBe(true);
  });

  it("counts among the system calls what is done in place, each as one crossing", () => {
    const { fs, counters } = runtime.driver;
    const path = join(folder, "file");
    writeFileSync(path, "abc");
    runtime.run(fs.truncate(path, 1));
    const { crossings, enters } = counters;
    runtime.run(fs.mkdir(join(folder, "1")));
    runtime.run(fs.access(path));
    runtime.run(fs.readdir(folder));
    expect(counters.systemCalls).toMatchObject({ ftruncate: 1, mkdirat: 1, access: 1, getdents64: 1, readlink: 0 });
    expect(counters.crossings - crossings - (counters.enters - enters)).toBe(3);
  });

  it("does nothing in place to a file that was closed meanwhile, whose number another may have", () => {
    const { fs } = runtime.driver;
    const [path, other] = [join(folder, "file"), join(folder, "other")];
    writeFileSync(path, "abc");
    writeFileSync(other, "other");
    const file = runtime.run(fs.open(path, "r+"));
    const truncating = file.truncate(0);
    expect(runtime.poll(truncating)).toBe(Pending);
    runtime.driver.poll();
    file.close();
    const fd = openSync(other, "r+");
    expect(fd).toBe(file.fd);
    expect(() => runtime.poll(truncating)).toThrow(
      expect.objectContaining({ code: "ECANCELED", syscall: "ftruncate" }),
    );
    closeSync(fd);
    expect([path, other].map((name) => readFileSync(name, "latin1"))).toEqual(["abc", "other"]);
  });

  it("fails as Node does where the arguments are wrong, which says nothing of the kernel", () => {
    const { fs, counters } = runtime.driver;
    expect(() => runtime.run(fs.mkdir(folder))).toThrow(
      expect.objectContaining({ code: "EEXIST", syscall: "mkdir", path: folder }),
    );
    expect(counters.fallbacks).toEqual({});
  });
});
