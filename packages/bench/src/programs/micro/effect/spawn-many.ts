import { Effect, Fiber } from "effect";
import { run } from "../harness.ts";

await run((_level, operations) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const fibers: Fiber.Fiber<number>[] = [];
      for (let i = 0; i < operations; i++) fibers.push(yield* Effect.forkChild(Effect.succeed(i)));
      let sum = 0;
      for (const fiber of fibers) sum += yield* Fiber.join(fiber);
      return sum;
    }),
  ),
);
