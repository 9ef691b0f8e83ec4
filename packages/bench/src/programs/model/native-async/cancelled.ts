// A promise knows no cancellation: giving up on one is to look away. (An AbortSignal would have to be passed to every step, and be
// asked there.)
import { setImmediate } from "node:timers/promises";
import { runOnce } from "../../micro/harness.ts";

await runOnce(async (_way, tasks) => {
  let completed = 0;
  const gates = Array.from({ length: tasks }, () => Promise.withResolvers<void>());
  const work = async (gate: Promise<void>): Promise<void> => {
    await gate;
    completed++;
  };
  for (const gate of gates) await Promise.race([work(gate.promise), Promise.resolve()]);
  for (const gate of gates) gate.resolve();
  await setImmediate();
  return { result: tasks, counters: { completed } };
});
