import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, yieldNow } from "@pollab/runtime-core/future";
import { type JoinHandle, spawn } from "@pollab/runtime-core/task";
import { run } from "../harness.ts";

const runtime = new CurrentThread();

const yielding = asyncFn(function* (times: number) {
  let yields = 0;
  for (; yields < times; yields++) yield* yieldNow();
  return yields;
});

const main = asyncFn(function* (tasks: number, times: number) {
  const handles: JoinHandle<number>[] = [];
  for (let i = 0; i < tasks; i++) handles.push(spawn(yielding(times)));
  let sum = 0;
  for (const handle of handles) sum += yield* handle;
  return sum;
});

await run((tasks, operations) => runtime.blockOn(main(tasks, operations / tasks)));
