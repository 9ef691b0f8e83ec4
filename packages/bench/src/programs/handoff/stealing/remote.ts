// Tasks that do nothing, started on the main thread and done by workers: so many at a time.
import { run } from "../../micro/harness.ts";
import { startWorkers } from "../../parallel/stealing/start.ts";
import { nothing } from "./tasks.ts";

await using runtime = await startWorkers(new URL("./tasks.js", import.meta.url), "free");

await run(async (atATime, tasks) => {
  let done = 0;
  for (let begun = 0; begun < tasks; begun += atATime) {
    const handles = Array.from({ length: atATime }, () => runtime.spawn(nothing, { value: 1 }));
    for (const handle of handles) done += await handle.result();
  }
  return done;
});
