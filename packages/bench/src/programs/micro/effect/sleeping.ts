// The fibers of the timer workloads.
import { Effect, Fiber } from "effect";

const sleeping = Effect.fnUntraced(function* (durationMs: number) {
  yield* Effect.sleep(durationMs);
  return 1;
});

/** Starts a sleeping fiber for each index. */
export function startSleeping(
  sleeps: number,
  delayMs: (index: number) => number,
): Effect.Effect<readonly Fiber.Fiber<number>[]> {
  return Effect.gen(function* () {
    const fibers: Fiber.Fiber<number>[] = [];
    for (let index = 0; index < sleeps; index++) fibers.push(yield* Effect.forkChild(sleeping(delayMs(index))));
    return fibers;
  });
}

/** Waits for all of them; the sum of what they return. */
export function joinSleeping(fibers: readonly Fiber.Fiber<number>[]): Effect.Effect<number> {
  return Effect.gen(function* () {
    let sum = 0;
    for (const fiber of fibers) sum += yield* Fiber.join(fiber);
    return sum;
  });
}
