// Where failures of coroutines go that nobody awaits.
import { writeSync } from "node:fs";
import { inspect } from "node:util";
import type { JoinError } from "@pollab/runtime-core/task";

/** Writes at once: in a thread that a runtime owns, the console's output would wait for the event loop. */
export function reportToStderr(error: JoinError): void {
  writeSync(2, `pollab: ${error.message}; its handle was dropped, so nobody awaits it\n${inspect(error.cause)}\n`);
}
