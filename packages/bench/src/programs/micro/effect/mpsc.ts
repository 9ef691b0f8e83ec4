import { Effect, Queue } from "effect";
import { CAPACITY } from "../capacity.ts";
import { run } from "../harness.ts";

const produce = Effect.fnUntraced(function* (queue: Queue.Enqueue<number>, messages: number) {
  for (let i = 0; i < messages; i++) yield* Queue.offer(queue, i);
});

await run((producers, operations) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const queue = yield* Queue.bounded<number>(CAPACITY);
      for (let i = 0; i < producers; i++) yield* Effect.forkChild(produce(queue, operations / producers));
      let sum = 0;
      for (let received = 0; received < operations; received++) sum += yield* Queue.take(queue);
      return sum;
    }),
  ),
);
