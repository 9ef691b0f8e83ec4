import { describe, expect, test } from "vitest";
import { Pending } from "@pollab/runtime-core/future";
import { JoinError } from "@pollab/runtime-core/task";
import { StaleHandleError, sendTask, type TaskHandle, TooManyTasksError, UnknownTaskError } from "../src/index.ts";
import * as tasks from "./fixtures/tasks.ts";
import { expectNothingLeft, failureOf, shared, start } from "./support.ts";

describe("a sendable task", () => {
  test("is given its arguments and returns its result", async () => {
    const runtime = await shared();
    expect(await runtime.run(tasks.add, { a: 2, b: 3 })).toBe(5);
    expect(await runtime.run(tasks.empty, {})).toBeUndefined();
  });

  test("keeps every kind of value as it was", async () => {
    const runtime = await shared();
    const values = { a: -(2 ** 31), b: 2 ** 32 - 1, c: -0.1, d: -(2n ** 63n), e: true, f: new Uint8Array([1, 2, 255]) };
    expect(await runtime.run(tasks.echo, values)).toEqual(values);
    const others = { a: 2 ** 31 - 1, b: 0, c: Number.NaN, d: 2n ** 63n - 1n, e: false, f: new Uint8Array(16).fill(7) };
    expect(await runtime.run(tasks.echo, others)).toEqual(others);
  });

  test("finds its locals empty, also where another task has been before", async () => {
    const runtime = await start({ workers: 1, taskCapacity: 4 });
    for (let i = 0; i < 3; i++) {
      await runtime.run(tasks.echo, { a: -1, b: 1, c: 1, d: -1n, e: true, f: new Uint8Array(16).fill(255) });
      expect(await runtime.run(tasks.defaults, {})).toBe(true);
    }
  });

  test("spawns and joins others", async () => {
    const runtime = await shared();
    expect(await runtime.run(tasks.fib, { n: 16 })).toBe(987);
    expect(runtime.metrics()).toMatchObject({ liveTasks: 0, records: 0, heapBytes: 0 });
  });

  test("fails alone with what it threw: class name, code, stack and cause", async () => {
    const runtime = await shared();
    const error = await failureOf(runtime.run(tasks.failing, {}));
    expect(error).toBeInstanceOf(JoinError);
    expect(error).toMatchObject({ reason: "failed", message: "the task failed: nothing to sell" });
    const { cause } = error as { cause: Error };
    expect(cause).toMatchObject({ name: "BusinessError", message: "nothing to sell", code: "E_BUSINESS" });
    expect(cause.stack).toMatch(/deeper.*fixtures\/tasks\.ts/s);
    expect(cause.cause).toBeInstanceOf(RangeError);
    expect(cause.cause).toMatchObject({ message: "the shelf is empty" });
    expect(await failureOf(runtime.run(tasks.throwingValue, {}))).toMatchObject({ cause: 42 });
    expect(await runtime.run(tasks.add, { a: 1, b: 1 })).toBe(2);
    expect(runtime.metrics()).toMatchObject({ records: 0, heapBytes: 0 });
  });

  test("fails when its result is not of the kind that it promised", async () => {
    const runtime = await shared();
    expect(await failureOf(runtime.run(tasks.badResult, {}))).toMatchObject({
      cause: {
        name: "UnsendableError",
        message: expect.stringMatching(/result of the task "badResult".* i32.*given 1\.5/),
      },
    });
  });

  test("fails a parent that joins it and does not catch", async () => {
    const runtime = await shared();
    const child = runtime.spawn(tasks.badResult, {});
    const error = await failureOf(runtime.run(tasks.parent, { child }));
    expect(error).toMatchObject({ reason: "failed", cause: { name: "JoinError", cause: { name: "UnsendableError" } } });
    expect(runtime.metrics().records).toBe(0);
  });

  test("moves to another worker whenever it waits", async () => {
    const runtime = await start();
    const others = Array.from({ length: 8 }, () => runtime.spawn(tasks.wanderer, { n: 20_000 }));
    const moves = await Promise.all(others.map((handle) => handle.result()));
    expect(Math.max(...moves)).toBeGreaterThan(0);
    await expect.poll(() => runtime.metrics().workers.reduce((sum, { polls }) => sum + polls, 0)).toBe(8 * 20_001);
  });

  test("has its result taken without waiting, once", async () => {
    const runtime = await shared();
    const handle = runtime.spawn(tasks.add, { a: 1, b: 2 });
    await expect.poll(() => handle.isFinished).toBe(true);
    expect(handle.tryJoin()).toBe(3);
    expect(() => handle.tryJoin()).toThrow(StaleHandleError);
    const waiting = runtime.spawn(tasks.stuck, { alive: null });
    expect(waiting.tryJoin()).toBe(Pending);
    waiting.abort();
    waiting.drop();
    await expectNothingLeft(runtime);
  });

  test("is detached when nobody keeps its handle", async () => {
    const runtime = await start();
    await runtime.run(tasks.careless, { n: 1000 });
    await expect.poll(() => runtime.metrics().records).toBe(0);
    await expect.poll(() => runtime.metrics().workers.reduce((sum, { spawned }) => sum + spawned, 0)).toBe(1000);
  });
});

