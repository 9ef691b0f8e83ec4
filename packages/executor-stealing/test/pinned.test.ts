import { JoinError } from "@pollab/runtime-core/task";
import { describe, expect, test } from "vitest";
import { i32, UncloneableError } from "../src/index.ts";
import * as tasks from "./fixtures/tasks.ts";
import { coroutines, expectNothingLeft, failureOf, shared, start } from "./support.ts";

describe("a pinned coroutine", () => {
  test("is made from copies of its arguments, and its result comes back", async () => {
    const runtime = await shared();
    expect(await runtime.spawnPinned(coroutines, "sum", [[1, 2, 3]]).result()).toBe(6);
    await expectNothingLeft(runtime);
  });

  test("copies what structured cloning copies", async () => {
    const runtime = await shared();
    const value = {
      map: new Map([["a", new Set([1n, 2n])]]),
      when: new Date(0),
      bytes: new Uint8Array([1, 2, 3]),
      nothing: undefined,
      pattern: /x/g,
      big: new Array(10_000).fill("text"),
    };
    expect(await runtime.spawnPinned(coroutines, "copies", [value]).result()).toEqual(value);
    await expectNothingLeft(runtime);
  });

  test("stays with the worker that polled it first", async () => {
    const runtime = await shared();
    const handles = Array.from({ length: 20 }, () => runtime.spawnPinned<number[]>(coroutines, "threads", [50]));
    for (const handle of handles) expect(new Set(await handle.result()).size).toBe(1);
  });

  test("runs on the worker that was asked for", async () => {
    const runtime = await start({ workers: 3 });
    const threadOf = async (worker: number): Promise<number | undefined> =>
      (await runtime.spawnPinned<number[]>(coroutines, "threads", [1], { worker }).result())[0];
    const threads = [await threadOf(0), await threadOf(1), await threadOf(2)];
    expect(new Set(threads).size).toBe(3);
    expect([await threadOf(0), await threadOf(1), await threadOf(2)]).toEqual(threads);
    expect(() => runtime.spawnPinned(coroutines, "threads", [1], { worker: 3 })).toThrow(/from 0 to 2, got 3/);
  });

  test("fails with what it threw, its stack, its code and the causes of its cause", async () => {
    const runtime = await shared();
    const error = await failureOf(runtime.spawnPinned(coroutines, "fails", []).result());
    expect(error).toBeInstanceOf(JoinError);
    expect(error).toMatchObject({
      reason: "failed",
      cause: {
        message: "outer",
        code: "E_OUTER",
        stack: expect.stringContaining("fixtures/coroutines.ts"),
        cause: {
          name: "JoinError",
          cause: { name: "TypeError", message: "inner", cause: { message: "root" } },
        },
      },
    });
    await expectNothingLeft(runtime);
  });

  test("fails when there is no such export, or it makes no future, or its result cannot be copied", async () => {
    const runtime = await shared();
    const causeOf = async (name: string): Promise<unknown> =>
      ((await failureOf(runtime.spawnPinned(coroutines, name, []).result())) as Error).cause;
    expect(await causeOf("nobody")).toMatchObject({ message: expect.stringMatching(/exports no function nobody/) });
    expect(await causeOf("notAFuture")).toMatchObject({ message: expect.stringMatching(/returned no future/) });
    expect(await causeOf("returnsFunction")).toMatchObject({
      name: "UncloneableError",
      message: "what returnsFunction returned cannot be copied to another thread",
    });
    await expectNothingLeft(runtime);
  });

  test("refuses arguments that cannot be copied, and says which", async () => {
    const runtime = await shared();
    const f = (): number => 1;
    expect(() => runtime.spawnPinned(coroutines, "copies", [1, f as never])).toThrow(UncloneableError);
    expect(() => runtime.spawnPinned(coroutines, "copies", [1, f as never])).toThrow(
      /argument 2 of copies cannot be copied/,
    );
    await expectNothingLeft(runtime);
  });

  test("is dropped when it is aborted: its finally blocks run, and its handle says so", async () => {
    const runtime = await shared();
    const [sender, receiver] = runtime.channel(i32, 4);
    const handle = runtime.spawnPinned(coroutines, "sayGoodbye", [sender]);
    expect(await receiver.recv().promise()).toBe(1);
    handle.abort();
    expect(await receiver.recv().promise()).toBe(2);
    expect(await failureOf(handle.result())).toMatchObject({ reason: "cancelled" });
    sender.close();
    receiver.close();
    await expectNothingLeft(runtime);
  });

  test("is cancelled before it was ever polled, and its arguments are given up", async () => {
    const runtime = await start({ workers: 1 });
    const [sender, receiver] = runtime.channel(i32, 4);
    const busy = runtime.spawn(tasks.busy, { milliseconds: 50 });
    const handle = runtime.spawnPinned(coroutines, "sayGoodbye", [sender]);
    sender.close();
    handle.abort();
    expect(await failureOf(handle.result())).toMatchObject({ reason: "cancelled" });
    expect(await receiver.recv().promise()).toBeTypeOf("symbol");
    await busy.result();
    receiver.close();
    await expectNothingLeft(runtime);
  });

  test("joins a sendable task that runs elsewhere", async () => {
    const runtime = await shared();
    const handle = runtime.spawn(tasks.fib, { n: 12 });
    expect(await runtime.spawnPinned(coroutines, "joins", [handle]).result()).toBe(288);
    await expectNothingLeft(runtime);
  });

  test("runs on the main thread, too, when that is a worker", async () => {
    const runtime = await start({ workers: 1, mainThread: "worker" });
    expect(runtime.blockOn(runtime.spawnPinned(coroutines, "sum", [[1, 2, 3]]))).toBe(6);
    expect(runtime.blockOn(runtime.spawnPinned(coroutines, "sum", [[4, 5]], { worker: 0 }))).toBe(9);
    await expectNothingLeft(runtime);
  });
});
