import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, ready } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { run } from "../../micro/harness.ts";

const runtime = new CurrentThread();

const nothing = asyncFn(function* () {
  return yield* ready(1);
});

const soManyAtATime = asyncFn(function* (atATime: number, times: number) {
  let done = 0;
  for (let begun = 0; begun < times; begun += atATime) {
    if (atATime === 1) done += yield* spawn(nothing());
    else for (const handle of Array.from({ length: atATime }, () => spawn(nothing()))) done += yield* handle;
  }
  return done;
});

await run((atATime, tasks) => runtime.blockOn(soManyAtATime(atATime, tasks)));
