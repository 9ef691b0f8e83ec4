import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, yieldNow } from "@pollab/runtime-core/future";
import { Mutex } from "@pollab/runtime-core/sync";
import { run } from "../harness.ts";
import { joinSum } from "./join-sum.ts";

const runtime = new CurrentThread();

const share = asyncFn(function* (mutex: Mutex<number>, times: number) {
  for (let i = 0; i < times; i++) {
    const guard = yield* mutex.lock();
    yield* yieldNow();
    guard.value++;
    guard.drop();
  }
  return times;
});

await run((tasks, operations) => {
  const mutex = new Mutex(0);
  runtime.blockOn(joinSum(tasks, () => share(mutex, operations / tasks)));
  return mutex.tryLock()?.value ?? 0;
});
