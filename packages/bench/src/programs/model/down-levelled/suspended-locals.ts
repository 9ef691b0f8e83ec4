import { parameters } from "../../micro/harness.ts";
import { runHolding } from "../../micro/held-bytes.ts";
import { downLevelledWith } from "../locals.ts";
import { waitingPromises } from "../promise-crowd.ts";

await runHolding(waitingPromises(downLevelledWith(parameters().level)));
