import { asyncFn } from "@pollab/runtime-core/future";
import { runOnce } from "../../micro/harness.ts";
import { waitingTasks } from "../../micro/waiting-tasks.ts";
import { LargeValues, LAST_USED_BEFORE, total } from "../large-values.ts";
import { Wait } from "../wait.ts";

await runOnce(async (level, tasks) => {
  const values = new LargeValues();
  let sum = 0;
  const usesBefore = asyncFn(function* (wait: Wait) {
    const value = values.make(1);
    sum += total(value);
    yield* wait;
    wait.crowd.finished++;
  });
  const usesAfter = asyncFn(function* (wait: Wait) {
    const value = values.make(1);
    yield* wait;
    sum += total(value);
    wait.crowd.finished++;
  });
  const use = level === LAST_USED_BEFORE ? usesBefore : usesAfter;
  const crowd = waitingTasks((of) => use(new Wait(of)));
  await crowd.start(tasks);
  const collected = await values.collected();
  const result = await crowd.finish();
  return { result: sum > 0 ? result : -1, counters: { collected } };
});
