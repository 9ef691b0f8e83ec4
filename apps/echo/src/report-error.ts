// Where an error goes that ends a connection and nothing else.
import { writeSync } from "node:fs";
import { inspect } from "node:util";

/** Writes at once: in a thread that a runtime owns, the console's output would wait for the event loop. */
export function reportError(error: unknown): void {
  writeSync(2, `echo: a connection was closed by an unexpected error: ${inspect(error)}\n`);
}
