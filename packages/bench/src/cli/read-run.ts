// A record that is named on the command line.
import { readFileSync } from "node:fs";
import type { Run } from "../record/run.ts";
import { InvalidRunError, parseRun } from "../record/validate.ts";
import { UsageError } from "./usage-error.ts";

/** The run that the file records. @throws UsageError when it cannot be read or is none */
export function readRun(file: string): Run {
  try {
    return parseRun(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof InvalidRunError) throw new UsageError(`${file}: ${error.message}`);
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
