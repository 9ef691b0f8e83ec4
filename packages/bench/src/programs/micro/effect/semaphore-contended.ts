import { Effect, Fiber, Semaphore } from "effect";
import { PERMITS } from "../capacity.ts";
import { run } from "../harness.ts";

await run((tasks, operations) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const semaphore = yield* Semaphore.make(PERMITS);
      let uses = 0;
      const use = semaphore.withPermits(1)(
        Effect.map(Effect.yieldNow, () => {
          uses++;
        }),
      );
      const share = Effect.gen(function* () {
        for (let i = 0; i < operations / tasks; i++) yield* use;
      });
      const fibers: Fiber.Fiber<void>[] = [];
      for (let i = 0; i < tasks; i++) fibers.push(yield* Effect.forkChild(share));
      yield* Fiber.joinAll(fibers);
      return uses;
    }),
  ),
);
