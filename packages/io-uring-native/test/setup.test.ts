// Setting up: what is given up on old kernels, and what is said where nothing helps.
import { asyncFn } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { constants } from "node:os";
import { describe, expect, it } from "vitest";
import { newCounters } from "../src/counters.ts";
import { UringDriver } from "../src/driver.ts";
import { type Kernel, nativeKernel } from "../src/kernel.ts";
import { openRing } from "../src/setup.ts";
import { IoUringUnavailableError } from "../src/unavailable.ts";
import { FakeKernel } from "./support/fake-kernel.ts";
import { FakeMemory } from "./support/fake-memory.ts";
import { NO_REGISTRATIONS } from "./support/kernels.ts";
import { missing } from "./support/machine.ts";
import { Random } from "./support/random.ts";
import { TestRuntime } from "./support/test-runtime.ts";

const { errno } = constants;

/** A kernel that answers every set-up with an error. */
function refusing(error: number): Kernel {
  return { ...NO_REGISTRATIONS, setup: () => -error, enter: () => -errno.EBADF, close: () => 0 };
}

/** A kernel that knows only some flags. */
function knowing(flags: number, kernel: Kernel): { readonly kernel: Kernel; readonly tried: number[] } {
  const tried: number[] = [];
  return {
    tried,
    kernel: {
      ...NO_REGISTRATIONS,
      setup: (sqEntries, cqEntries, asked) => {
        tried.push(asked);
        return (asked & ~flags) === 0 ? kernel.setup(sqEntries, cqEntries, asked) : -errno.EINVAL;
      },
      enter: (...call) => kernel.enter(...call),
      close: (fd) => kernel.close(fd),
    },
  };
}

function fakeKernel(): FakeKernel {
  const kernel = new FakeKernel(new Random(1), new FakeMemory(1, 64));
  kernel.mischief = false;
  return kernel;
}

const NEWEST_FIRST = [0x2000, 0x1000, 0x300, 0x80, 0x10, 0x8];

describe("setting up a ring", () => {
  it("gives up one step of flags at a time, newest first", () => {
    const { kernel, tried } = knowing(0, fakeKernel());
    openRing(kernel, 4, 8, newCounters());
    const all = NEWEST_FIRST.reduce((flags, flag) => flags | flag, 0);
    const expected = [all];
    for (const flag of NEWEST_FIRST) expected.push((expected.at(-1) ?? 0) & ~flag);
    expect(tried).toEqual(expected);
  });

  it("keeps what the kernel knows", () => {
    const { kernel, tried } = knowing(0x398, fakeKernel());
    openRing(kernel, 4, 8, newCounters());
    expect(tried.at(-1)).toBe(0x398);
  });

  it.each([
    ["EPERM", /kernel\.io_uring_disabled.*seccomp/],
    ["EACCES", /seccomp/],
    ["ENOSYS", /Linux 5\.11 or newer/],
    ["ENOMEM", /ulimit -l/],
    ["EINVAL", /powers of two/],
  ] as const)("%s becomes an error that says what to change", (code, remedy) => {
    const create = (): UringDriver => UringDriver.create({}, refusing(errno[code]));
    expect(create).toThrow(IoUringUnavailableError);
    expect(create).toThrow(remedy);
    expect(create).toThrow(expect.objectContaining({ code, errno: -errno[code], syscall: "io_uring_setup" }));
  });

  it("a kernel without bounded waits is refused, and its ring is closed again", () => {
    const fake = fakeKernel();
    let closed = 0;
    const kernel: Kernel = {
      ...NO_REGISTRATIONS,
      setup: (sqEntries, cqEntries) => ({ ...fake.setup(sqEntries, cqEntries), features: 0x3 }),
      enter: () => 0,
      close: () => ++closed,
    };
    expect(() => openRing(kernel, 4, 8, newCounters())).toThrow(/use Linux 5\.11 or newer/);
    expect(closed).toBe(1);
  });
});

describe.skipIf(missing !== undefined)(`the real kernel with fewer flags ${missing ?? ""}`, () => {
  it.each([0, 0x98, 0x398, 0x1398, 0x3398])("carries bytes with flags %i", (flags) => {
    const { kernel } = knowing(flags, nativeKernel());
    const runtime = new TestRuntime({ bufferBytes: 64 }, kernel);
    const { net } = runtime.driver;
    const received = runtime.run(
      asyncFn(function* () {
        const listener = net.listen({ host: "127.0.0.1", port: 0 });
        const accepting = spawn(listener.accept());
        const client = yield* net.connect(listener.address);
        const server = yield* accepting;
        const buf = net.buffers.take();
        let count = 0;
        for (let round = 0; round < 20; round++) {
          yield* client.writeAll(buf, 0, 64);
          count += (yield* server.read(buf)).n;
        }
        for (const end of [client, server, listener]) end.close();
        return count;
      })(),
    );
    runtime.close();
    expect(received).toBe(20 * 64);
  });
});
