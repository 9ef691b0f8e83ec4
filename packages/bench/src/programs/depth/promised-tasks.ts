// The memory workload in the language's own promises: tasks that each wait for an event of their own.
import { parameters } from "../micro/harness.ts";
import { runHolding } from "../micro/held-bytes.ts";

/** @param task waits for `event`, below so many functions */
export async function holdPromised(task: (depth: number, event: () => Promise<void>) => Promise<void>): Promise<void> {
  const { level: depth } = parameters();
  const waiting: (() => void)[] = [];
  let finished = 0;
  const event = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  const count = (): void => {
    finished++;
  };
  await runHolding({
    start(tasks) {
      for (let i = 0; i < tasks; i++) void task(depth, event).then(count);
    },
    async finish() {
      finished = 0;
      for (const resolve of waiting.splice(0)) resolve();
      // Every task goes on within the microtasks that are queued now.
      await new Promise((resolve) => setImmediate(resolve));
      return finished;
    },
  });
}
