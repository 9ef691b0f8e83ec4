import { spawnSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { threadId } from "node:worker_threads";
import { asyncFn, Context, Pending, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { blockingFn, type JoinHandle, type Runtime, spawnBlocking } from "@pollab/runtime-core/task";
import { afterEach, describe, expect, test } from "vitest";
import { BlockingPoolClosedError, BlockingThreads, type BlockingThreadsOptions } from "../src/index.ts";
import type * as work from "./fixtures/work.ts";
import { OwnedThread } from "./support/owned-thread.ts";

const WORK = new URL("./fixtures/work.ts", import.meta.url).href;

const add = blockingFn<typeof work.add>(WORK, "add");
const addLater = blockingFn<typeof work.addLater>(WORK, "addLater");
const thread = blockingFn<typeof work.thread>(WORK, "thread");
const fail = blockingFn<typeof work.fail>(WORK, "fail");
const hold = blockingFn<typeof work.hold>(WORK, "hold");
const spin = blockingFn<typeof work.spin>(WORK, "spin");

/** The first word counts the calls that have begun; the second releases them. */
const gate = (): Int32Array<SharedArrayBuffer> => new Int32Array(new SharedArrayBuffer(8));

const pools: BlockingThreads[] = [];

function start(options?: BlockingThreadsOptions): { pool: BlockingThreads; runtime: OwnedThread } {
  const pool = new BlockingThreads(options);
  pools.push(pool);
  return { pool, runtime: new OwnedThread(pool) };
}

/** Waits, with the thread, until that many calls have begun. */
function untilBegun(word: Int32Array<SharedArrayBuffer>, calls: number): void {
  for (let begun = Atomics.load(word, 0); begun < calls; begun = Atomics.load(word, 0)) {
    if (Atomics.wait(word, 0, begun, 20_000) === "timed-out") throw new Error("the call has not begun");
  }
}

function release(word: Int32Array<SharedArrayBuffer>): void {
  Atomics.store(word, 1, 1);
  Atomics.notify(word, 1);
}

afterEach(() => {
  for (const pool of pools.splice(0)) pool.close(0);
});

describe("a blocking call", () => {
  test("runs on another thread, while this one is parked, and its result comes back", () => {
    const { runtime } = start();
    expect(runtime.run(add(20, 22))).toBe(42);
    expect(runtime.run(thread())).not.toBe(threadId);
    expect(runtime.parks).toBeGreaterThan(0);
  });

  test("of a function that returns a promise gives what that resolves to", () => {
    expect(start().runtime.run(addLater(1, 2))).toBe(3);
  });

  test("copies arguments and results of any kind that can be copied", () => {
    const { runtime } = start();
    const concatenated = blockingFn<typeof work.join>(WORK, "join");
    const bytes = runtime.run(concatenated([new Uint8Array([1, 2]), new Uint8Array([3])], new Map([["n", 4]])));
    expect(bytes).toEqual(new Uint8Array([1, 2, 3, 4]));
  });

  test("does nothing before it is polled, nor after it was dropped", () => {
    const { pool, runtime } = start();
    const call = add(1, 2);
    expect(pool.isBusy).toBe(false);
    call.drop();
    expect(() => runtime.poll(call)).toThrow(PolledAfterCompletionError);
    expect(pool.isBusy).toBe(false);
  });

  test("polled after its result was taken says so", () => {
    const { runtime } = start();
    const call = add(1, 2);
    runtime.run(
      asyncFn(function* () {
        return yield* call;
      })(),
    );
    expect(() => runtime.poll(call)).toThrow(PolledAfterCompletionError);
  });

  test("spawned, runs beside the task that spawned it", () => {
    const { runtime } = start();
    const sums = asyncFn(function* () {
      const handles: JoinHandle<number>[] = [];
      for (let i = 0; i < 20; i++) handles.push(spawnBlocking<typeof work.add>(WORK, "add", i, i));
      const results: number[] = [];
      for (const handle of handles) results.push(yield* handle);
      return results;
    });
    expect(runtime.run(sums())).toEqual(Array.from({ length: 20 }, (_, i) => 2 * i));
  });
});

describe("a blocking call fails", () => {
  test("with what the function throws: name, message, cause and codes", () => {
    const { runtime } = start();
    expect(() => runtime.run(fail("type"))).toThrow(
      expect.objectContaining({ name: "TypeError", message: "not this type" }),
    );
    expect(() => runtime.run(fail("system"))).toThrow(
      expect.objectContaining({ code: "ENOENT", errno: -2, syscall: "open", message: "ENOENT: no such file" }),
    );
    expect(() => runtime.run(fail("cause"))).toThrow(
      expect.objectContaining({ message: "outer", cause: expect.objectContaining({ message: "inner" }) }),
    );
  });

  test("with a value that is no error as it is", () => {
    const { runtime } = start();
    let thrown: unknown;
    runtime.run(
      asyncFn(function* () {
        try {
          yield* fail("value");
        } catch (error) {
          thrown = error;
        }
      })(),
    );
    expect(thrown).toEqual({ answer: 42 });
  });

  test("when the module or the export does not exist, and says what there is", () => {
    const { runtime } = start();
    expect(() => runtime.run(blockingFn<() => void>(WORK, "nothing")())).toThrow(/function nothing, but exports add/);
    expect(() => runtime.run(blockingFn<() => void>(`${WORK}.missing`, "f")())).toThrow(/work\.ts\.missing/);
  });

  test("when an argument cannot be copied, and takes no thread", () => {
    const { pool, runtime } = start({ threads: 1 });
    const call = blockingFn<(f: () => void) => void>(WORK, "add");
    expect(() => runtime.run(call(() => {}))).toThrow(/could not be cloned/);
    expect(pool.isBusy).toBe(false);
    expect(runtime.run(add(1, 1))).toBe(2);
  });

  test("when its result cannot be copied, and the pool goes on", () => {
    const { runtime } = start({ threads: 1 });
    expect(() => runtime.run(blockingFn<typeof work.uncloneable>(WORK, "uncloneable")())).toThrow(
      /could not be cloned/,
    );
    expect(runtime.run(add(1, 1))).toBe(2);
  });

  test("when its thread ends, and the pool goes on", () => {
    const { runtime } = start({ threads: 1 });
    expect(() => runtime.run(blockingFn<typeof work.exit>(WORK, "exit")())).toThrow(/exit/);
    expect(runtime.run(add(1, 1))).toBe(2);
  });

  test("on a runtime without a pool with advice", () => {
    const { runtime } = start();
    const { random, timers } = runtime;
    const bare: Runtime = { random, timers, spawn: () => expect.unreachable() };
    expect(() => add(1, 2).poll(new Context({ wake() {} }, bare))).toThrow(/give it a blocking pool/);
  });
});

describe("the pool", () => {
  test("runs no more calls at a time than it has threads, and begins the others in order", () => {
    const { runtime } = start({ threads: 2 });
    const word = gate();
    const handles = Array.from({ length: 4 }, () => runtime.spawn(hold(word, 20_000)));
    const after = runtime.spawn(thread());
    runtime.settle();
    untilBegun(word, 2);
    expect([Atomics.load(word, 0), after.isFinished]).toEqual([2, false]);
    release(word);
    runtime.runUntil(() => after.isFinished);
    // The fourth was handed to its thread before that, which need not have come to it yet.
    expect(Atomics.load(word, 0)).toBeGreaterThanOrEqual(3);
    runtime.runUntil(() => handles.every((handle) => handle.isFinished));
    expect(Atomics.load(word, 0)).toBe(4);
    expect(handles.map((handle) => handle.take())).toEqual(["released", "released", "released", "released"]);
  });

  test("never begins a call that was dropped while it waited for a thread", () => {
    const { runtime } = start({ threads: 1 });
    const [first, second] = [gate(), gate()];
    const running = runtime.spawn(hold(first, 20_000));
    const waiting = runtime.spawn(hold(second, 0));
    runtime.settle();
    waiting.abort();
    runtime.runUntil(() => waiting.isFinished);
    release(first);
    runtime.runUntil(() => running.isFinished);
    runtime.run(add(1, 1));
    expect(Atomics.load(second, 0)).toBe(0);
  });

  test("lets a call that has begun go on when its future is dropped, and throws its result away", () => {
    const { pool, runtime } = start({ threads: 1 });
    const word = gate();
    const call = hold(word, 20_000);
    expect(runtime.poll(call)).toBe(Pending);
    untilBegun(word, 1);
    call.drop();
    call.drop();
    expect(pool.isBusy).toBe(true);
    const next = runtime.spawn(add(1, 1));
    release(word);
    runtime.runUntil(() => next.isFinished);
    expect(pool.isBusy).toBe(false);
  });

  test("serves a single runtime, and says so", () => {
    const { pool } = start();
    expect(() => pool.attach(null)).toThrow(/one for each/);
    expect(() =>
      new BlockingThreads().call({ moduleUrl: WORK, exportName: "add", args: [] }).poll(start().runtime.context),
    ).toThrow(/`blocking` option/);
  });

  test.each([0, -1, 1.5, Number.NaN])("of %d threads is refused", (threads) => {
    expect(() => new BlockingThreads({ threads })).toThrow(/integer of at least 1/);
  });

  test("refuses an idle timeout that is none", () => {
    expect(() => new BlockingThreads({ idleTimeoutMs: -1 })).toThrow(/at least 0/);
  });
});

describe("closing the pool", () => {
  test("waits for calls that have begun, and says that all came to their end", () => {
    const { pool, runtime } = start({ threads: 1 });
    const word = gate();
    const call = hold(word, 20);
    runtime.poll(call);
    untilBegun(word, 1);
    expect(pool.close(20_000)).toBe(true);
    expect(runtime.poll(call)).toBe("held 1");
  });

  test("gives up when the time is over, stops the threads, and fails what is left", () => {
    const { pool, runtime } = start({ threads: 1 });
    const [endless, queued] = [spin(), add(1, 2)];
    runtime.poll(endless);
    runtime.poll(queued);
    expect(pool.close(50)).toBe(false);
    expect(() => runtime.poll(endless)).toThrow(expect.objectContaining({ name: "BlockingPoolClosedError" }));
    expect(() => runtime.poll(queued)).toThrow(expect.objectContaining({ name: "BlockingPoolClosedError" }));
    expect(pool.isBusy).toBe(false);
  });

  test("wakes the tasks whose calls it ends", () => {
    const { pool, runtime } = start({ threads: 1 });
    const tasks = [runtime.spawn(spin()), runtime.spawn(add(1, 2))];
    runtime.settle();
    pool.close(0);
    runtime.runUntil(() => tasks.every((task) => task.isFinished));
    for (const task of tasks) expect(() => task.take()).toThrow(/was closed/);
  });

  test("that was never used starts nothing; afterwards calls are refused", () => {
    const { pool, runtime } = start();
    expect(pool.close(0)).toBe(true);
    expect(pool.close(0)).toBe(true);
    expect(() => runtime.poll(add(1, 2))).toThrow(BlockingPoolClosedError);
  });
});

describe("the owner's thread is told of an outcome", () => {
  test("through an eventfd when its driver has one", () => {
    // A named pipe stands in for the eventfd; what is written to it are the same 8 bytes.
    const folder = mkdtempSync(join(tmpdir(), "blocking-pool-"));
    const path = join(folder, "pipe");
    expect(spawnSync("mkfifo", [path]).status).toBe(0);
    const pipe = openSync(path, constants.O_RDWR);
    const pool = new BlockingThreads({ threads: 1 });
    pools.push(pool);
    pool.attach({ eventFd: pipe });
    const { context } = start().runtime;
    const call = pool.call({ moduleUrl: WORK, exportName: "add", args: [1, 2] });
    expect(call.poll(context)).toBe(Pending);
    const bytes = new BigUint64Array(1);
    // Waits for the bytes: they come after the outcome.
    expect([readSync(pipe, bytes), bytes[0]]).toEqual([8, 1n]);
    pool.collect();
    expect(call.poll(context)).toBe(3);
    pool.close(0);
    closeSync(pipe);
    rmSync(folder, { recursive: true });
  });

  test("by its event loop where it runs one", async () => {
    const pool = new BlockingThreads({ threads: 1 });
    pools.push(pool);
    pool.attach(null);
    const { context } = start().runtime;
    const call = pool.call({ moduleUrl: WORK, exportName: "add", args: [1, 2] });
    const woken = new Promise<void>((resolve) => {
      context.waker = { wake: resolve };
    });
    expect(call.poll(context)).toBe(Pending);
    await woken;
    expect([call.poll(context), pool.isBusy]).toEqual([3, false]);
  });

  test("and a call under way keeps the process alive, an idle pool does not", () => {
    const program = fileURLToPath(new URL("./fixtures/one-call.ts", import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: "utf8", timeout: 20_000 });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "3\n", stderr: "" });
  });
});
