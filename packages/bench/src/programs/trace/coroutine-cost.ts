// The work of "stack-cost" in coroutines.
import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, type Future, type Suspension, yieldNow } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { type Workload } from "../micro/harness.ts";
import { DEPTH, FAIL, SPAWN } from "./stack-cost.ts";

const one = asyncFn(function* () {
  yield* yieldNow();
  return 1;
});

const spawning = asyncFn(function* (operations: number) {
  let joined = 0;
  for (let i = 0; i < operations; i++) joined += yield* spawn(one());
  return joined;
});

const waiting: (depth: number, times: number) => Future<number> = asyncFn(function* (depth: number, times: number) {
  if (depth > 1) return yield* waiting(depth - 1, times);
  let waits = 0;
  for (; waits < times; waits++) yield* yieldNow();
  return waits;
});

const failing: (depth: number) => Future<number> = asyncFn(function* (
  depth: number,
): Generator<Suspension, number, unknown> {
  if (depth > 1) return yield* failing(depth - 1);
  yield* yieldNow();
  throw new Error("no reply");
});

const catching = asyncFn(function* (operations: number) {
  let caught = 0;
  for (let i = 0; i < operations; i++) {
    try {
      yield* failing(DEPTH);
    } catch {
      caught++;
    }
  }
  return caught;
});

const runtime = new CurrentThread();

export const inCoroutines: Workload = (level, operations) => {
  if (level === SPAWN) return runtime.blockOn(spawning(operations));
  return runtime.blockOn(level === FAIL ? catching(operations) : waiting(DEPTH, operations));
};
