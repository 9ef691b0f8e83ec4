import { logicalStacks } from "@pollab/runtime-core/trace";
import { run } from "../../micro/harness.ts";
import { inCoroutines } from "../coroutine-cost.ts";

logicalStacks.enable();
await run(inCoroutines);
