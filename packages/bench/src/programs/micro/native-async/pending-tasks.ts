import { runHolding } from "../held-bytes.ts";

const waiting: (() => void)[] = [];
let finished = 0;

async function task(): Promise<void> {
  await new Promise<void>((resolve) => waiting.push(resolve));
  finished++;
}

await runHolding({
  start(tasks) {
    for (let i = 0; i < tasks; i++) void task();
  },
  async finish() {
    finished = 0;
    for (const resolve of waiting.splice(0)) resolve();
    // Every task goes on within the microtasks that are queued now.
    await new Promise((resolve) => setImmediate(resolve));
    return finished;
  },
});
