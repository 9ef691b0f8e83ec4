// Files that the ring knows beforehand: the same bytes, with the place in the ring's table in the entries; and the table shared with the
// descriptors that only the ring knows.
import { asyncFn, Pending } from "@pollab/runtime-core/future";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Counters } from "../src/counters.ts";
import { newCounters } from "../src/counters.ts";
import { Features } from "../src/features.ts";
import { type Kernel, nativeKernel } from "../src/kernel.ts";
import { RegisteredFiles, registerTable } from "../src/registered-files.ts";
import { Registrar } from "../src/registrar.ts";
import { NO_REGISTRATIONS } from "./support/kernels.ts";
import { missing } from "./support/machine.ts";
import { TestRuntime } from "./support/test-runtime.ts";

const { EBADF, EINVAL, EMFILE } = constants.errno;
const RING = 3;

/** A registrar whose kernel notes what it is asked, and answers with success unless told otherwise. */
function bench(
  answers: { registerFiles?: number | ((count: number) => number); limitFileChoice?: number; updateFile?: number } = {},
) {
  const calls: string[] = [];
  const noted =
    (name: "registerFiles" | "limitFileChoice" | "updateFile") =>
    (_fd: number, ...rest: number[]): number => {
      calls.push(`${name} ${rest.join(" ")}`);
      const answer = answers[name] ?? 0;
      return typeof answer === "number" ? answer : answer(rest[0] ?? 0);
    };
  const kernel = {
    ...NO_REGISTRATIONS,
    registerFiles: noted("registerFiles"),
    limitFileChoice: noted("limitFileChoice"),
    updateFile: noted("updateFile"),
  };
  const counters: Counters = newCounters();
  return { calls, counters, features: new Features(counters), registrar: new Registrar(kernel, RING, counters) };
}

describe("the table of files", () => {
  it("is not there unless it is wanted", () => {
    const { calls, registrar, features } = bench();
    expect(registerTable(registrar, features, { files: 0, directDescriptors: 0 })).toEqual({
      files: 0,
      directDescriptors: 0,
    });
    expect(calls).toEqual([]);
  });

  it.each([
    [4, 0, ["registerFiles 4"]],
    [0, 8, ["registerFiles 8"]],
    [4, 8, ["registerFiles 12", "limitFileChoice 4 8"]],
  ])("of %i files and %i direct descriptors keeps the first places from the kernel's choice", (files, direct, made) => {
    const { calls, registrar, features } = bench();
    const wanted = { files, directDescriptors: direct };
    expect(registerTable(registrar, features, wanted)).toEqual(wanted);
    expect(calls).toEqual(made);
  });

  it("is the direct descriptors' alone where the kernel chooses among all places", () => {
    const { registrar, features, counters } = bench({ limitFileChoice: -EINVAL });
    const granted = registerTable(registrar, features, { files: 4, directDescriptors: 8 });
    expect(granted).toEqual({ files: 0, directDescriptors: 8 });
    expect(counters.fallbacks).toEqual({ "registered files": { count: 1, code: "EINVAL" } });
  });

  it("is the direct descriptors' alone where the limit of descriptors has room for no more", () => {
    const { calls, features, counters, registrar } = bench({ registerFiles: (count) => (count > 8 ? -EMFILE : 0) });
    const granted = registerTable(registrar, features, { files: 4, directDescriptors: 8 });
    expect(granted).toEqual({ files: 0, directDescriptors: 8 });
    expect(calls).toEqual(["registerFiles 12", "registerFiles 8"]);
    expect(counters.fallbacks).toEqual({ "registered files": { count: 1, code: "EMFILE" } });
  });

  it("is nobody's where the kernel refuses it", () => {
    const { registrar, features, counters } = bench({ registerFiles: -EINVAL });
    const granted = registerTable(registrar, features, { files: 4, directDescriptors: 8 });
    expect(granted).toEqual({ files: 0, directDescriptors: 0 });
    expect(counters.fallbacks).toEqual({ "registered files": { count: 1, code: "EINVAL" } });
  });
});

describe("places in the table of files", () => {
  it("are given in order, taken back, and given again", () => {
    const { calls, registrar, features, counters } = bench();
    const files = new RegisteredFiles(registrar, features, 2);
    expect([files.add(10), files.add(11), files.add(12)]).toEqual([0, 1, -1]);
    files.remove(0);
    expect(files.add(13)).toBe(0);
    expect(calls).toEqual(["updateFile 0 10", "updateFile 1 11", "updateFile 0 -1", "updateFile 0 13"]);
    expect(counters.fallbacks).toEqual({ "registered files": { count: 1, code: "ENFILE" } });
  });

  it("stay free where the kernel refuses the file", () => {
    const { registrar, features, counters } = bench({ updateFile: -EBADF });
    const files = new RegisteredFiles(registrar, features, 1);
    expect([files.add(10), files.add(10)]).toEqual([-1, -1]);
    expect(counters.fallbacks).toEqual({ "registered files": { count: 2, code: "EBADF" } });
  });
});

