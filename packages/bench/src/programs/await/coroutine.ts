// This project's coroutines, on its current-thread executor.
import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, type Future, ready, yieldNow } from "@pollab/runtime-core/future";
import type { Style } from "./style.ts";

const chain: (depth: number, value: number) => Future<number> = asyncFn(function* (depth: number, value: number) {
  return depth === 1 ? yield* ready(value) : yield* chain(depth - 1, value);
});

const waiting: (depth: number, times: number) => Future<number> = asyncFn(function* (depth: number, times: number) {
  if (depth > 1) return yield* waiting(depth - 1, times);
  let waits = 0;
  for (; waits < times; waits++) yield* yieldNow();
  return waits;
});

const callAll = asyncFn(function* (depth: number, operations: number) {
  let sum = 0;
  for (let i = 0; i < operations; i++) sum += yield* chain(depth, i);
  return sum;
});

const runtime = new CurrentThread();

export const style: Style = {
  call: (depth, operations) => runtime.blockOn(callAll(depth, operations)),
  resume: (depth, operations) => runtime.blockOn(waiting(depth, operations)),
};
