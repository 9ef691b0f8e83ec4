import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, ready } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { run } from "../../micro/harness.ts";

const runtime = new CurrentThread();

const nothing = asyncFn(function* () {
  return yield* ready(1);
});

const oneByOne = asyncFn(function* (times: number) {
  let done = 0;
  for (let i = 0; i < times; i++) done += yield* spawn(nothing());
  return done;
});

await run((_level, tasks) => runtime.blockOn(oneByOne(tasks)));
