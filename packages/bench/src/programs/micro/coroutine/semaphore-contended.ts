import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, yieldNow } from "@pollab/runtime-core/future";
import { Semaphore } from "@pollab/runtime-core/sync";
import { PERMITS } from "../capacity.ts";
import { run } from "../harness.ts";
import { joinSum } from "./join-sum.ts";

const runtime = new CurrentThread();

const share = asyncFn(function* (semaphore: Semaphore, times: number) {
  let uses = 0;
  for (; uses < times; uses++) {
    const permit = yield* semaphore.acquire();
    yield* yieldNow();
    permit.drop();
  }
  return uses;
});

await run((tasks, operations) => {
  const semaphore = new Semaphore(PERMITS);
  return runtime.blockOn(joinSum(tasks, () => share(semaphore, operations / tasks)));
});
