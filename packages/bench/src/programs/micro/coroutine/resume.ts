import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, type Future, yieldNow } from "@pollab/runtime-core/future";
import { run } from "../harness.ts";

const runtime = new CurrentThread();

const waiting: (depth: number, times: number) => Future<number> = asyncFn(function* (depth: number, times: number) {
  if (depth > 1) return yield* waiting(depth - 1, times);
  let waits = 0;
  for (; waits < times; waits++) yield* yieldNow();
  return waits;
});

await run((depth, operations) => runtime.blockOn(waiting(depth, operations)));
