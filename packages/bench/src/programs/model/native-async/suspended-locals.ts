import { parameters } from "../../micro/harness.ts";
import { runHolding } from "../../micro/held-bytes.ts";
import { asyncWith } from "../locals.ts";
import { waitingPromises } from "../promise-crowd.ts";

await runHolding(waitingPromises(asyncWith(parameters().level)));
