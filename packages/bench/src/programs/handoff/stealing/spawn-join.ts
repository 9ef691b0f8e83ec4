// Tasks that do nothing, started and joined within the runtime: one by one, or by halves so that another worker steals its share.
import { run } from "../../micro/harness.ts";
import { startWorkers } from "../../parallel/stealing/start.ts";
import { oneByOne } from "../../parallel/stealing/tasks.ts";

await using runtime = await startWorkers();

await run((_level, tasks) => runtime.blockOn(runtime.spawn(oneByOne, { times: tasks })));
