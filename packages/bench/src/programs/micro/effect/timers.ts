import { Effect } from "effect";
import { realDelayMs } from "../delays.ts";
import { run } from "../harness.ts";
import { joinSleeping, startSleeping } from "./sleeping.ts";

await run((_level, operations) =>
  Effect.runPromise(Effect.flatMap(startSleeping(operations, realDelayMs), joinSleeping)),
);
