import { JoinError } from "@pollab/runtime-core/task";
import { describe, expect, test } from "vitest";
import { StealingRuntime } from "../src/index.ts";
import { chaos, resultOf } from "./fixtures/chaos.ts";

/** In all runs together; `STRESS_TASKS=100000000 vitest run test/stress.test.ts` is a longer form. */
const TASKS = Number(process.env["STRESS_TASKS"] ?? 10_000_000);
const TREE = 1000;
const TREES_AT_A_TIME = 32;
const LIMIT_MS = 600_000;

function spawnedBy(runtime: StealingRuntime): number {
  return runtime.metrics().workers.reduce((sum, { spawned }) => sum + spawned, 0);
}

describe("tasks that spawn, steal, join, abort and fail at random", () => {
  test.each([2, 8])(
    "end with every record back in the slab, with %i workers",
    async (workers) => {
      const taskCapacity = 1 << 16;
      const runtime = await StealingRuntime.start({
        workers,
        taskCapacity,
        // Overflows are part of it.
        queueCapacity: 16,
        modules: [new URL("./fixtures/chaos.ts", import.meta.url)],
      });
      const unexpected: unknown[] = [];
      let seed = workers;
      let finished = 0;
      const plant = async (): Promise<void> => {
        while (spawnedBy(runtime) < TASKS / 2) {
          seed++;
          const tree = runtime.spawn(chaos, { seed, size: TREE });
          if (seed % 50 === 0) tree.abort();
          const expected = resultOf(seed);
          try {
            const result = await tree.result();
            if (result !== expected) unexpected.push([result, expected]);
          } catch (error) {
            const isExpected =
              error instanceof JoinError &&
              (error.reason === "cancelled" || (error.cause instanceof Error && error.cause.name === "Whim"));
            if (!isExpected) unexpected.push(error);
          }
          finished++;
        }
      };
      await Promise.all(Array.from({ length: TREES_AT_A_TIME }, plant));
      expect(unexpected).toEqual([]);
      expect(finished).toBe(seed - workers);
      // Those whose handles were dropped come to their end, too.
      await expect
        .poll(() => runtime.metrics(), { timeout: 60_000 })
        .toMatchObject({ liveTasks: 0, records: 0, heapBytes: 0 });
      const { workers: counts } = runtime.metrics();
      expect(counts.reduce((sum, { steals }) => sum + steals, 0)).toBeGreaterThan(0);
      await runtime.close();
      expect(runtime.metrics()).toMatchObject({ records: 0, freeRecords: taskCapacity });
    },
    LIMIT_MS,
  );
});
