import { run } from "../../micro/harness.ts";
import { inCoroutines } from "../coroutine-cost.ts";

await run(inCoroutines);
