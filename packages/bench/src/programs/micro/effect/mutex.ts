import { Effect, Semaphore } from "effect";

import { run } from "../harness.ts";

await run((_level, operations) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const semaphore = yield* Semaphore.make(1);
      let uses = 0;
      const use = semaphore.withPermits(1)(
        Effect.sync(() => {
          uses++;
        }),
      );
      for (let i = 0; i < operations; i++) yield* use;
      return uses;
    }),
  ),
);
