import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { iter } from "@pollab/runtime-core/stream";
import { sleep } from "@pollab/runtime-core/time";
import { runOnce } from "../../micro/harness.ts";
import { Concurrency, STEP_MS } from "../pipeline.ts";

const runtime = new CurrentThread();

const step = asyncFn(function* (concurrency: Concurrency) {
  concurrency.begin();
  yield* sleep(STEP_MS);
  concurrency.end();
  return 1;
});

await runOnce((limit, items) => {
  const concurrency = new Concurrency();
  const steps = iter(Array.from({ length: items }, () => step(concurrency)));
  const result = runtime.blockOn(steps.bufferUnordered(limit).fold(0, (sum, one) => sum + one));
  return { result, counters: { peakConcurrency: concurrency.peak } };
});
