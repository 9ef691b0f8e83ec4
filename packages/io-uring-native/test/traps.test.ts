// What others fell into with io_uring, one test for each.
import { asyncFn, Pending } from "@pollab/runtime-core/future";
import { End } from "@pollab/runtime-core/stream";
import { spawn } from "@pollab/runtime-core/task";
import { once } from "node:events";
import { constants } from "node:os";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import {
  CQE_F_NOTIF,
  ENTER_GETEVENTS,
  OP_ACCEPT,
  OP_ASYNC_CANCEL,
  OP_POLL_ADD,
  OP_READ,
  OP_RECV,
  OP_SEND,
  OP_SEND_ZC,
  SETUP_DEFER_TASKRUN,
  SETUP_SINGLE_ISSUER,
  SETUP_SQPOLL,
  SQ_CQ_OVERFLOW,
  SQ_TASKRUN,
} from "../src/abi.ts";
import { BufferGroups } from "../src/buffers/buffer-groups.ts";
import { UringDriver } from "../src/driver.ts";
import { FileTransfer } from "../src/fs/transfer.ts";
import { type Kernel, nativeKernel } from "../src/kernel.ts";
import { Incoming } from "../src/multishot/incoming.ts";
import type { NetSite } from "../src/net/site.ts";
import { UringStream } from "../src/net/stream.ts";
import { Readable } from "../src/readable.ts";
import { type FakeBuffer, FakeMemory, FakePool } from "./support/fake-memory.ts";
import { Polled, PolledStream } from "./support/hand-driven.ts";
import { missing } from "./support/machine.ts";
import { Random } from "./support/random.ts";
import { ScriptedKernel } from "./support/scripted-kernel.ts";
import { TestRuntime } from "./support/test-runtime.ts";

const { EAGAIN, EBUSY, ECANCELED, EINTR, ENOENT } = constants.errno;

interface Bench {
  readonly kernel: ScriptedKernel;
  readonly pool: FakePool;
  readonly stream: UringStream<FakeBuffer>;
}

/** A connection with descriptor 5. */
function bench(sqEntries?: number, cqEntries?: number): Bench {
  const kernel = new ScriptedKernel(sqEntries, cqEntries);
  const pool = new FakePool(new FakeMemory(16, 256), new Random(1), "kept until its completion");
  return { kernel, pool, stream: new UringStream<FakeBuffer>(site(kernel, pool), kernel.descriptor(5)) };
}

function site({ operations }: ScriptedKernel, pool: FakePool): NetSite {
  return { operations, buffers: pool, argumentBuffers: pool };
}

