import { Effect } from "effect";
import { run } from "../../micro/harness.ts";

let started = 0;
const body = Effect.fnUntraced(function* (value: number) {
  started++;
  yield* Effect.yieldNow;
  return value;
});

await run((_level, operations) => {
  started = 0;
  const effects = Array.from({ length: operations }, (_, i) => body(i));
  return { result: effects.length, counters: { started } };
});
