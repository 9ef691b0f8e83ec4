// What handles do where they are of no use: on another runtime, after the end of theirs, and when two want the same result.
import { describe, expect, test } from "vitest";
import { End } from "@pollab/runtime-core/stream";
import { AlreadyJoinedError, i32, RuntimeClosedError, StaleHandleError, UncloneableError } from "../src/index.ts";
import * as tasks from "./fixtures/tasks.ts";
import { coroutines, expectNothingLeft, failureOf, shared, start } from "./support.ts";

describe("a join handle", () => {
  test("is joined by one at a time; a second one is told so, and the first gets the result", async () => {
    const runtime = await start({ workers: 1 });
    const handle = runtime.spawn(tasks.busy, { milliseconds: 20 });
    const first = handle.result();
    expect(await failureOf(handle.result())).toBeInstanceOf(AlreadyJoinedError);
    expect(() => runtime.spawnPinned(coroutines, "joins", [handle])).toThrow(AlreadyJoinedError);
    expect(await first).toBeUndefined();
    expect(await failureOf(handle.result())).toBeInstanceOf(StaleHandleError);
    await expectNothingLeft(runtime);
  });

  test("can be joined again after a wait for it was dropped", async () => {
    const runtime = await start({ workers: 1 });
    const handle = runtime.spawn(tasks.busy, { milliseconds: 20 });
    const first = handle.join();
    void first.promise();
    first.drop();
    expect(await handle.result()).toBeUndefined();
    await expectNothingLeft(runtime);
  });

  test("cannot be joined by the one who has handed it on", async () => {
    const runtime = await shared();
    const child = runtime.spawn(tasks.add, { a: 1, b: 2 });
    const parent = runtime.spawn(tasks.parent, { child });
    expect(() => child.tryJoin()).toThrow(StaleHandleError);
    expect(await failureOf(child.result())).toBeInstanceOf(StaleHandleError);
    expect(await parent.result()).toBe(3);
    await expectNothingLeft(runtime);
  });
});

describe("handles of another runtime", () => {
  test("are refused, and nothing in its memory changes", async () => {
    const [mine, other] = await Promise.all([start({ workers: 1 }), start({ workers: 1 })]);
    const [sender, receiver] = other.channel(i32, 1);
    const [token, gate, child] = [other.token(), other.semaphore(1), other.spawn(tasks.add, { a: 1, b: 2 })];
    expect(() => mine.spawn(tasks.stuck, { alive: sender })).toThrow(/the sender of a channel of the same runtime/);
    expect(() => mine.spawn(tasks.untilCancelled, { stop: token })).toThrow(/cancellation token of the same runtime/);
    expect(() => mine.spawn(tasks.parent, { child })).toThrow(/a join handle of the same runtime/);
    const [own] = mine.channel(i32, 1);
    expect(() => mine.spawnPinned(coroutines, "forwards", [own, receiver])).toThrow(UncloneableError);
    expect(() => mine.spawnPinned(coroutines, "holdsPermit", [gate, own])).toThrow(/argument 1 .* of another runtime/);
    expect(await child.result()).toBe(3);
    for (const handle of [sender, receiver, token, gate, own]) handle.close();
    expect(await mine.run(tasks.fib, { n: 10 })).toBe(55);
    await mine.close();
    // Only the receiver that nobody closed is left of the channel of its own.
    expect(mine.metrics()).toMatchObject({ records: 0, heapBytes: 128 });
    await expectNothingLeft(other);
  });
});

describe("arguments of a coroutine that is refused", () => {
  test.each<[string, { readonly heapBytes?: number; readonly taskCapacity?: number }, unknown, RegExp]>([
    ["because another cannot be copied", {}, () => 1, /argument 2 .* cannot be copied/],
    ["because there is no memory for them", { heapBytes: 4096 }, new Uint8Array(5000), /no .* bytes of shared memory/],
    ["because there are too many tasks", { taskCapacity: 2 }, 1, /there are 2 tasks already/],
  ])("are given up, %s", async (_, options, value, message) => {
    const runtime = await start({ workers: 1, ...options });
    const full =
      options.taskCapacity === undefined ? [] : [1, 2].map(() => runtime.spawn(tasks.stuck, { alive: null }));
    const [sender, receiver] = runtime.channel(i32, 1);
    expect(() => runtime.spawnPinned(coroutines, "forwards", [sender, value as number])).toThrow(message);
    sender.close();
    // It was the last one.
    expect(receiver.tryRecv()).toBe(End);
    receiver.close();
    for (const handle of full) handle.drop();
    await runtime.close();
    expect(runtime.metrics()).toMatchObject({ records: 0, heapBytes: 0 });
  });
});

test("whoever waits for something of a runtime that has ended is told that it has", async () => {
  const runtime = await start({ workers: 1 });
  const [sender, receiver] = runtime.channel(i32, 1);
  const [token, gate] = [runtime.token(), runtime.semaphore(0)];
  const finished = runtime.spawn(tasks.add, { a: 1, b: 2 });
  await expect.poll(() => finished.isFinished).toBe(true);
  const cut = runtime.spawn(tasks.stuck, { alive: null });
  sender.trySend(1);
  await runtime.close();
  for (const wait of [sender.send(2), gate.acquire(), token.cancelled()]) {
    expect(await failureOf(wait.promise())).toBeInstanceOf(RuntimeClosedError);
  }
  // What needs no waiting is still there.
  expect(await receiver.recv().promise()).toBe(1);
  expect(await failureOf(receiver.recv().promise())).toBeInstanceOf(RuntimeClosedError);
  expect(await finished.result()).toBe(3);
  expect(await failureOf(cut.result())).toMatchObject({ reason: "cancelled" });
  for (const handle of [sender, receiver, token, gate]) handle.close();
  expect(runtime.metrics()).toMatchObject({ records: 0, heapBytes: 0 });
});