describe("traps of io_uring", () => {
  it("a cancel's own completion proves nothing about its target", () => {
    const { kernel, pool, stream } = bench();
    const reading = new Polled(stream.read(pool.take()));
    reading.poll();
    kernel.operations.turn(0);
    reading.drop();
    kernel.operations.turn(0);
    kernel.complete(kernel.entry(OP_ASYNC_CANCEL), 0);
    kernel.operations.turn(0);
    // The cancel has succeeded, and the kernel still has the memory.
    expect(pool.taken).toBe(1);
    expect(kernel.operations.counters.inFlight).toBe(1);
    kernel.complete(kernel.entry(OP_RECV), -ECANCELED);
    kernel.operations.turn(0);
    expect(pool.taken).toBe(0);
    expect(kernel.operations.counters).toMatchObject({ inFlight: 0, stale: 0 });
  });

  it("a cancel that did not find its target is asked for again, until the target has ended", () => {
    const { kernel, pool, stream } = bench();
    const reading = new Polled(stream.read(pool.take()));
    reading.poll();
    kernel.operations.turn(0);
    reading.drop();
    for (let round = 1; round <= 3; round++) {
      kernel.operations.turn(0);
      expect(kernel.entries.filter(({ opcode }) => opcode === OP_ASYNC_CANCEL)).toHaveLength(round);
      kernel.complete(kernel.entry(OP_ASYNC_CANCEL), -ENOENT);
      kernel.operations.turn(0);
    }
    kernel.complete(kernel.entry(OP_RECV), -ECANCELED);
    kernel.operations.turn(0);
    kernel.operations.turn(0);
    expect(pool.taken).toBe(0);
  });

  it("a late or extra completion hits a recycled slot, and is nobody's: each use has a generation", () => {
    const { kernel, pool, stream } = bench();
    const first = new Polled(stream.read(pool.take()));
    first.poll();
    kernel.operations.turn(0);
    const late = kernel.entry(OP_RECV);
    kernel.complete(late, 7);
    kernel.operations.turn(0);
    expect(first.poll()).toMatchObject({ n: 7 });
    const second = new Polled(stream.read(pool.take()));
    second.poll();
    kernel.operations.turn(0);
    expect(kernel.entry(OP_RECV)).toMatchObject({ slot: late.slot, generation: late.generation + 1 });
    kernel.complete(late, 3);
    kernel.operations.turn(0);
    expect(second.poll()).toBe(Pending);
    expect(second.waker.wakes).toBe(0);
    expect(kernel.operations.counters.stale).toBe(1);
  });

  it("close does not cancel: a socket is shut down, its operations are cancelled, and then it is closed", () => {
    const { kernel, pool, stream } = bench();
    const reading = new Polled(stream.read(pool.take()));
    reading.poll();
    kernel.operations.turn(0);
    stream.close();
    expect(kernel.calls).toEqual(["shutdown 5"]);
    kernel.operations.turn(0);
    kernel.complete(kernel.entry(OP_ASYNC_CANCEL), 0);
    kernel.operations.turn(0);
    expect(kernel.calls).toEqual(["shutdown 5"]);
    kernel.complete(kernel.entry(OP_RECV), -ECANCELED);
    kernel.operations.turn(0);
    expect(kernel.calls).toEqual(["shutdown 5", "close 5"]);
  });

  it("files resolve late: a file is closed when the last of its reads has ended, whatever a cancel says", () => {
    const { kernel, pool } = bench();
    const { operations } = kernel;
    const file = kernel.descriptor(9);
    const reads = [0, 256].map(
      (at) => new Polled(new FileTransfer(operations, OP_READ, file, pool.take(), 0, 256, at)),
    );
    for (const read of reads) read.poll();
    operations.turn(0);
    const entries = kernel.entries.filter(({ opcode }) => opcode === OP_READ);
    file.close();
    operations.turn(0);
    for (const cancel of kernel.entries.filter(({ opcode }) => opcode === OP_ASYNC_CANCEL)) {
      kernel.complete(cancel, -constants.errno.EALREADY);
    }
    for (const entry of entries) {
      operations.turn(0);
      expect(kernel.calls).toEqual([]);
      kernel.complete(entry, 256);
    }
    operations.turn(0);
    expect(kernel.calls).toEqual(["close 9"]);
  });

  it("with DEFER_TASKRUN nothing appears until an enter with GETEVENTS: every one has it", () => {
    const { kernel, pool, stream } = bench();
    new Polled(stream.read(pool.take())).poll();
    kernel.operations.turn(0);
    kernel.operations.turn(1000);
    kernel.flags = SQ_TASKRUN;
    kernel.operations.turn(0);
    expect(kernel.enters.map(({ flags }) => flags & ENTER_GETEVENTS)).toEqual([1, 1, 1]);
  });

  it.each([
    ["SQ_CQ_OVERFLOW", SQ_CQ_OVERFLOW],
    ["SQ_TASKRUN", SQ_TASKRUN],
  ])("%s is looked at also when only peeking", (_name, flag) => {
    const { kernel } = bench();
    kernel.operations.turn(0);
    expect(kernel.enters).toEqual([]);
    kernel.flags = flag;
    kernel.operations.turn(0);
    expect(kernel.enters).toEqual([{ toSubmit: 0, minComplete: 0, flags: ENTER_GETEVENTS }]);
  });

  it("what is in flight is capped at the size of the completion queue", () => {
    const { kernel } = bench(8, 8);
    const waits = Array.from({ length: 12 }, () => new Polled(new Readable(kernel.operations, 7)));
    for (const wait of waits) wait.poll();
    // As soon as something ends there is room for something else, in the next turn.
    kernel.onEnter = () => {
      const [first] = kernel.entries;
      if (first !== undefined && kernel.entries.length === 8) kernel.complete(first, 1);
    };
    kernel.operations.turn(0);
    expect(kernel.operations.counters.inFlight).toBe(7);
    expect(kernel.entries).toHaveLength(8);
    kernel.operations.turn(0);
    expect(kernel.entries).toHaveLength(9);
  });

  it("a submission in part is continued, and what it left is not submitted twice", () => {
    const { kernel } = bench();
    kernel.answers.push(2, 0, 1);
    for (let i = 0; i < 4; i++) new Polled(new Readable(kernel.operations, 7)).poll();
    for (let turn = 0; turn < 4; turn++) kernel.operations.turn(0);
    expect(kernel.enters.map(({ toSubmit }) => toSubmit)).toEqual([4, 2, 2, 1]);
    expect(new Set(kernel.entries.map(({ slot }) => slot)).size).toBe(4);
  });

  it.each([
    ["EINTR", EINTR],
    ["EAGAIN", EAGAIN],
    ["EBUSY", EBUSY],
  ])("after %s completions are reaped, and then it is tried again", (_name, errno) => {
    const { kernel } = bench();
    const first = new Polled(new Readable(kernel.operations, 7));
    first.poll();
    kernel.operations.turn(0);
    kernel.answers.push(-errno);
    kernel.complete(kernel.entry(OP_POLL_ADD), 1);
    new Polled(new Readable(kernel.operations, 7)).poll();
    kernel.operations.turn(0);
    expect(first.waker.wakes).toBe(1);
    expect(kernel.entries).toHaveLength(1);
    kernel.operations.turn(0);
    expect(kernel.entries).toHaveLength(2);
  });

  it("a multishot operation ends without F_MORE: with a result, and is begun again", () => {
    const { kernel } = bench();
    const listener = kernel.descriptor(8);
    const incoming = new PolledStream(new Incoming(kernel.operations, listener, (descriptor) => descriptor, 64));
    expect(incoming.poll()).toBe(Pending);
    kernel.operations.turn(0);
    kernel.completeOneOfMany(kernel.entry(OP_ACCEPT), 20);
    kernel.complete(kernel.entry(OP_ACCEPT), 21);
    kernel.operations.turn(0);
    expect(incoming.waker.wakes).toBe(1);
    for (const fd of [20, 21]) expect(incoming.poll()).toMatchObject({ fd });
    expect(incoming.poll()).toBe(Pending);
    kernel.operations.turn(0);
    expect(kernel.entries.filter(({ opcode }) => opcode === OP_ACCEPT)).toHaveLength(2);
    expect(kernel.operations.counters.rearms).toBe(1);
    kernel.complete(kernel.entry(OP_ACCEPT), 22);
    kernel.operations.turn(0);
    expect(incoming.poll()).toMatchObject({ fd: 22 });
    incoming.drop();
  });

  it("a connection that a multishot accept brings after it was dropped is closed", () => {
    const { kernel } = bench();
    const incoming = new PolledStream(
      new Incoming(kernel.operations, kernel.descriptor(8), (descriptor) => descriptor, 64),
    );
    incoming.poll();
    kernel.operations.turn(0);
    incoming.drop();
    expect(incoming.poll()).toBe(End);
    kernel.completeOneOfMany(kernel.entry(OP_ACCEPT), 20);
    kernel.complete(kernel.entry(OP_ACCEPT), 21);
    kernel.operations.turn(0);
    expect(kernel.calls).toEqual(["close 20", "close 21"]);
  });

  it("a short read returns what there is, a short write goes on with the rest", () => {
    const { kernel, pool, stream } = bench();
    const reading = new Polled(stream.read(pool.take()));
    const writing = new Polled(stream.writeAll(pool.take(), 0, 100));
    reading.poll();
    writing.poll();
    kernel.operations.turn(0);
    kernel.complete(kernel.entry(OP_RECV), 1);
    kernel.complete(kernel.entry(OP_SEND), 60);
    kernel.operations.turn(0);
    expect(reading.poll()).toMatchObject({ n: 1 });
    expect(writing.poll()).toBe(Pending);
    kernel.operations.turn(0);
    const [first, second] = kernel.entries.filter(({ opcode }) => opcode === OP_SEND);
    expect((second?.targetSlot ?? 0) - (first?.targetSlot ?? 0)).toBe(60);
    kernel.complete(kernel.entry(OP_SEND), 40);
    kernel.operations.turn(0);
    expect(writing.poll()).toMatchObject({ n: 100 });
  });

  it("tear-down is cancel all, drain to zero, close, then free", () => {
    const { kernel, pool, stream } = bench();
    const reading = new Polled(stream.read(pool.take()));
    reading.poll();
    kernel.operations.turn(0);
    const states: string[] = [];
    kernel.onEnter = () => {
      const cancel = kernel.entries.find(({ opcode }) => opcode === OP_ASYNC_CANCEL);
      if (cancel === undefined) return;
      states.push(`taken ${pool.taken}, ${kernel.calls.join()}`);
      // First the cancel, two turns later what it was for.
      if (states.length === 1) kernel.complete(cancel, 0);
      if (states.length === 3) kernel.complete(kernel.entry(OP_RECV), -ECANCELED);
    };
    kernel.operations.close();
    expect(states).toEqual(["taken 1, ", "taken 1, ", "taken 1, "]);
    expect(kernel.calls).toEqual(["close 5", "close ring"]);
    expect(() => reading.poll()).toThrow(expect.objectContaining({ code: "ECANCELED" }));
  });

  it("the notification of a zero-copy send is the peer's to delay: nobody cancels it, and only the memory waits for it", () => {
    const { kernel, pool, stream } = bench();
    const { operations } = kernel;
    const writing = new Polled(stream.writeAllZeroCopy(pool.take(), 0, 100));
    writing.poll();
    operations.turn(0);
    kernel.completeOneOfMany(kernel.entry(OP_SEND_ZC), 100);
    operations.turn(0);
    writing.drop();
    for (let turns = 0; turns < 3; turns++) operations.turn(0);
    expect(kernel.entries.map(({ opcode }) => opcode)).toEqual([OP_SEND_ZC]);
    expect({ taken: pool.taken, inFlight: operations.counters.inFlight }).toEqual({ taken: 1, inFlight: 1 });
    // What is sent is sent: the next one need not wait.
    const next = new Polled(stream.writeAll(pool.take(), 0, 1));
    next.poll();
    operations.turn(0);
    kernel.complete(kernel.entry(OP_SEND), 1);
    operations.turn(0);
    expect(next.poll()).toMatchObject({ n: 1 });
    stream.close();
    expect(kernel.calls).toEqual(["close 5"]);
    kernel.complete(kernel.entry(OP_SEND_ZC), 0, CQE_F_NOTIF);
    operations.turn(0);
    expect({ taken: pool.taken, counters: operations.counters }).toMatchObject({ taken: 1, counters: { inFlight: 0 } });
  });

  it("who waits for a provided buffer, which no operation is, hears that the connection was closed", () => {
    const { kernel, pool, stream } = bench();
    const { counters, features, ring } = kernel.operations;
    const groups = new BufferGroups(ring.registrar, features, counters, () => pool);
    const group = groups.create({ count: 1, bufferBytes: 256 });
    // This kernel has no rings of buffers: each receive is given one, and the other stream has the only one.
    const other = new PolledStream(
      new UringStream<FakeBuffer>(site(kernel, pool), kernel.descriptor(6)).receive(group),
    );
    const starved = new PolledStream(stream.receive(group));
    expect([other.poll(), starved.poll()]).toEqual([Pending, Pending]);
    expect(counters.starvation).toBe(1);
    stream.close();
    expect(starved.waker.wakes).toBe(1);
    expect(() => starved.poll()).toThrow(expect.objectContaining({ code: "ECANCELED" }));
    expect(starved.poll()).toBe(End);
    expect(kernel.calls).toEqual(["close 5"]);
  });

  it("a cancel that comes after the result of a zero-copy send is not repeated until the notification", () => {
    const { kernel, pool, stream } = bench();
    const { operations } = kernel;
    const writing = new Polled(stream.writeAllZeroCopy(pool.take(), 0, 100));
    writing.poll();
    operations.turn(0);
    writing.drop();
    operations.turn(0);
    kernel.completeOneOfMany(kernel.entry(OP_SEND_ZC), 100);
    kernel.complete(kernel.entry(OP_ASYNC_CANCEL), -ENOENT);
    for (let turns = 0; turns < 3; turns++) operations.turn(0);
    expect(kernel.entries.map(({ opcode }) => opcode)).toEqual([OP_SEND_ZC, OP_ASYNC_CANCEL]);
    expect(operations.counters).toMatchObject({ inFlight: 1, cancels: 1 });
  });

  it("tear-down does not wait for a peer that acknowledges nothing", () => {
    const { kernel, pool, stream } = bench();
    const { operations } = kernel;
    const held = new Polled(stream.writeAllZeroCopy(pool.take(), 0, 100));
    held.poll();
    operations.turn(0);
    kernel.completeOneOfMany(kernel.entry(OP_SEND_ZC), 100);
    operations.turn(0);
    operations.close();
    expect(kernel.calls).toEqual(["close 5", "close ring"]);
    expect(operations.counters).toMatchObject({ inFlight: 0, cancels: 0 });
    expect(held.waker.wakes).toBe(1);
    expect(() => held.poll()).toThrow(expect.objectContaining({ code: "ECANCELED" }));
    expect(pool.taken).toBe(1);
  });
});

