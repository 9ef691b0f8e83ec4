import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer, connect } from "node:net";
import { fileURLToPath } from "node:url";
import {
  asyncFn,
  type Future,
  Pending,
  pending,
  pollFn,
  ready,
  type Waker,
  yieldNow,
} from "@pollab/runtime-core/future";
import { JoinError, LocalSet, NestedRuntimeError, spawn } from "@pollab/runtime-core/task";
import { Instant, pause, PausedClock, resume, sleep, timeout } from "@pollab/runtime-core/time";
import { describe, expect, test } from "vitest";
import { CurrentThread, HostedThread } from "../src/index.ts";

/** A future that is woken from outside: by a promise. */
function awaitPromise<T>(promise: Promise<T>): Future<T> {
  let result: { readonly value: T } | null = null;
  let waker: Waker | null = null;
  const settle = async (): Promise<void> => {
    result = { value: await promise };
    waker?.wake();
  };
  void settle();
  return pollFn((cx) => {
    if (result !== null) return result.value;
    waker = cx.waker;
    return Pending;
  });
}

const immediate = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe("a hosted runtime", () => {
  test("makes promises of futures: values, failures as they were thrown, and cancellations", async () => {
    const runtime = new HostedThread();
    expect(await runtime.run(ready(3))).toBe(3);
    const failure = new TypeError("original");
    await expect(
      runtime.run(
        pollFn(() => {
          throw failure;
        }),
      ),
    ).rejects.toBe(failure);
    const cancelled = runtime.run(pending());
    runtime.close();
    await expect(cancelled).rejects.toMatchObject({ name: "JoinError", reason: "cancelled" });
    await expect(runtime.run(ready(1))).rejects.toBeInstanceOf(JoinError);
  });

  test("starts in a microtask, not within the call", async () => {
    const runtime = new HostedThread();
    const log: string[] = [];
    const task = runtime.run(
      asyncFn(function* () {
        log.push("task");
        yield* ready(0);
      })(),
    );
    log.push("caller");
    await task;
    expect(log).toEqual(["caller", "task"]);
    runtime.close();
  });

  test("goes on when something outside wakes it, and the host's promises go on beside it", async () => {
    const runtime = new HostedThread();
    const conversation = asyncFn(function* () {
      const log: string[] = [];
      for (let i = 0; i < 3; i++) log.push(yield* awaitPromise(immediate().then(() => `answer ${i}`)));
      return log;
    });
    expect(await runtime.run(conversation())).toEqual(["answer 0", "answer 1", "answer 2"]);
    runtime.close();
  });

  test("spawns tasks that run beside the one that is awaited", async () => {
    const runtime = new HostedThread();
    const log: string[] = [];
    const worker = asyncFn(function* (name: string) {
      log.push(`${name} 1`);
      yield* yieldNow();
      log.push(`${name} 2`);
    });
    await runtime.run(
      asyncFn(function* () {
        const handles = ["a", "b"].map((name) => spawn(worker(name)));
        for (const handle of handles) yield* handle;
      })(),
    );
    expect(log).toEqual(["a 1", "b 1", "a 2", "b 2"]);
    runtime.close();
  });

  test("that never comes to rest leaves the event loop its turns", async () => {
    const runtime = new HostedThread({ eventInterval: 8 });
    let turns = 0;
    const busy = runtime.spawn(
      asyncFn(function* () {
        for (;;) {
          turns++;
          yield* yieldNow();
        }
      })(),
    );
    const seen: number[] = [];
    for (let i = 0; i < 5; i++) {
      await immediate();
      seen.push(turns);
    }
    expect(new Set(seen).size).toBeGreaterThan(1);
    await new Promise((resolve) => void setTimeout(resolve, 1));
    const server = createServer((socket) => socket.end("hello"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const [data] = (await once(connect(address.port, "127.0.0.1"), "data")) as [Buffer];
    expect(data.toString()).toBe("hello");
    server.close();
    busy.abort();
    await immediate();
    await immediate();
    expect(busy.isFinished).toBe(true);
    runtime.close();
  });

  test("sleeps no less than asked, whatever the host does meanwhile", async () => {
    const runtime = new HostedThread();
    const startMs = performance.now();
    await Promise.all([
      runtime.run(sleep(8.3)),
      runtime.run(sleep(3.2)),
      runtime.run(timeout(5, pending())).catch(() => {}),
    ]);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(8.3);
    runtime.close();
  });

  test("fires an earlier timer that comes later, and none that was dropped", async () => {
    const runtime = new HostedThread();
    const long = runtime.spawn(sleep(100_000));
    await immediate();
    await runtime.run(sleep(2));
    long.abort();
    await immediate();
    expect([long.isFinished, runtime.timers.size]).toEqual([true, 0]);
    runtime.close();
  });

  test("with a paused clock runs an hour at once, and waits for the host where it has to", async () => {
    const clock = new PausedClock();
    const runtime = new HostedThread({ clock });
    const hours = asyncFn(function* () {
      for (let i = 0; i < 60; i++) yield* sleep(60_000);
      return yield* awaitPromise(immediate().then(() => clock.nowMs()));
    });
    expect(await runtime.run(hours())).toBe(3_600_000);
    runtime.close();
  });

  test("has a clock that a task can stop and start again", async () => {
    const runtime = new HostedThread();
    const hours = asyncFn(function* () {
      pause();
      const start = Instant.now();
      yield* sleep(3_600_000);
      const slept = Math.floor(start.elapsedMs());
      resume();
      yield* sleep(1);
      return [slept, start.elapsedMs() > 3_600_000];
    });
    expect(await runtime.run(hours())).toEqual([3_600_000, true]);
    runtime.close();
  });

  test("runs a LocalSet, and reports its lost failures", async () => {
    const failures: unknown[] = [];
    const runtime = new HostedThread({ onUnobservedFailure: (error) => void failures.push(error.cause) });
    const set = new LocalSet();
    set
      .spawnLocal(
        pollFn(() => {
          throw new Error("unseen");
        }),
      )
      .drop();
    await runtime.run(set);
    expect(failures).toEqual([new Error("unseen")]);
    runtime.close();
  });

  test("counts as the owned one does; its parks are the ends of its ticks", async () => {
    const runtime = new HostedThread();
    await runtime.run(yieldNow());
    expect(runtime.metrics()).toMatchObject({ spawnedTasks: 1, liveTasks: 0, polls: 2, wakes: 1, parks: 1 });
    runtime.close();
  });

  test("is woken by many at once and ticks once", async () => {
    const runtime = new HostedThread();
    await Promise.all(Array.from({ length: 50 }, () => runtime.run(ready(0))));
    expect(runtime.metrics()).toMatchObject({ spawnedTasks: 50, polls: 50, parks: 1 });
    runtime.close();
  });

  test("can stand beside others, and be woken by the tasks of an owned one", async () => {
    const [a, b] = [new HostedThread(), new HostedThread()];
    let waker: Waker | null = null;
    let rung = false;
    const waiting = a.run(
      pollFn((cx) => {
        waker = cx.waker;
        return rung ? "rung" : Pending;
      }),
    );
    await immediate();
    const ring = asyncFn(function* () {
      yield* yieldNow();
      rung = true;
      waker?.wake();
    });
    const owned = new CurrentThread();
    owned.blockOn(ring());
    expect(await waiting).toBe("rung");
    await b.run(ring());
    for (const runtime of [a, b, owned]) runtime.close();
  });

  test("does not let its tasks block on a runtime", async () => {
    const runtime = new HostedThread();
    const owned = new CurrentThread();
    await expect(runtime.run(pollFn(() => owned.blockOn(ready(1))))).rejects.toBeInstanceOf(NestedRuntimeError);
    runtime.close();
    owned.close();
  });

  test.each([0, 1.5])("refuses an event interval of %d", (eventInterval) => {
    expect(() => new HostedThread({ eventInterval })).toThrow(/integer of at least 1/);
  });
});

describe("closing a hosted runtime", () => {
  test("drops every task once, and nothing ticks afterwards", async () => {
    const runtime = new HostedThread();
    const log: string[] = [];
    const waiter = asyncFn(function* (name: string, wait: Future<void>) {
      try {
        yield* wait;
        log.push(`${name} finished`);
      } finally {
        log.push(`${name} dropped`);
      }
    });
    const handles = [runtime.spawn(waiter("sleeping", sleep(1))), runtime.spawn(waiter("pending", pending()))];
    await immediate();
    runtime.spawn(waiter("never polled", ready(undefined)));
    runtime.close();
    runtime.close();
    await new Promise((resolve) => void setTimeout(resolve, 5));
    expect(log.toSorted()).toEqual(["pending dropped", "sleeping dropped"]);
    expect([handles.every((handle) => handle.isFinished), runtime.timers.size]).toEqual([true, 0]);
  });

  test("by one of its own tasks is refused", async () => {
    const runtime = new HostedThread();
    await expect(runtime.run(pollFn(() => runtime.close()))).rejects.toThrow(/await what `run` returned/);
    runtime.close();
  });

  test("closes its blocking pool, which was told that the event loop runs", () => {
    const log: unknown[] = [];
    const runtime = new HostedThread({
      blocking: {
        isBusy: false,
        call: () => pending(),
        attach: (unpark) => void log.push(unpark),
        collect() {},
        close: (timeoutMs) => {
          log.push(timeoutMs);
          return false;
        },
      },
    });
    expect(runtime.shutdownTimeout(70)).toBe(false);
    expect(log).toEqual([null, 70]);
  });
});

describe("a process with a hosted runtime", () => {
  const run = (mode: string): { status: number | null; stdout: string; stderr: string } => {
    const program = fileURLToPath(new URL("./fixtures/hosted.ts", import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, mode], {
      encoding: "utf8",
      timeout: 20_000,
    });
    return { status, stdout, stderr };
  };

  test("lives as long as a task sleeps, and ends by itself then", () => {
    expect(run("sleeping")).toEqual({ status: 0, stdout: "slept\n", stderr: "" });
  });

  test("ends when its tasks wait for nothing that could happen", () => {
    expect(run("pending")).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  test("ends when the only sleep was dropped", () => {
    expect(run("dropped")).toEqual({ status: 0, stdout: "dropped\n", stderr: "" });
  });

  test("fails as for any exception when a failure's report throws, and the runtime goes on", () => {
    expect(run("report")).toMatchObject({ status: 0, stdout: "caught unseen\nstill running\n", stderr: "" });
  });
});
