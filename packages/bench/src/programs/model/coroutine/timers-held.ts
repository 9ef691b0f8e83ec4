import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, yieldNow } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { sleep } from "@pollab/runtime-core/time";
import { run } from "../../micro/harness.ts";
import { longDelayMs } from "../long-delays.ts";
import { resident } from "../resident.ts";

const sleeping = asyncFn(function* (durationMs: number) {
  yield* sleep(durationMs);
});

const start = asyncFn(function* (timers: number) {
  for (let i = 0; i < timers; i++) spawn(sleeping(longDelayMs(i))).drop();
  yield* yieldNow();
});

await run(
  resident((timers) => {
    const runtime = new CurrentThread();
    runtime.blockOn(start(timers));
    return () => runtime.close();
  }),
);
