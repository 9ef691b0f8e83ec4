// How a runtime sleeps, wakes and ends.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { i32, RuntimeClosedError, StealingRuntime } from "../src/index.ts";
import * as tasks from "./fixtures/tasks.ts";
import { coroutines, failureOf, start } from "./support.ts";

function total(runtime: StealingRuntime, count: "parks" | "polls" | "searches"): number {
  return runtime.metrics().workers.reduce((sum, metrics) => sum + metrics[count], 0);
}

describe("a runtime without work", () => {
  test("sleeps: no worker looks for work or wakes up", async () => {
    const runtime = await start({ workers: 4 });
    await runtime.run(tasks.fib, { n: 10 });
    // Until the last one is asleep.
    let before = -1;
    await expect
      .poll(
        () => {
          const now = total(runtime, "parks");
          const isQuiet = now === before;
          before = now;
          return isQuiet;
        },
        { interval: 100 },
      )
      .toBe(true);
    const searches = total(runtime, "searches");
    const polls = total(runtime, "polls");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([total(runtime, "parks"), total(runtime, "searches"), total(runtime, "polls")]).toEqual([
      before,
      searches,
      polls,
    ]);
  });

  test("takes less than a hundredth of a processor", async () => {
    const program = fileURLToPath(new URL("./fixtures/idles.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program]);
    expect(Number(stdout)).toBeGreaterThan(0);
    expect(Number(stdout)).toBeLessThan(0.01);
  });

  test("wakes one worker for one task", async () => {
    const runtime = await start({ workers: 4 });
    await expect.poll(() => total(runtime, "parks")).toBe(4);
    const searches = total(runtime, "searches");
    for (let i = 1; i <= 5; i++) {
      await runtime.run(tasks.add, { a: 1, b: 1 });
      await expect.poll(() => total(runtime, "parks")).toBeGreaterThanOrEqual(4 + i);
    }
    // The one that was woken found it; whether it then woke another to look for more is its luck, but not all of them every time.
    expect(total(runtime, "searches") - searches).toBeLessThanOrEqual(20);
    expect(total(runtime, "polls")).toBe(5);
  });
});

describe("tasks of which only one can run at a time", () => {
  test("stay with one worker, without a word to the others", async () => {
    const runtime = await start({ workers: 3 });
    await expect.poll(() => total(runtime, "parks")).toBe(3);
    const searches = total(runtime, "searches");
    expect(await runtime.run(tasks.oneByOne, { times: 1000 })).toBe(1000);
    // Each child once, and their parent before and after each.
    await expect.poll(() => total(runtime, "polls")).toBe(2001);
    const { workers } = runtime.metrics();
    expect(workers.map(({ polls }) => polls).toSorted((left, right) => left - right)).toEqual([0, 0, 2001]);
    // The one that was woken, another that it woke once to look for more, and the first again at the end.
    expect(total(runtime, "searches") - searches).toBeLessThanOrEqual(3);
  });
});

describe("metrics", () => {
  test("count every spawn and poll exactly once, wherever they happen", async () => {
    const runtime = await start({ workers: 3 });
    // fib(15) makes 1973 tasks, of which the main thread spawns one.
    await runtime.run(tasks.fib, { n: 15 });
    await expect.poll(() => runtime.metrics().workers.reduce((sum, { spawned }) => sum + spawned, 0)).toBe(1972);
    const { workers } = runtime.metrics();
    for (const { steals, stolenTasks } of workers) expect(stolenTasks).toBeGreaterThanOrEqual(steals);
  });

  test("count what overflows a queue, and polls of coroutines", async () => {
    const runtime = await start({ workers: 1, queueCapacity: 4 });
    await runtime.run(tasks.careless, { n: 10 });
    // The newest is in the slot, so nine are pushed into the queue of four. The fifth and the eighth overflow it, with two each.
    await expect.poll(() => runtime.metrics().workers[0]?.injects).toBe(6);
    const before = total(runtime, "polls");
    await runtime.spawnPinned(coroutines, "threads", [9]).result();
    // The poll that pins it, and ten of the coroutine.
    await expect.poll(() => total(runtime, "polls")).toBe(before + 11);
  });
});

describe("closing", () => {
  test("finishes the poll in progress, drops coroutines, then cancels what waits or is queued", async () => {
    const runtime = await start({ workers: 1 });
    const [started, news] = runtime.channel(i32, 4);
    const coroutine = runtime.spawnPinned(coroutines, "sayGoodbye", [started]);
    expect(await news.recv().promise()).toBe(1);
    const waiting = runtime.spawn(tasks.stuck, { alive: started });
    const running = runtime.spawn(tasks.busy, { milliseconds: 50 });
    const queued = Array.from({ length: 100 }, () => runtime.spawn(tasks.wanderer, { n: 1_000_000 }));
    const outcomes = Promise.all(
      [coroutine, waiting, ...queued].map((handle) => failureOf((handle as typeof waiting).result())),
    );
    const finished = running.result().then(
      () => "finished",
      () => "cancelled",
    );
    await runtime.close();
    for (const error of await outcomes) expect(error).toMatchObject({ name: "JoinError", reason: "cancelled" });
    expect(["finished", "cancelled"]).toContain(await finished);
    // Its `finally` block ran.
    expect(news.tryRecv()).toBe(2);
    started.close();
    news.close();
    expect(runtime.metrics()).toMatchObject({ liveTasks: 0, records: 0, heapBytes: 0, freeRecords: 65_536 });
  });

  test("refuses new tasks, fails what the main thread waits for, and can be done twice", async () => {
    const runtime = await start();
    const [to, from] = runtime.channel(i32, 1);
    const waiting = failureOf(from.recv().promise());
    await Promise.all([runtime.close(), runtime.close()]);
    expect(await waiting).toBeInstanceOf(RuntimeClosedError);
    expect(() => runtime.spawn(tasks.empty, {})).toThrow(RuntimeClosedError);
    expect(() => runtime.spawnPinned(coroutines, "sum", [[1]])).toThrow(RuntimeClosedError);
    expect(await runtime.closed).toBeUndefined();
    to.close();
    from.close();
  });

  test("ends a runtime whose main thread is a worker, tasks that were never polled included", async () => {
    const runtime = await start({ workers: 1, mainThread: "worker" });
    const handle = runtime.spawn(tasks.wanderer, { n: 5 });
    const outcome = failureOf(handle.result());
    await runtime.close();
    expect(await outcome).toMatchObject({ reason: "cancelled" });
    expect(runtime.metrics()).toMatchObject({ records: 0, freeRecords: 65_536 });
  });

  test("is what `await using` does", async () => {
    let kept: StealingRuntime | undefined;
    {
      await using runtime = await StealingRuntime.start({ workers: 1, modules: [] });
      kept = runtime;
    }
    expect(await kept.closed).toBeUndefined();
  });
});

describe("a process that ends with a runtime that nobody closed", () => {
  test.each(["by itself", "exit"])("wakes the workers that sleep in drivers: %s", async (how) => {
    const folder = mkdtempSync(join(tmpdir(), "pollab-"));
    try {
      const program = fileURLToPath(new URL("./fixtures/ends.ts", import.meta.url));
      const environment = { ...process.env, CLOSED_DRIVERS: join(folder, "closed") };
      const { stdout } = await promisify(execFile)(process.execPath, [program, how], { env: environment });
      expect(stdout).toBe("2 closed");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
