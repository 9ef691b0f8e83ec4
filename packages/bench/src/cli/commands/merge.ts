// `bench merge`: the shards of a run, put together.
import { MergeError, type Merged, mergeRuns } from "../../merge/merge.ts";
import { analyse } from "../../report/index.ts";
import type { Command } from "../command.ts";
import { outOf } from "../measuring.ts";
import { readRun } from "../read-run.ts";
import { recordPath } from "../record-path.ts";
import { UsageError } from "../usage-error.ts";
import { prepareFolder, writeReports } from "../write-reports.ts";

export const merge: Command = {
  name: "merge",
  usage: "merge RUN... [--out FOLDER]",
  summary: "Puts runs together that were made in parts (--shard); those of machines that are not alike stay apart.",
  flags: { out: { type: "string", value: "FOLDER", help: "where the folder of the reports is made (reports)" } },
  prepare(args) {
    const files = args.positionals;
    if (files.length === 0) throw new UsageError("merge expects runs: each a run.json or the folder of one");
    const out = outOf(args);
    return () => {
      const { groups, missing } = merged(files);
      prepareFolder(out);
      for (const [index, group] of groups.entries()) {
        const folder = writeReports(
          group.run,
          analyse(group.run),
          out,
          groups.length === 1 ? "merged" : `merged-${index + 1}`,
        );
        const apart =
          group.unlike.length === 0 ? "" : `\n  apart from the first, because of ${group.unlike.join("; ")}`;
        process.stdout.write(`${group.parts.join(", ")}${apart}\n  ${folder}/report.html, report.md, run.json\n`);
      }
      if (missing === undefined) return 0;
      process.stderr.write(`missing: shard ${missing.shards.join(", ")} of ${missing.of}\n`);
      return 1;
    };
  },
};

function merged(files: readonly string[]): Merged {
  const parts = files.map((file) => ({ name: file, run: readRun(recordPath(file)) }));
  try {
    return mergeRuns(parts);
  } catch (error) {
    if (error instanceof MergeError) throw new UsageError(error.message);
    throw error;
  }
}
