// A task for each on one thread.
import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, yieldNow } from "@pollab/runtime-core/future";
import { joinSum } from "../../micro/coroutine/join-sum.ts";
import { run } from "../../micro/harness.ts";
import { loadOf, work } from "../loads.ts";

const runtime = new CurrentThread();

await run((level, tasks) => {
  const { rounds } = loadOf(level);
  const task = asyncFn(function* (index: number) {
    const result = work(index, rounds(index));
    yield* yieldNow();
    return result;
  });
  return runtime.blockOn(joinSum(tasks, task));
});
