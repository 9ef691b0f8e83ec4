import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { sleep } from "@pollab/runtime-core/time";
import { joinSum } from "../../micro/coroutine/join-sum.ts";
import { runOnce } from "../../micro/harness.ts";
import { SLEEP_MS } from "../sleep-ms.ts";

const runtime = new CurrentThread();

const sleeping = asyncFn(function* () {
  yield* sleep(SLEEP_MS);
  return 1;
});

await runOnce((_level, tasks) => runtime.blockOn(joinSum(tasks, sleeping)));
