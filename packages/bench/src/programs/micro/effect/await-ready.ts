import { Effect } from "effect";
import { run } from "../harness.ts";

await run((_level, operations) =>
  Effect.runPromise(
    Effect.gen(function* () {
      let sum = 0;
      for (let i = 0; i < operations; i++) sum += yield* Effect.succeed(i);
      return sum;
    }),
  ),
);
