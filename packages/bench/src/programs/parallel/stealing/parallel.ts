import { run } from "../../micro/harness.ts";
import { startWorkers } from "./start.ts";
import { halves } from "./tasks.ts";

await using runtime = await startWorkers();

await run((level, tasks) => runtime.blockOn(runtime.spawn(halves, { level, from: 0, to: tasks })));
