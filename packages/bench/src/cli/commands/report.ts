// `bench report`: derives the pages of a recorded run again, and measures nothing.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { analyse } from "../../report/index.ts";
import type { Command } from "../command.ts";
import { readRun } from "../read-run.ts";
import { UsageError } from "../usage-error.ts";
import { pagesOf, prepareFolder, writeFiles } from "../write-reports.ts";

export const report: Command = {
  name: "report",
  usage: "report FILE [--out FOLDER]",
  summary: "Writes report.html and report.md of a run.json again, beside it or in a folder.",
  flags: { out: { type: "string", value: "FOLDER", help: "where the pages go, with a copy of the record" } },
  prepare(args) {
    const [file, ...rest] = args.positionals;
    if (file === undefined || rest.length > 0) {
      throw new UsageError(`report expects one run.json, but was given ${args.positionals.length} files`);
    }
    const folder = args.text("out", "a folder") ?? dirname(file);
    return () => {
      const run = readRun(file);
      prepareFolder(folder);
      const record = keptRecord(file, folder);
      writeFiles(folder, { ...record, ...pagesOf(run, analyse(run)) });
      process.stdout.write(`${join(folder, "report.html")}\n${join(folder, "report.md")}\n`);
      return 0;
    };
  },
};

/** The pages refer to a run.json beside them: the record as it is, unless it is there. @throws UsageError when another one is */
function keptRecord(file: string, folder: string): Readonly<Record<string, string>> {
  const beside = join(folder, "run.json");
  if (resolve(file) === resolve(beside)) return {};
  const record = readFileSync(file, "utf8");
  if (existsSync(beside) && readFileSync(beside, "utf8") !== record) {
    throw new UsageError(`${beside} is the record of another run: give another folder with --out`);
  }
  return { "run.json": record };
}
