import { Effect } from "effect";
import { joinSleeping, startSleeping } from "../../micro/effect/sleeping.ts";
import { runOnce } from "../../micro/harness.ts";
import { SLEEP_MS } from "../sleep-ms.ts";

await runOnce((_level, tasks) =>
  Effect.runPromise(startSleeping(tasks, () => SLEEP_MS).pipe(Effect.flatMap(joinSleeping))),
);
