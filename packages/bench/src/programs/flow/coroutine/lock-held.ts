import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { Mutex } from "@pollab/runtime-core/sync";
import { sleep } from "@pollab/runtime-core/time";
import { runOnce } from "../../micro/harness.ts";
import { joinSum } from "../../micro/coroutine/join-sum.ts";
import { HELD, WAIT_MS } from "../lock-held.ts";

const runtime = new CurrentThread();

const heldAcross = asyncFn(function* (count: Mutex<number>) {
  const guard = yield* count.lock();
  guard.value++;
  yield* sleep(WAIT_MS);
  guard.drop();
  return 1;
});

const releasedBefore = asyncFn(function* (count: Mutex<number>) {
  const guard = yield* count.lock();
  guard.value++;
  guard.drop();
  yield* sleep(WAIT_MS);
  return 1;
});

await runOnce((level, tasks) => {
  const count = new Mutex(0);
  const task = level === HELD ? heldAcross : releasedBefore;
  return runtime.blockOn(joinSum(tasks, () => task(count)));
});
