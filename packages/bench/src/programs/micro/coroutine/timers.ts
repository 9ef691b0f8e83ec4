import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { type JoinHandle, spawn } from "@pollab/runtime-core/task";
import { sleep } from "@pollab/runtime-core/time";
import { realDelayMs } from "../delays.ts";
import { run } from "../harness.ts";

const runtime = new CurrentThread();

const sleeping = asyncFn(function* (durationMs: number) {
  yield* sleep(durationMs);
  return 1;
});

const main = asyncFn(function* (sleeps: number) {
  const handles: JoinHandle<number>[] = [];
  for (let index = 0; index < sleeps; index++) handles.push(spawn(sleeping(realDelayMs(index))));
  let sum = 0;
  for (const handle of handles) sum += yield* handle;
  return sum;
});

await run((_level, operations) => runtime.blockOn(main(operations)));