describe("a spawn", () => {
  test("names the field whose value cannot be sent", async () => {
    const runtime = await shared();
    const spawn = (args: object) => () => runtime.spawn(tasks.add, args as { a: number; b: number });
    expect(spawn({ a: 1, b: 0.5 })).toThrow(/field "b" of the task "add" takes an i32 \(.*\), but was given 0\.5/);
    expect(spawn({ a: 2 ** 31, b: 0 })).toThrow(/field "a" .* given 2147483648/);
    expect(spawn({ a: 1 })).toThrow(/field "b" .* given undefined/);
    expect(spawn({ a: () => 1, b: 1 })).toThrow(/field "a" .* given a function \(a\), which cannot leave its thread/);
    expect(spawn({ a: new Map(), b: 1 })).toThrow(/field "a" .* given an object of class Map/);
    expect(runtime.metrics().records).toBe(0);
  });

  test("is refused for a task that no module exports", async () => {
    const runtime = await shared();
    const unknown = sendTask("nobody's", {}, () => undefined);
    expect(() => runtime.spawn(unknown, {})).toThrow(UnknownTaskError);
    expect(() => runtime.spawn(unknown, {})).toThrow(/"nobody's" is not exported by any .* which have .*"add"/);
  });

  test("is refused when there is no room for another task, and works again afterwards", async () => {
    const runtime = await start({ workers: 1, taskCapacity: 4 });
    const handles = [1, 2, 3, 4].map(() => runtime.spawn(tasks.stuck, { alive: null }));
    expect(() => runtime.spawn(tasks.empty, {})).toThrow(TooManyTasksError);
    for (const handle of handles) {
      handle.abort();
      handle.drop();
    }
    // A worker that has nothing to do keeps no records for itself.
    await expect.poll(() => runtime.run(tasks.add, { a: 1, b: 2 }).catch(() => 0)).toBe(3);
  });
});

