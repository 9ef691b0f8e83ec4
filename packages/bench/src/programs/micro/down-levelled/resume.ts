import { waiting } from "#lowered/chains";
import { run } from "../harness.ts";

await run(waiting);
