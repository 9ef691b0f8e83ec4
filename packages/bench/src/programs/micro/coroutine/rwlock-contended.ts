import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, yieldNow } from "@pollab/runtime-core/future";
import { RwLock } from "@pollab/runtime-core/sync";
import { WRITE_EVERY } from "../capacity.ts";
import { run } from "../harness.ts";
import { joinSum } from "./join-sum.ts";

const runtime = new CurrentThread();

/** Returns how often it read; the value of the lock says how often it was written. */
const share = asyncFn(function* (lock: RwLock<number>, task: number, times: number) {
  let reads = 0;
  for (let i = 0; i < times; i++) {
    if ((task + i) % WRITE_EVERY === 0) {
      const guard = yield* lock.write();
      yield* yieldNow();
      guard.value++;
      guard.drop();
    } else {
      const guard = yield* lock.read();
      yield* yieldNow();
      guard.drop();
      reads++;
    }
  }
  return reads;
});

await run((tasks, operations) => {
  const lock = new RwLock(0);
  const reads = runtime.blockOn(joinSum(tasks, (task) => share(lock, task, operations / tasks)));
  return reads + (lock.tryRead()?.value ?? 0);
});
