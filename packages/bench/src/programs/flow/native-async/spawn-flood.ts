// Promises started at once, or through p-limit, as one does in Node.js.
import { setImmediate } from "node:timers/promises";
import pLimit from "p-limit";
import { runOnce } from "../../micro/harness.ts";
import { JOB_BYTES, limitOf } from "../jobs.ts";
import { peakRssBytes } from "../../peak-rss.ts";

await runOnce(async (level, jobs) => {
  const limit = limitOf(level);
  let done = 0;
  const turn = Promise.resolve();
  const job = async (): Promise<void> => {
    const own = new Uint8Array(JOB_BYTES).fill(1);
    await turn;
    done += own[JOB_BYTES - 1] ?? 0;
  };
  if (limit === Infinity) {
    await Promise.all(Array.from({ length: jobs }, job));
  } else {
    const limited = pLimit(limit);
    for (let i = 0; i < jobs; i++) {
      void limited(job);
      // The queue of the limiter is bounded as well: otherwise it would grow instead of the tasks.
      while (limited.pendingCount > limit) await setImmediate();
    }
    while (limited.activeCount + limited.pendingCount > 0) await setImmediate();
  }
  return { result: done, counters: { peakRssBytes: peakRssBytes("self") } };
});
