import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, ready } from "@pollab/runtime-core/future";
import { run } from "../harness.ts";

const runtime = new CurrentThread();

const awaitAll = asyncFn(function* (operations: number) {
  let sum = 0;
  for (let i = 0; i < operations; i++) sum += yield* ready(i);
  return sum;
});

await run((_level, operations) => runtime.blockOn(awaitAll(operations)));
