import { asyncFn, yieldNow } from "@pollab/runtime-core/future";
import { run } from "../../micro/harness.ts";

let started = 0;
const body = asyncFn(function* (value: number) {
  started++;
  yield* yieldNow();
  return value;
});

await run((_level, operations) => {
  started = 0;
  const futures = Array.from({ length: operations }, (_, i) => body(i));
  return { result: futures.length, counters: { started } };
});
