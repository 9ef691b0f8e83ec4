// Tasks that do nothing, started and joined within the runtime: one by one, or so many at a time that another worker steals its share.
import { run } from "../../micro/harness.ts";
import { startWorkers } from "../../parallel/stealing/start.ts";
import { oneByOne, together } from "./tasks.ts";

await using runtime = await startWorkers(new URL("./tasks.js", import.meta.url));

await run((atATime, tasks) => {
  if (atATime === 1) return runtime.blockOn(runtime.spawn(oneByOne, { times: tasks }));
  let done = 0;
  for (let begun = 0; begun < tasks; begun += atATime) {
    done += runtime.blockOn(runtime.spawn(together, { count: atATime }));
  }
  return done;
});
