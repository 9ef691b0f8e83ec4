import { JoinError } from "@pollab/runtime-core/task";
import { describe, expect, test } from "vitest";
import { End } from "@pollab/runtime-core/stream";
import { i32, tasksOf } from "../src/index.ts";
import * as sets from "./fixtures/task-sets.ts";
import { expectNothingLeft, failureOf, shared, start } from "./support.ts";

describe("a set of tasks", () => {
  test.each([0, 1, 3])(
    "gives all results, the latest first, when its tasks let others run %i times",
    async (yields) => {
      const runtime = await shared();
      const { left, taken } = await runtime.run(sets.inOrder, { count: 5, rounds: 1, failing: 0, yields });
      expect([...taken]).toEqual([5, 4, 3, 2, 1]);
      expect(left).toBe(0);
      await expectNothingLeft(runtime);
    },
  );

  test("can be filled again when it is empty, and with nothing", async () => {
    const runtime = await shared();
    const { taken } = await runtime.run(sets.inOrder, { count: 16, rounds: 3, failing: 0, yields: 0 });
    expect([...taken]).toEqual([1, 2, 3].flatMap(() => Array.from({ length: 16 }, (_, i) => 16 - i)));
    expect((await runtime.run(sets.inOrder, { count: 0, rounds: 2, failing: 0, yields: 0 })).taken).toHaveLength(0);
    await expectNothingLeft(runtime);
  });

  test("throws what a task failed with at its turn, and goes on with the others", async () => {
    const runtime = await shared();
    const { taken } = await runtime.run(sets.inOrder, { count: 7, rounds: 1, failing: 3, yields: 1 });
    expect([...taken]).toEqual([7, 255, 5, 4, 255, 2, 1]);
    await expectNothingLeft(runtime);
  });

  test("holds trees of tasks, more than the queues have room for", async () => {
    const runtime = await start({ workers: 3, queueCapacity: 16 });
    for (let i = 0; i < 10; i++) expect(await runtime.run(sets.wide, { from: 0, to: 5000 })).toBe(12_497_500);
    const counts = runtime.metrics().workers;
    expect(counts.reduce((sum, { injects }) => sum + injects, 0)).toBeGreaterThan(0);
    await expectNothingLeft(runtime);
  });

  test("is aborted as a whole", async () => {
    const runtime = await shared();
    const [alive, news] = runtime.channel(i32, 1);
    const [stop, stopped] = runtime.channel(i32, 1);
    const waiting = runtime.spawn(sets.waitsForMany, { alive, stop: stopped });
    stopped.close();
    alive.close();
    expect(await news.recv().promise()).toBe(16);
    stop.trySend(1);
    expect(await waiting.result()).toBe(16);
    expect(await news.recv().promise()).toBe(End);
    for (const end of [news, stop]) end.close();
    await expectNothingLeft(runtime);
  });

  test("lets go of its tasks, which go on, when its owner ends before them", async () => {
    const runtime = await start();
    const [alive, news] = runtime.channel(i32, 1);
    const [stop, stopped] = runtime.channel(i32, 1);
    const waiting = runtime.spawn(sets.waitsForMany, { alive, stop: stopped });
    for (const end of [alive, stopped]) end.close();
    expect(await news.recv().promise()).toBe(16);
    waiting.abort();
    expect(await failureOf(waiting.result())).toBeInstanceOf(JoinError);
    await expect.poll(() => runtime.metrics()).toMatchObject({ liveTasks: 16, records: 16 });
    for (const end of [news, stop]) end.close();
    await runtime.close();
    expect(runtime.metrics()).toMatchObject({ liveTasks: 0, records: 0, heapBytes: 0 });
  });

  test("has as much room as its field says", async () => {
    const runtime = await shared();
    const failure = async (kind: number): Promise<unknown> =>
      ((await failureOf(runtime.run(sets.asksForTooMuch, { kind }))) as JoinError).cause;
    expect(await failure(1)).toMatchObject({
      name: "RangeError",
      message: expect.stringMatching(/from 0 to 4.*got 5/),
    });
    expect(await failure(2)).toMatchObject({ name: "RangeError", message: expect.stringMatching(/got -1/) });
    expect(await failure(3)).toMatchObject({ name: "RangeError", message: expect.stringMatching(/room for 4 tasks/) });
    expect(await failure(4)).toMatchObject({ message: "no arguments" });
    expect(await failure(5)).toMatchObject({
      name: "UnsendableError",
      message: expect.stringMatching(/takes no value \(call its methods\)/),
    });
    await expectNothingLeft(runtime);
    for (const capacity of [0, 1.5, 1025]) expect(() => tasksOf(i32, capacity)).toThrow(/from 1 to 1024/);
  });

  test("keeps those that were spawned when the runtime has room for no more", async () => {
    const runtime = await start({ workers: 1, taskCapacity: 8 });
    const error = await failureOf(runtime.run(sets.inOrder, { count: 16, rounds: 1, failing: 0, yields: 0 }));
    expect(error).toMatchObject({ cause: { name: "TooManyTasksError" } });
    await expectNothingLeft(runtime);
  });
});
