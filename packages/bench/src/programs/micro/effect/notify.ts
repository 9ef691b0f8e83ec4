import { Effect, Fiber, Latch } from "effect";
import { run } from "../harness.ts";

interface Count {
  waiting: number;
}

const wait = Effect.fnUntraced(function* (latch: Latch.Latch, count: Count, rounds: number) {
  let wakes = 0;
  for (; wakes < rounds; wakes++) {
    count.waiting++;
    yield* latch.await;
  }
  return wakes;
});

await run((waiters, operations) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const rounds = operations / waiters;
      const latch = yield* Latch.make();
      const count = { waiting: 0 };
      const fibers: Fiber.Fiber<number>[] = [];
      for (let i = 0; i < waiters; i++) fibers.push(yield* Effect.forkChild(wait(latch, count, rounds)));
      for (let i = 0; i < rounds; i++) {
        // All of them wait again before the next round begins.
        while (count.waiting < waiters) yield* Effect.yieldNow;
        count.waiting = 0;
        yield* latch.release;
      }
      let sum = 0;
      for (const fiber of fibers) sum += yield* Fiber.join(fiber);
      return sum;
    }),
  ),
);