describe("aborting", () => {
  test("ends a task that waits", async () => {
    const runtime = await start();
    const handle = runtime.spawn(tasks.stuck, { alive: null });
    await expect.poll(() => runtime.metrics().workers.some(({ polls }) => polls > 0)).toBe(true);
    expect(handle.isFinished).toBe(false);
    handle.abort();
    expect(await failureOf(handle.result())).toMatchObject({ name: "JoinError", reason: "cancelled" });
    expect(handle.isFinished).toBe(true);
  });

  test("ends a task that was never polled", async () => {
    const runtime = await start({ workers: 1 });
    const before = runtime.spawn(tasks.busy, { milliseconds: 50 });
    const handle = runtime.spawn(tasks.stuck, { alive: null });
    handle.abort();
    expect(await failureOf(handle.result())).toMatchObject({ reason: "cancelled" });
    await before.result();
  });

  test("lets a poll in progress finish, and its result counts", async () => {
    const runtime = await start({ workers: 1 });
    const handle = runtime.spawn(tasks.busy, { milliseconds: 100 });
    await new Promise((resolve) => setTimeout(resolve, 30));
    handle.abort();
    expect(await handle.result()).toBeUndefined();
  });

  test("does nothing to a task that has finished, or whose record another one has", async () => {
    const runtime = await start({ workers: 1, taskCapacity: 8 });
    const handle = runtime.spawn(tasks.add, { a: 1, b: 2 });
    expect(await handle.result()).toBe(3);
    const next: TaskHandle<number>[] = [];
    await expect
      .poll(() => {
        next.push(runtime.spawn(tasks.wanderer, { n: 1000 }));
        return next.map(({ index }) => index);
      })
      .toContain(handle.index);
    handle.abort();
    handle.drop();
    for (const other of next) expect(await other.result()).toBe(0);
    await expect(handle.result()).rejects.toThrow(StaleHandleError);
  });

  test("gives up what the task held", async () => {
    const runtime = await shared();
    const [sender, receiver] = runtime.channel({ kind: "i32" }, 1);
    const handle = runtime.spawn(tasks.stuck, { alive: sender as never });
    sender.close();
    handle.abort();
    expect(await receiver.recv().promise()).toBeTypeOf("symbol");
    receiver.close();
    handle.drop();
    await expectNothingLeft(runtime);
  });
});

describe("the main thread as worker 0", () => {
  test("runs tasks until the one it waits for has ended", async () => {
    const runtime = await start({ workers: 1, mainThread: "worker" });
    expect(runtime.blockOn(runtime.spawn(tasks.fib, { n: 12 }))).toBe(144);
    expect(() => runtime.blockOn(runtime.spawn(tasks.failing, {}))).toThrow("the task failed: nothing to sell");
    expect(runtime.metrics()).toMatchObject({ records: 0 });
  });

  test("shares them with the other workers", async () => {
    const runtime = await start({ workers: 3, mainThread: "worker" });
    for (let i = 0; i < 20; i++) expect(runtime.blockOn(runtime.spawn(tasks.fib, { n: 14 }))).toBe(377);
    // What it does not wait for goes on without it.
    expect(await runtime.run(tasks.fib, { n: 14 })).toBe(377);
    expect(runtime.metrics()).toMatchObject({ records: 0 });
  });

  test("cannot block as long as it is free", async () => {
    const runtime = await shared();
    const handle = runtime.spawn(tasks.empty, {});
    expect(() => runtime.blockOn(handle)).toThrow(/mainThread: "worker"/);
    await handle.result();
  });
});

describe("starting a runtime", () => {
  test.each([
    [{ workers: 0 }, /workers: expected an integer from 1 to 24, got 0/],
    [{ workers: 25 }, /got 25/],
    [{ taskCapacity: 1000 }, /taskCapacity: expected a power of two/],
    [{ queueCapacity: 3 }, /^queueCapacity: expected a power of two from 2 to 32768, got 3/],
  ])("refuses %j", async (options, message) => {
    await expect(start(options)).rejects.toThrow(message);
  });

  test("fails with what a module throws in a worker", async () => {
    const broken = new URL("./fixtures/broken.ts", import.meta.url);
    await expect(start({ modules: [broken] })).rejects.toThrow("this module loads in the main thread only");
  });

  test("fails when a module has other tasks in a worker than in the main thread", async () => {
    const fickle = new URL("./fixtures/fickle.ts", import.meta.url);
    await expect(start({ modules: [fickle] })).rejects.toThrow(/the task "main" is not the same in every thread/);
  });
});

test("a task type refuses fields that cannot be sent, and names that are taken", () => {
  const f = () => 1;
  expect(() => sendTask("t", { args: { f: f as never } }, () => undefined)).toThrow(
    /field "f" of the task "t" takes a kind of field, but was given a function/,
  );
  expect(() => sendTask("t", { args: { at: { kind: "i32" } } }, () => undefined)).toThrow(
    /a field of the task "t" cannot be called "at", which its state needs/,
  );
  expect(() =>
    sendTask("t", { args: { x: { kind: "i32" } }, locals: { x: { kind: "i32" } } }, () => undefined),
  ).toThrow(/the task "t" has an argument "x" already/);
});
