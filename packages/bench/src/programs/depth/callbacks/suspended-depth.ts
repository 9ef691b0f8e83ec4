import { parameters } from "../../micro/harness.ts";
import { runHolding } from "../../micro/held-bytes.ts";

const { level } = parameters();
const waiting: (() => void)[] = [];
let finished = 0;

function below(depth: number, done: () => void): void {
  if (depth > 1) below(depth - 1, () => done());
  else waiting.push(done);
}

await runHolding({
  start(tasks) {
    for (let i = 0; i < tasks; i++) below(level, () => finished++);
  },
  finish() {
    finished = 0;
    for (const done of waiting.splice(0)) done();
    return finished;
  },
});
