import { Effect } from "effect";
import { run } from "../harness.ts";

const waiting: (depth: number, times: number) => Effect.Effect<number> = Effect.fnUntraced(function* (
  depth: number,
  times: number,
) {
  if (depth > 1) return yield* waiting(depth - 1, times);
  let waits = 0;
  for (; waits < times; waits++) yield* Effect.yieldNow;
  return waits;
});

await run((depth, operations) => Effect.runPromise(waiting(depth, operations)));
