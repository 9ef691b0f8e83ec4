// Where the record is that a word of the command line means: a run.json, or the folder that a run left.
import { statSync } from "node:fs";
import { join } from "node:path";

/** The file itself, or the run.json of a folder; whether it can be read is for the reader to say. */
export function recordPath(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? join(path, "run.json") : path;
}
