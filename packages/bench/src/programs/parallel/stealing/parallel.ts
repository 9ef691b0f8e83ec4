import { run } from "../../micro/harness.ts";
import { startWorkers } from "./start.ts";
import { all } from "./tasks.ts";

await using runtime = await startWorkers(new URL("./tasks.js", import.meta.url));

await run((level, tasks) => runtime.blockOn(runtime.spawn(all, { level, count: tasks })));
