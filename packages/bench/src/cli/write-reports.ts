// The files that a run leaves behind.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "../record/run.ts";
import { parseRun } from "../record/validate.ts";
import { type Analysis, formatHtml, formatMarkdown } from "../report/index.ts";

/** Makes `<parent>/<time>-<short commit>` and writes the record and both reports. Returns the folder's path. */
export function writeReports(run: Run, analysis: Analysis, parent: string): string {
  const time = run.startedAt.replaceAll(/[-:]/g, "").replace(/\.\d+/, "");
  const folder = join(parent, `${time}-${run.environment.git?.commit.slice(0, 7) ?? "no-git"}`);
  mkdirSync(folder, { recursive: true });
  const record = `${JSON.stringify(run)}\n`;
  // Whoever reads it later relies on the schema, so a record that breaks it must not be written.
  parseRun(record);
  writeFileSync(join(folder, "run.json"), record);
  writeFileSync(join(folder, "report.md"), formatMarkdown(run, analysis));
  writeFileSync(join(folder, "report.html"), formatHtml(run, analysis));
  return folder;
}
