import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, type Future, ready } from "@pollab/runtime-core/future";
import { run } from "../../micro/harness.ts";

const chain: (depth: number, value: number) => Future<number> = asyncFn(function* (depth: number, value: number) {
  return depth === 1 ? yield* ready(value) : yield* chain(depth - 1, value);
});

const callAll = asyncFn(function* (depth: number, operations: number) {
  let sum = 0;
  for (let i = 0; i < operations; i++) sum += yield* chain(depth, i);
  return sum;
});

const runtime = new CurrentThread();
await run((depth, operations) => runtime.blockOn(callAll(depth, operations)));
