import { Effect } from "effect";
import { runHolding } from "../held-bytes.ts";

const waiting: ((effect: Effect.Effect<void>) => void)[] = [];
let finished = 0;

const task = Effect.gen(function* () {
  yield* Effect.callback<void>((resume) => {
    waiting.push(resume);
  });
  finished++;
});

/** Lets the scheduler's own immediates come to an end. */
async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setImmediate(resolve));
}

await runHolding({
  async start(tasks) {
    await Effect.runPromise(
      Effect.gen(function* () {
        for (let i = 0; i < tasks; i++) yield* Effect.forkDetach(task);
      }),
    );
    await until(() => waiting.length === tasks);
  },
  async finish() {
    finished = 0;
    const resumes = waiting.splice(0);
    for (const resume of resumes) resume(Effect.void);
    await until(() => finished === resumes.length);
    return finished;
  },
});
