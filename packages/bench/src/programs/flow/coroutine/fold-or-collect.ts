import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { iter } from "@pollab/runtime-core/stream";
import { runOnce } from "../../micro/harness.ts";
import { peakRssBytes } from "../../peak-rss.ts";

const runtime = new CurrentThread();
const FOLDED = 1;

function* numbers(count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield i;
}

const folded = (items: number) => iter(numbers(items)).fold(0, (sum, value) => sum + value);

const collected = asyncFn(function* (items: number) {
  const all = yield* iter(numbers(items)).collect();
  return all.reduce((sum, value) => sum + value, 0);
});

await runOnce((way, items) => {
  const before = peakRssBytes("self");
  const result = runtime.blockOn(way === FOLDED ? folded(items) : collected(items));
  return { result, counters: { grownBytes: peakRssBytes("self") - before } };
});
