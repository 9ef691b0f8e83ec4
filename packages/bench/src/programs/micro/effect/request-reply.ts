import { Deferred, Effect, Queue } from "effect";
import { REQUESTS } from "../capacity.ts";
import { run } from "../harness.ts";

const serve = Effect.fnUntraced(function* (requests: Queue.Dequeue<Deferred.Deferred<number>>, operations: number) {
  for (let served = 0; served < operations; served++) yield* Deferred.succeed(yield* Queue.take(requests), served);
});

await run((_level, operations) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const requests = yield* Queue.bounded<Deferred.Deferred<number>>(REQUESTS);
      yield* Effect.forkChild(serve(requests, operations));
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        const reply = yield* Deferred.make<number>();
        yield* Queue.offer(requests, reply);
        sum += yield* Deferred.await(reply);
      }
      return sum;
    }),
  ),
);
