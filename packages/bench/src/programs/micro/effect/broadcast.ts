import { Effect, Fiber, PubSub } from "effect";
import { BROADCAST_CAPACITY } from "../capacity.ts";
import { run } from "../harness.ts";

const receive = Effect.fnUntraced(function* (subscription: PubSub.Subscription<number>, messages: number) {
  let sum = 0;
  for (let received = 0; received < messages; received++) sum += yield* PubSub.take(subscription);
  return sum;
});

// A bounded PubSub makes the publisher wait for slow subscribers, so nobody has to meet.
await run((receivers, operations) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const messages = operations / receivers;
      const pubsub = yield* PubSub.bounded<number>(BROADCAST_CAPACITY);
      const fibers: Fiber.Fiber<number>[] = [];
      for (let i = 0; i < receivers; i++) {
        fibers.push(yield* Effect.forkChild(receive(yield* PubSub.subscribe(pubsub), messages)));
      }
      for (let i = 0; i < messages; i++) yield* PubSub.publish(pubsub, i);
      let sum = 0;
      for (const fiber of fibers) sum += yield* Fiber.join(fiber);
      return sum;
    }).pipe(Effect.scoped),
  ),
);
