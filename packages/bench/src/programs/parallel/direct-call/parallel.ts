import { run } from "../../micro/harness.ts";
import { loadOf, workAll } from "../loads.ts";

await run((level, tasks) => workAll(loadOf(level), 0, tasks));
