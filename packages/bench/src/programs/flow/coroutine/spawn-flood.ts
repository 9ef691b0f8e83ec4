import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, yieldNow } from "@pollab/runtime-core/future";
import { Semaphore, type SemaphorePermit } from "@pollab/runtime-core/sync";
import { TaskTracker } from "@pollab/runtime-core/task";
import { runOnce } from "../../micro/harness.ts";
import { JOB_BYTES, limitOf } from "../jobs.ts";
import { peakRssBytes } from "../../peak-rss.ts";

const runtime = new CurrentThread();

const main = asyncFn(function* (limit: number, jobs: number) {
  const semaphore = limit === Infinity ? null : new Semaphore(limit);
  const tracker = new TaskTracker();
  let done = 0;
  const job = asyncFn(function* (permit: SemaphorePermit | null) {
    const own = new Uint8Array(JOB_BYTES).fill(1);
    yield* yieldNow();
    done += own[JOB_BYTES - 1] ?? 0;
    permit?.drop();
  });
  for (let i = 0; i < jobs; i++) {
    const permit = semaphore === null ? null : yield* semaphore.acquire();
    tracker.spawn(job(permit)).drop();
  }
  tracker.close();
  yield* tracker.wait();
  return { result: done, counters: { peakRssBytes: peakRssBytes("self") } };
});

await runOnce((level, jobs) => runtime.blockOn(main(limitOf(level), jobs)));
