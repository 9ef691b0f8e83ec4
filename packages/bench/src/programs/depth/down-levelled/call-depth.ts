import { callAll } from "#lowered/chains";
import { run } from "../../micro/harness.ts";

await run(callAll);
