// The main thread starts a task that does nothing while the only worker sleeps, and looks until it has its result.
import { StealingRuntime } from "@pollab/executor-stealing";
import { Pending } from "@pollab/runtime-core/future";
import { run } from "../../micro/harness.ts";
import { measureWakes } from "../wakes.ts";
import { nothing } from "./tasks.ts";

await using runtime = await StealingRuntime.start({ workers: 1, modules: [new URL("./tasks.js", import.meta.url)] });

await run((_level, times) =>
  measureWakes(times, () => {
    const handle = runtime.spawn(nothing, { value: 1 });
    for (;;) {
      const result = handle.tryJoin();
      if (result !== Pending) return result;
    }
  }),
);
