import { JoinError } from "@pollab/runtime-core/task";
import { End } from "@pollab/runtime-core/stream";
import { describe, expect, test } from "vitest";
import { i32, RuntimeClosedError, type StealingRuntime, type TaskHandle, WorkerLostError } from "../src/index.ts";
import { chaos, resultOf } from "./fixtures/chaos.ts";
import * as tasks from "./fixtures/tasks.ts";
import { coroutines, expectNothingLeft, failureOf, start } from "./support.ts";

/** A worker that was lost, as `onLost` is told. */
interface Loss {
  readonly error: Error;
  readonly worker: number;
}

async function startAndWatch(
  options: Parameters<typeof start>[0],
): Promise<{ runtime: StealingRuntime; losses: Loss[] }> {
  const losses: Loss[] = [];
  const runtime = await start({ ...options, onLost: (error, worker) => losses.push({ error, worker }) });
  return { runtime, losses };
}

/** A task that occupies a worker for good. */
async function occupy(runtime: StealingRuntime): Promise<TaskHandle<void>> {
  const [started, news] = runtime.channel(i32, 1);
  const handle = runtime.spawn(tasks.spinForever, { started });
  await news.recv().promise();
  started.close();
  news.close();
  return handle;
}

describe("a worker that is lost", () => {
  test("because it ran out of memory fails its task, says why, and is replaced", async () => {
    const { losses, runtime } = await startAndWatch({ workers: 1, resourceLimits: { maxOldGenerationSizeMb: 32 } });
    const error = await failureOf(runtime.run(tasks.eatMemory, {}));
    expect(error).toBeInstanceOf(JoinError);
    expect(error).toMatchObject({
      reason: "failed",
      message: expect.stringMatching(/^the task failed: worker 0 was lost: .*memory/),
      cause: { name: "WorkerLostError", cause: { code: "ERR_WORKER_OUT_OF_MEMORY" } },
    });
    expect(await runtime.run(tasks.add, { a: 1, b: 2 })).toBe(3);
    expect(losses).toHaveLength(1);
    expect(losses[0]?.error).toBeInstanceOf(WorkerLostError);
    await expectNothingLeft(runtime);
  }, 60_000);

  test("because it ended its own thread does so, too", async () => {
    const { losses, runtime } = await startAndWatch({ workers: 2 });
    const error = await failureOf(runtime.run(tasks.exitProcess, { code: 7 }));
    expect(error).toMatchObject({ message: expect.stringMatching(/^the task failed: worker \d was lost: .*code 7$/) });
    expect(await runtime.run(tasks.fib, { n: 12 })).toBe(144);
    expect(losses).toHaveLength(1);
    await expectNothingLeft(runtime);
  });

  test("because it threw at top level fails the coroutines that were pinned to it", async () => {
    const driver = { module: new URL("./fixtures/fragile-driver.ts", import.meta.url), exportName: "make" };
    const { losses, runtime } = await startAndWatch({ workers: 1, driver });
    const [started, news] = runtime.channel(i32, 1);
    const pinned = runtime.spawnPinned(coroutines, "sayGoodbye", [started]);
    started.close();
    expect(await news.recv().promise()).toBe(1);
    await runtime.spawnPinned(driver.module, "breakDriver", []).result();
    expect(await failureOf(pinned.result())).toMatchObject({
      reason: "failed",
      cause: { name: "WorkerLostError", cause: { message: "the driver is broken" } },
    });
    expect(await news.recv().promise()).toBe(End);
    news.close();
    expect(losses).toHaveLength(1);
    expect(await runtime.spawnPinned(coroutines, "sum", [[1, 2]]).result()).toBe(3);
    await expectNothingLeft(runtime);
  });

  test("because it was terminated in the middle of a poll gives up what the task held", async () => {
    const { losses, runtime } = await startAndWatch({ workers: 1 });
    const [started, news] = runtime.channel(i32, 1);
    const handle = runtime.spawn(tasks.spinForever, { started });
    started.close();
    expect(await news.recv().promise()).toBe(1);
    runtime.terminateWorker(0);
    expect(await failureOf(handle.result())).toMatchObject({ reason: "failed", cause: { name: "WorkerLostError" } });
    // Its sender was the last one.
    expect(await news.recv().promise()).toBe(End);
    news.close();
    expect(losses.map(({ worker }) => worker)).toEqual([0]);
    await expectNothingLeft(runtime);
  });

  test("leaves the tasks in its queue to others, and those that wait go on", async () => {
    const { runtime } = await startAndWatch({ workers: 1 });
    const [started, news] = runtime.channel(i32, 1);
    const waiting = runtime.spawn(tasks.producer, { first: 1, count: 3, to: started });
    await expect.poll(() => news.length).toBe(1);
    const spinning = await occupy(runtime);
    const queued = Array.from({ length: 600 }, (_, i) => runtime.spawn(tasks.add, { a: i, b: 1 }));
    const never = runtime.spawn(tasks.stuck, { alive: null });
    runtime.terminateWorker(0);
    expect(await failureOf(spinning.result())).toBeInstanceOf(JoinError);
    for (const [i, handle] of queued.entries()) expect(await handle.result()).toBe(i + 1);
    for (let i = 1; i <= 3; i++) expect(await news.recv().promise()).toBe(i);
    await waiting.result();
    expect(never.isFinished).toBe(false);
    never.abort();
    never.drop();
    started.close();
    news.close();
    await expectNothingLeft(runtime);
  });

  test("is not missed by the others, whatever they do", async () => {
    const { losses, runtime } = await startAndWatch({ workers: 3 });
    for (let round = 1; round <= 5; round++) {
      const results = Array.from({ length: 6 }, () =>
        runtime.run(tasks.fib, { n: 15 }).then(
          (value) => value,
          () => -1,
        ),
      );
      runtime.terminateWorker(round % 3);
      const values = await Promise.all(results);
      // What was lost failed, and the others are right.
      for (const value of values) expect([610, -1]).toContain(value);
      await expect.poll(() => losses.length).toBe(round);
    }
    expect(await runtime.run(tasks.fib, { n: 15 })).toBe(610);
    await expectNothingLeft(runtime);
  }, 60_000);

  test("leaves nothing behind, in the middle of whatever it dies", async () => {
    const losses: number[] = [];
    const runtime = await start({
      workers: 3,
      queueCapacity: 16,
      modules: ["chaos", "tasks"].map((name) => new URL(`./fixtures/${name}.ts`, import.meta.url)),
      onLost: (_, worker) => losses.push(worker),
    });
    const roots: unknown[] = [];
    const note = (error: unknown): void => {
      let root = error;
      while (root instanceof Error && root.cause !== undefined && root.name !== "WorkerLostError") root = root.cause;
      roots.push(root instanceof Error ? root.name : root);
    };
    const deaths = 20;
    const plant = async (seed: number): Promise<void> => {
      for (let i = seed; losses.length < deaths; i += 8) {
        const tree = runtime.spawn(chaos, { seed: i, size: 300 });
        await tree.result().then((result) => expect(result).toBe(resultOf(i)), note);
      }
    };
    const pass = async (): Promise<void> => {
      while (losses.length < deaths) {
        const [to, from] = runtime.channel(i32, 3);
        const handles = [
          runtime.spawn(tasks.producer, { first: 1_000_001, count: 100, to }),
          runtime.spawn(tasks.producer, { first: 2_000_001, count: 100, to }),
          runtime.spawn(tasks.consumer, { from }),
        ];
        to.close();
        from.close();
        for (const handle of handles) await (handle as TaskHandle<unknown>).result().catch(note);
      }
    };
    const killing = setInterval(() => {
      runtime.terminateWorker(Math.floor(Math.random() * 3));
    }, 50);
    await Promise.all([...[1, 2, 3, 4, 5, 6, 7, 8].map(plant), pass()]);
    clearInterval(killing);
    const expected = new Set(["WorkerLostError", "Whim", "SendError", "PoisonedError", "JoinError"]);
    expect(roots.filter((name) => !expected.has(String(name)))).toEqual([]);
    await expect.poll(() => runtime.metrics(), { timeout: 10_000 }).toMatchObject({ liveTasks: 0, records: 0 });
    await runtime.close();
    expect(runtime.metrics()).toMatchObject({ records: 0, freeRecords: 65_536 });
  }, 120_000);

  test("is seen to while the main thread runs tasks itself", async () => {
    const runtime = await start({ workers: 2, mainThread: "worker" });
    runtime.terminateWorker(1);
    for (let i = 0; i < 20; i++) {
      try {
        expect(runtime.blockOn(runtime.spawn(tasks.fib, { n: 16 }))).toBe(987);
      } catch (error) {
        expect(error).toMatchObject({ name: "JoinError" });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(runtime.blockOn(runtime.spawn(tasks.fib, { n: 12 }))).toBe(144);
    await expectNothingLeft(runtime);
  }, 60_000);

  test("ends the runtime if that was asked for", async () => {
    const { runtime } = await startAndWatch({ workers: 2, onWorkerLost: "shutdown" });
    const waiting = failureOf(runtime.run(tasks.stuck, { alive: null }));
    const exiting = failureOf(runtime.run(tasks.exitProcess, { code: 7 }));
    expect(await exiting).toMatchObject({ name: "JoinError", cause: { name: "WorkerLostError" } });
    expect(await waiting).toMatchObject({ name: "JoinError", reason: "cancelled" });
    expect(await runtime.closed).toMatchObject({
      name: "RuntimeClosedError",
      cause: { name: "WorkerLostError", message: expect.stringContaining("code 7") },
    });
    expect(() => runtime.spawn(tasks.empty, {})).toThrow(RuntimeClosedError);
    expect(runtime.metrics()).toMatchObject({ liveTasks: 0, records: 0, heapBytes: 0 });
  });
});

test("a driver that sleeps on a word that nobody knows is refused", async () => {
  const driver = { module: new URL("./fixtures/fragile-driver.ts", import.meta.url), exportName: "makeWithOwnWord" };
  await expect(start({ driver })).rejects.toThrow(/sleeps on a word of its own; make it with the word/);
});