/** This machine's kernel, and the flags of every ring that it was asked for. */
function watched(): { readonly kernel: Kernel; readonly asked: number[] } {
  const asked: number[] = [];
  const kernel = nativeKernel();
  return {
    asked,
    kernel: {
      ...kernel,
      setup: (sqEntries, cqEntries, flags, idleMs) => {
        asked.push(flags);
        return kernel.setup(sqEntries, cqEntries, flags, idleMs);
      },
    },
  };
}

describe.skipIf(missing !== undefined)(`traps of io_uring, on this kernel ${missing ?? ""}`, () => {
  it("SINGLE_ISSUER wants the ring created on the thread that uses it: each worker has its own", async () => {
    const { kernel, asked } = watched();
    UringDriver.create({}, kernel).close();
    expect((asked[0] ?? 0) & SETUP_SINGLE_ISSUER).toBe(SETUP_SINGLE_ISSUER);
    const runtime = new TestRuntime();
    const worker = new Worker(new URL("programs/woken-worker.ts", import.meta.url));
    const [handle] = (await once(worker, "message")) as [{ ringFd: number; eventFd: number }];
    const answer = once(worker, "message");
    runtime.driver.wake(handle);
    runtime.driver.poll();
    expect(await answer).toEqual([1]);
    await worker.terminate();
    runtime.close();
  });

  it("never SQPOLL by default: it burns a core", () => {
    const { kernel, asked } = watched();
    UringDriver.create({}, kernel).close();
    UringDriver.createHosted({}, kernel).close();
    expect(asked.filter((flags) => (flags & SETUP_SQPOLL) !== 0)).toEqual([]);
  });

  it("hosted, never DEFER_TASKRUN: the ring's descriptor would never become readable", () => {
    const { kernel, asked } = watched();
    UringDriver.createHosted({}, kernel).close();
    expect(asked.filter((flags) => (flags & SETUP_DEFER_TASKRUN) !== 0)).toEqual([]);
  });

  it("the completions that a multishot receive leaves in an overflown queue arrive in their order", () => {
    const runtime = new TestRuntime({ bufferBytes: 4096, sqEntries: 2, cqEntries: 2 });
    const group = runtime.driver.net.provideBuffers({ count: 64, bufferBytes: 64 });
    const received = runtime.run(
      asyncFn(function* () {
        const [a, b] = runtime.driver.net.unixPair();
        const buf = runtime.driver.net.buffers.take();
        for (let i = 0; i < 4096; i++) buf.bytes[i] = i % 251;
        const writing = spawn(a.writeAll(buf, 0, 4096));
        const stream = b.receive(group, { maxQueued: 64 });
        let count = 0;
        while (count < 4096) {
          const item = yield* stream.next();
          if (item === End) throw new Error("expected a buffer");
          for (const byte of item.bytes) {
            if (byte !== count++ % 251) throw new Error(`wrong byte at ${count - 1}`);
          }
          item.free();
        }
        yield* writing;
        stream.drop();
        buf.free();
        a.close();
        b.close();
        return count;
      })(),
    );
    expect(received).toBe(4096);
    expect(runtime.driver.counters.overflows).toBeGreaterThan(0);
    runtime.settle(() => runtime.driver.counters.inFlight === 1, "the receive did not end");
    runtime.close();
  });
});
