import { runOnce } from "../../micro/harness.ts";
import { keepWholeStacks } from "../callers.ts";
import { toldByCoroutines } from "../coroutine-callers.ts";

keepWholeStacks();
await runOnce(toldByCoroutines);
