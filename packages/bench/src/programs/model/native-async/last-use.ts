import { setImmediate } from "node:timers/promises";
import { runOnce } from "../../micro/harness.ts";
import { LargeValues, LAST_USED_BEFORE, total } from "../large-values.ts";

await runOnce(async (level, tasks) => {
  const values = new LargeValues();
  const gate = Promise.withResolvers<void>();
  let sum = 0;
  let finished = 0;
  const usesBefore = async (): Promise<void> => {
    const value = values.make(1);
    sum += total(value);
    await gate.promise;
    finished++;
  };
  const usesAfter = async (): Promise<void> => {
    const value = values.make(1);
    await gate.promise;
    sum += total(value);
    finished++;
  };
  const use = level === LAST_USED_BEFORE ? usesBefore : usesAfter;
  for (let i = 0; i < tasks; i++) void use();
  const collected = await values.collected();
  gate.resolve();
  await setImmediate();
  return { result: sum > 0 ? finished : -1, counters: { collected } };
});
