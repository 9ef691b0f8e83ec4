import { Deferred, Effect } from "effect";
import { run } from "../harness.ts";

await run((_level, operations) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const done = yield* Deferred.make<number>();
      let left = operations;
      const ping = Effect.gen(function* () {
        const there = yield* Deferred.make<void>();
        const back = yield* Deferred.make<void>();
        yield* Effect.forkDetach(Effect.andThen(Deferred.await(there), Deferred.succeed(back, undefined)));
        yield* Deferred.succeed(there, undefined);
        yield* Deferred.await(back);
        if (--left === 0) yield* Deferred.succeed(done, operations);
      });
      for (let i = 0; i < operations; i++) yield* Effect.forkDetach(ping);
      return yield* Deferred.await(done);
    }),
  ),
);
