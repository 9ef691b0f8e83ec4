// The files that a run leaves behind.
import { accessSync, constants, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Run } from "../record/run.ts";
import { parseRun } from "../record/validate.ts";
import { type Analysis, formatHtml, formatMarkdown } from "../report/index.ts";
import { MachineError } from "../runner/machine-error.ts";
import { UsageError } from "./usage-error.ts";

/** Makes the folder that reports go to, before a run and not after it. @throws UsageError when nothing can be written there */
export function prepareFolder(parent: string): void {
  try {
    makeFolder(parent);
    accessSync(parent, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new UsageError(
      `no reports can be written to ${parent}: ${error instanceof Error ? error.message : String(error)}. ` +
        "Give a folder that can be written to with --out.",
    );
  }
}

/** Not by mkdir's option `recursive`, which tries for ever where a file system answers ENOENT, as proc does. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  mkdirSync(path);
}

/**
 * Makes `<parent>/<time>-<short commit>-<label>` and writes the record and both reports. Returns the folder's path.
 *
 * @param label tells it from others of the same time; a shard has its number unless another is given
 * @throws MachineError
 */
export function writeReports(run: Run, analysis: Analysis, parent: string, label: string = shardLabel(run)): string {
  const commit = run.environment.git?.commit.slice(0, 7) ?? "no-git";
  const folder = join(parent, [timeStamp(run), commit, label].filter((part) => part !== "").join("-"));
  const record = `${JSON.stringify(run)}\n`;
  // Whoever reads it later relies on the schema, so a record that breaks it must not be written.
  parseRun(record);
  writeFiles(folder, { "run.json": record, ...pagesOf(run, analysis) });
  return folder;
}

/** When the run was begun, as the name of a folder: 20250102T030405Z. */
export function timeStamp({ startedAt }: Run): string {
  return startedAt.replaceAll(/[-:]/g, "").replace(/\.\d+/, "");
}

function shardLabel({ plan: { shard } }: Run): string {
  return shard === undefined ? "" : `shard-${shard.index}-of-${shard.count}`;
}

/** What people read of a run, by the names of the files. */
export function pagesOf(run: Run, analysis: Analysis): Readonly<Record<"report.md" | "report.html", string>> {
  return { "report.md": formatMarkdown(run, analysis), "report.html": formatHtml(run, analysis) };
}

/** Makes the folder where it is missing. @throws MachineError */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  } catch (error) {
    throw new MachineError(
      `the reports could not be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
