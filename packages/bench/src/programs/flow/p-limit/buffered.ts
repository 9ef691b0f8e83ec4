import { setTimeout } from "node:timers/promises";
import pLimit from "p-limit";
import { runOnce } from "../../micro/harness.ts";
import { Concurrency, STEP_MS } from "../pipeline.ts";

await runOnce(async (limit, items) => {
  const concurrency = new Concurrency();
  const step = async (): Promise<number> => {
    concurrency.begin();
    await setTimeout(STEP_MS);
    concurrency.end();
    return 1;
  };
  const limited = pLimit(limit);
  const ones = await Promise.all(Array.from({ length: items }, () => limited(step)));
  return { result: ones.length, counters: { peakConcurrency: concurrency.peak } };
});
