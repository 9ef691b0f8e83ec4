import { Effect, Fiber } from "effect";
import { run } from "../harness.ts";

const yielding = Effect.fnUntraced(function* (times: number) {
  let yields = 0;
  for (; yields < times; yields++) yield* Effect.yieldNow;
  return yields;
});

await run((tasks, operations) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const fibers: Fiber.Fiber<number>[] = [];
      for (let i = 0; i < tasks; i++) fibers.push(yield* Effect.forkChild(yielding(operations / tasks)));
      let sum = 0;
      for (const fiber of fibers) sum += yield* Fiber.join(fiber);
      return sum;
    }),
  ),
);
