import { Effect } from "effect";
import { TestClock } from "effect/testing";
import { virtualDelayMs } from "../delays.ts";
import { run } from "../harness.ts";
import { joinSleeping, startSleeping } from "./sleeping.ts";

await run((_level, operations) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const fibers = yield* startSleeping(operations, (index) => virtualDelayMs(index, operations));
      yield* Effect.yieldNow;
      yield* TestClock.adjust(operations);
      return yield* joinSleeping(fibers);
    }).pipe(Effect.provide(TestClock.layer())),
  ),
);
