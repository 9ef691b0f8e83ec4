import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { run } from "../harness.ts";

const runtime = new CurrentThread();

// oxlint-disable-next-line eslint/require-yield -- It finishes without waiting, which is what is measured.
const child = asyncFn(function* (value: number) {
  return value;
});

const callAll = asyncFn(function* (operations: number) {
  let sum = 0;
  for (let i = 0; i < operations; i++) sum += yield* child(i);
  return sum;
});

await run((_level, operations) => runtime.blockOn(callAll(operations)));
