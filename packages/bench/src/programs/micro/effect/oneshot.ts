import { Deferred, Effect } from "effect";
import { run } from "../harness.ts";

await run((_level, operations) =>
  Effect.runPromise(
    Effect.gen(function* () {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        const deferred = yield* Deferred.make<number>();
        yield* Deferred.succeed(deferred, i);
        sum += yield* Deferred.await(deferred);
      }
      return sum;
    }),
  ),
);
