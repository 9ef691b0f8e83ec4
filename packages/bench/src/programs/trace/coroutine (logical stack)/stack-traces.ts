import { logicalStacks } from "@pollab/runtime-core/trace";
import { runOnce } from "../../micro/harness.ts";
import { keepWholeStacks } from "../callers.ts";
import { toldByCoroutines } from "../coroutine-callers.ts";

keepWholeStacks();
logicalStacks.enable();
await runOnce(toldByCoroutines);
