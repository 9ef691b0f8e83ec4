import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { type JoinHandle, spawn } from "@pollab/runtime-core/task";
import { run } from "../harness.ts";

const runtime = new CurrentThread();

// oxlint-disable-next-line eslint/require-yield -- An empty task is what is measured.
const task = asyncFn(function* (index: number) {
  return index;
});

const main = asyncFn(function* (tasks: number) {
  const handles: JoinHandle<number>[] = [];
  for (let i = 0; i < tasks; i++) handles.push(spawn(task(i)));
  let sum = 0;
  for (const handle of handles) sum += yield* handle;
  return sum;
});

await run((_level, operations) => runtime.blockOn(main(operations)));
