// The addon's boundary: what it refuses, and that no view outlives a mapping.
import { spawnSync } from "node:child_process";
import { constants } from "node:os";
import { Worker } from "node:worker_threads";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { type Kernel, nativeKernel, type RingMapping } from "../src/kernel.ts";
import { missing } from "./support/machine.ts";
import { openDescriptors } from "./support/test-runtime.ts";

const { EBADF, EINVAL } = constants.errno;

function setup(kernel: Kernel): RingMapping {
  const mapping = kernel.setup(4, 8, 0);
  if (typeof mapping === "number") throw new Error(`io_uring_setup failed with ${mapping}`);
  return mapping;
}

describe.skipIf(missing !== undefined)(`the addon ${missing ?? ""}`, () => {
  const kernel = missing === undefined ? nativeKernel() : undefined;
  if (kernel === undefined) return;

  it("detaches the mappings before it unmaps them", () => {
    const mapping = setup(kernel);
    const view = new Int32Array(mapping.sqes);
    view[0] = 1;
    expect(kernel.close(mapping.fd)).toBe(0);
    expect(mapping.ring.detached && mapping.sqes.detached).toBe(true);
    expect(view.length).toBe(0);
    expect(view[0]).toBeUndefined();
  });

  it("enters and closes only rings that it opened, and each once", () => {
    const mapping = setup(kernel);
    expect(kernel.close(mapping.fd)).toBe(0);
    expect(kernel.close(mapping.fd)).toBe(-EBADF);
    expect(kernel.enter(mapping.fd, 0, 0, 0, -1)).toBe(-EBADF);
    expect(kernel.enter(0, 0, 0, 0, -1)).toBe(-EBADF);
  });

  it("passes on what the kernel refuses, and leaves no descriptor", () => {
    const before = openDescriptors();
    expect(kernel.setup(0, 0, 0)).toBe(-EINVAL);
    expect(kernel.setup(4, 8, 0x8000_0000)).toBe(-EINVAL);
    expect(openDescriptors()).toBe(before);
  });

  it.each([
    ["registerBuffers", [-1, 2]],
    ["registerBuffers", [3, 2 ** 32]],
    ["registerFiles", [3, "4"]],
    ["updateBuffer", [3, 0, {}]],
    ["updateBuffer", [3, 0, new ArrayBuffer(0)]],
    ["updateBuffer", [3, 0, new Uint8Array(8)]],
    ["updateBuffer", [3, 0]],
    ["updateFile", [3, 0, -2]],
    ["updateFile", [3, 0.5, 1]],
    ["limitFileChoice", [3, -1, 1]],
    ["limitFileChoice", [3, 0]],
    ["openBufferRing", [3, 65536, 4, 0]],
    ["openBufferRing", [3, 1, 4, -1]],
    ["closeBufferRing", [3]],
    ["registerNapi", [3, -1]],
    ["cancelAll", [3, -1]],
    ["cancelAll", [3, Number.NaN]],
  ])("%s refuses the arguments %j", (name, wrong) => {
    // As a caller without types would.
    const untyped = kernel as unknown as Record<string, (...call: unknown[]) => unknown>;
    expect(() => untyped[name]?.(...wrong)).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }));
  });

  it("registers for rings that it opened, and no others", () => {
    const mapping = setup(kernel);
    kernel.close(mapping.fd);
    const { fd } = mapping;
    expect([
      kernel.registerBuffers(fd, 1),
      kernel.updateBuffer(fd, 0, null),
      kernel.registerFiles(fd, 1),
      kernel.updateFile(fd, 0, -1),
      kernel.limitFileChoice(fd, 0, 1),
      kernel.openBufferRing(fd, 0, 2, 0),
      kernel.closeBufferRing(fd, 0),
      kernel.registerNapi(fd, 1),
      kernel.cancelAll(fd, 0),
    ]).toEqual(Array.from({ length: 9 }, () => -EBADF));
  });

  it("detaches a ring of buffers when it is closed, and when its ring is", () => {
    const mapping = setup(kernel);
    const rings = [1, 2].map((group) => kernel.openBufferRing(mapping.fd, group, 4, 0));
    const [first, second] = rings;
    if (!(first instanceof ArrayBuffer && second instanceof ArrayBuffer)) throw new Error("expected rings of buffers");
    expect(first.byteLength).toBe(64);
    expect(kernel.openBufferRing(mapping.fd, 1, 4, 0)).toBe(-constants.errno.EEXIST);
    expect(kernel.openBufferRing(mapping.fd, 3, 3, 0)).toBe(-EINVAL);
    expect(kernel.closeBufferRing(mapping.fd, 1)).toBe(0);
    expect([first.detached, second.detached]).toEqual([true, false]);
    expect(kernel.closeBufferRing(mapping.fd, 1)).toBe(-constants.errno.ENOENT);
    expect(kernel.close(mapping.fd)).toBe(0);
    expect(second.detached).toBe(true);
  });

  it.each([[[]], [["4", 8, 0]], [[4, 8]], [[4, {}, 0]]])("refuses the arguments %j", (wrong) => {
    // As a caller without types would.
    const untyped = kernel as unknown as Record<"setup" | "enter", (...call: unknown[]) => unknown>;
    expect(() => untyped.setup(...wrong)).toThrow(TypeError);
    expect(() => untyped.enter(...wrong)).toThrow(TypeError);
  });

  it.each([-1, 1.5, 2 ** 32 + 4, NaN, Infinity])(
    "refuses the number %d instead of making another one of it",
    (wrong) => {
      const mapping = setup(kernel);
      expect(() => kernel.setup(wrong, 8, 0)).toThrow(TypeError);
      expect(() => kernel.setup(4, 8, wrong)).toThrow(TypeError);
      expect(() => kernel.enter(mapping.fd, wrong, 0, 0, 0)).toThrow(TypeError);
      expect(() => kernel.close(wrong)).toThrow(TypeError);
      kernel.close(mapping.fd);
    },
  );

  it.each([-2, 1.5, NaN, Infinity])("refuses to wait for %d ns", (timeoutNs) => {
    const mapping = setup(kernel);
    expect(() => kernel.enter(mapping.fd, 0, 0, 0, timeoutNs)).toThrow(TypeError);
    kernel.close(mapping.fd);
  });

  it("a ring of another thread is not this one's", async () => {
    const mapping = setup(kernel);
    const program = new URL("programs/foreign-ring.ts", import.meta.url);
    const [result] = await once(new Worker(program, { workerData: mapping.fd }), "message");
    expect(result).toBe(-EBADF);
    kernel.close(mapping.fd);
  });

  it("a process that ends with an open ring ends well", () => {
    const program = new URL("programs/open-ring.ts", import.meta.url).pathname;
    expect(spawnSync(process.execPath, [program], { timeout: 10_000 }).status).toBe(0);
  });
});
