import { Effect } from "effect";
import { run } from "../harness.ts";

// oxlint-disable-next-line eslint/require-yield -- It finishes without waiting, which is what is measured.
const child = Effect.fnUntraced(function* (value: number) {
  return value;
});

await run((_level, operations) =>
  Effect.runPromise(
    Effect.gen(function* () {
      let sum = 0;
      for (let i = 0; i < operations; i++) sum += yield* child(i);
      return sum;
    }),
  ),
);
