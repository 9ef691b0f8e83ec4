import { Deferred, Effect } from "effect";
import { run } from "../harness.ts";

const link = (left: number, done: Deferred.Deferred<number>, length: number): Effect.Effect<unknown> =>
  Effect.suspend<unknown, never, never>(() =>
    left === 0 ? Deferred.succeed(done, length) : Effect.forkDetach(link(left - 1, done, length)),
  );

await run((_level, operations) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const done = yield* Deferred.make<number>();
      yield* Effect.forkDetach(link(operations, done, operations));
      return yield* Deferred.await(done);
    }),
  ),
);
