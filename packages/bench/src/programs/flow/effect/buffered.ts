import { Effect } from "effect";
import { runOnce } from "../../micro/harness.ts";
import { Concurrency, STEP_MS } from "../pipeline.ts";

await runOnce(async (limit, items) => {
  const state = new Concurrency();
  const step = Effect.gen(function* () {
    state.begin();
    yield* Effect.sleep(STEP_MS);
    state.end();
    return 1;
  });
  const all = Effect.forEach(Array.from({ length: items }), () => step, { concurrency: limit });
  const ones = await Effect.runPromise(all);
  return { result: ones.length, counters: { peakConcurrency: state.peak } };
});
