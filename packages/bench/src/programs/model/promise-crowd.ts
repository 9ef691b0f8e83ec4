// The memory workload on promises, whatever makes them.
import type { Waiting } from "../micro/held-bytes.ts";

/** @param task waits for what it is given, and then hands a sum to `finish`. */
export function waitingPromises(
  task: (seed: number, gate: Promise<void>, finish: (sum: number) => void) => Promise<void>,
): Waiting {
  const waiting: (() => void)[] = [];
  let finished = 0;
  const finish = (sum: number): void => {
    if (sum >= 0) finished++;
  };
  return {
    start(tasks) {
      for (let i = 0; i < tasks; i++) void task(i, new Promise((resolve) => waiting.push(resolve)), finish);
    },
    async finish() {
      finished = 0;
      for (const resolve of waiting.splice(0)) resolve();
      // Every task goes on within the microtasks that are queued now.
      await new Promise((resolve) => setImmediate(resolve));
      return finished;
    },
  };
}