describe.skipIf(missing !== undefined)(`files that the ring knows ${missing ?? ""}`, () => {
  let folder = "";
  let path = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pollab-"));
    path = join(folder, "file");
    writeFileSync(path, "abcdefgh");
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** This machine's kernel, where each table of files and what was put into it is noted. */
  function watching(): { readonly kernel: Kernel; readonly updates: [place: number, fd: number][] } {
    const native = nativeKernel();
    const updates: [number, number][] = [];
    const kernel: Kernel = {
      ...native,
      updateFile(fd, index, file) {
        updates.push([index, file]);
        return native.updateFile(fd, index, file);
      },
    };
    return { kernel, updates };
  }

  it("are read and written, whole and in parts, asked about, and closed with their place", () => {
    const { kernel, updates } = watching();
    const runtime = new TestRuntime({ bufferBytes: 64, registerFiles: 1 }, kernel);
    const { fs, counters } = runtime.driver;
    const text = asyncFn(function* () {
      const file = yield* fs.open(path, "r+");
      const buf = fs.buffers.take();
      const other = fs.buffers.take();
      buf.bytes.set(Buffer.from("xyz"));
      yield* file.writeAt(buf, 2, 3);
      yield* file.readv([other], 0);
      yield* file.sync();
      expect((yield* file.stat()).size).toBe(8);
      const { n } = yield* file.readAt(buf, 0);
      const found = Buffer.from(buf.bytes.subarray(0, n)).toString();
      expect(Buffer.from(other.bytes.subarray(0, n)).toString()).toBe(found);
      buf.free();
      other.free();
      const { fd } = file;
      file.close();
      return { found, fd };
    });
    const { found, fd } = runtime.run(text());
    expect(found).toBe("abxyzfgh");
    expect(readFileSync(path, "latin1")).toBe("abxyzfgh");
    expect(updates).toEqual([
      [0, fd],
      [0, -1],
    ]);
    expect(counters.fallbacks).toEqual({});
    runtime.close();
  });

  it("are read by their place: whoever puts another file there reads that one", () => {
    const native = nativeKernel();
    let ring = -1;
    const kernel: Kernel = {
      ...native,
      registerFiles(fd, count) {
        ring = fd;
        return native.registerFiles(fd, count);
      },
    };
    const runtime = new TestRuntime({ bufferBytes: 64, registerFiles: 1 }, kernel);
    const { fs } = runtime.driver;
    const otherPath = join(folder, "other");
    writeFileSync(otherPath, "other");
    const [file, other] = [runtime.run(fs.open(path)), runtime.run(fs.open(otherPath))];
    expect(native.updateFile(ring, 0, other.fd)).toBe(0);
    const buf = fs.buffers.take();
    expect(runtime.run(file.readAt(buf, 0)).n).toBe("other".length);
    expect(runtime.run(other.readAt(buf, 0)).n).toBe("other".length);
    expect(runtime.driver.counters.fallbacks).toEqual({ "registered files": { count: 1, code: "ENFILE" } });
    buf.free();
    file.close();
    other.close();
    runtime.close();
  });

  it("keep their place until what is in flight has ended, and give it to the next file", () => {
    const { kernel, updates } = watching();
    const runtime = new TestRuntime({ bufferBytes: 64, registerFiles: 1 }, kernel);
    const { fs, counters } = runtime.driver;
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const silent = runtime.run(fs.open(pipe, "r+"));
    const waiting = silent.read(fs.buffers.take());
    expect(runtime.poll(waiting)).toBe(Pending);
    runtime.driver.poll();
    waiting.drop();
    silent.close();
    expect(updates).toHaveLength(1);
    runtime.settle(() => updates.length === 2, "the pipe was not closed");
    expect(updates).toEqual([
      [0, silent.fd],
      [0, -1],
    ]);
    const file = runtime.run(fs.open(path));
    const buf = fs.buffers.take();
    expect(runtime.run(file.readAt(buf, 0)).n).toBe(8);
    expect(counters.fallbacks).toEqual({});
    buf.free();
    file.close();
    runtime.close();
  });

  it("live beside direct descriptors, each in its own places", () => {
    const { kernel, updates } = watching();
    const runtime = new TestRuntime({ bufferBytes: 64, registerFiles: 2, directDescriptors: 2 }, kernel);
    const { net, fs, counters } = runtime.driver;
    const files = [runtime.run(fs.open(path)), runtime.run(fs.open(path))];
    const listener = net.listen({ host: "127.0.0.1", port: 0 });
    const exchange = asyncFn(function* () {
      const client = yield* net.connect(listener.address);
      const server = yield* listener.accept();
      const buf = net.buffers.take();
      buf.bytes.set(Buffer.from("hello"));
      const sent = yield* client.writeAll(buf, 0, 5);
      const { n } = yield* server.read(sent.buf);
      sent.buf.free();
      for (const each of [client, server]) each.close();
      return n;
    });
    expect(runtime.run(exchange())).toBe(5);
    const buf = fs.buffers.take();
    for (const file of files) expect(runtime.run(file.readAt(buf, 0)).n).toBe(8);
    buf.free();
    expect(updates.map(([place]) => place)).toEqual([0, 1]);
    expect(counters.fallbacks).toEqual({});
    for (const file of files) file.close();
    listener.close();
    runtime.close();
  });

  it("are closed with the driver, and their places with its ring", () => {
    const { kernel, updates } = watching();
    const runtime = new TestRuntime({ bufferBytes: 64, registerFiles: 2 }, kernel);
    runtime.run(runtime.driver.fs.open(path));
    runtime.close();
    expect(updates).toHaveLength(1);
  });
});
