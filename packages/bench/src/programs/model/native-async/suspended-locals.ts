import { parameters } from "../../micro/harness.ts";
import { runHolding } from "../../micro/held-bytes.ts";
import { asyncWith } from "../locals.ts";

const task = asyncWith(parameters().level);
const waiting: (() => void)[] = [];
let finished = 0;

const finish = (sum: number): void => {
  if (sum >= 0) finished++;
};

await runHolding({
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
});
