// `bench reference`: makes the run that the repository keeps, and the figures of README from it.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Run } from "../../record/run.ts";
import { REFERENCE_FOLDER } from "../../reference/blocks.ts";
import { MarkerError } from "../../reference/marked-text.ts";
import { checkReference, figuresOf } from "../../reference/reference.ts";
import { analyse } from "../../report/index.ts";
import { mouldOf } from "../../runner/mould.ts";
import { allOf } from "../../runner/plan.ts";
import type { Arguments } from "../arguments.ts";
import type { Command } from "../command.ts";
import { MEASURING_FLAGS, measuringOf, measureWatched } from "../measuring.ts";
import { readRun } from "../read-run.ts";
import { recordPath } from "../record-path.ts";
import { UsageError } from "../usage-error.ts";
import { pagesOf, writeFiles } from "../write-reports.ts";
import { chosenScenarios } from "./run.ts";

const { out: _out, ...MEASURING } = MEASURING_FLAGS;
const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));

export const reference: Command = {
  name: "reference",
  usage: "reference [SCENARIO...] [options]",
  summary: `Makes the run in ${REFERENCE_FOLDER}, and the figures of README.md from it.`,
  flags: {
    ...MEASURING,
    from: {
      type: "string",
      value: "FILE",
      help: "derives everything from a run that was recorded, and measures nothing",
    },
    check: { type: "boolean", help: "only says whether README.md has the figures of the run that is there" },
    root: { type: "string", value: "FOLDER", help: "of a repository (this one)" },
  },
  prepare(args) {
    const root = resolve(args.text("root", "a folder") ?? ROOT);
    for (const flag of ["from", ...Object.keys(MEASURING)]) args.exclude("check", flag);
    for (const flag of Object.keys(MEASURING)) args.exclude("from", flag);
    if (args.has("check")) return () => check(root, args);
    const from = args.text("from", "a run.json");
    if (from !== undefined) {
      args.expectNoWords("reference --from");
      return () => keep(readRun(recordPath(from)), root);
    }
    const { mode, seed, rounds } = measuringOf(args);
    const chosen = chosenScenarios(args.positionals);
    return async () => {
      const wanted = chosen.map((each) => allOf(each, mode));
      // All its rounds, however long they take: nobody waits for an answer, and the figures are to last.
      const mould = { ...mouldOf(mode, chosen, rounds), limitMs: Infinity };
      const run = await measureWatched({ wanted, mode, mould, seed });
      if (run.plan.stoppedEarly === "interrupted") {
        process.stderr.write(`interrupted: ${REFERENCE_FOLDER} is as it was\n`);
        return 130;
      }
      return keep(run, root);
    };
  },
};

/** Writes all or nothing: a run that README's markers ask too much of is not kept. @throws UsageError, MachineError */
function keep(run: Run, root: string): number {
  const record = `${JSON.stringify(run)}\n`;
  const figures = figuresFor(record, root);
  rmSync(join(root, REFERENCE_FOLDER), { recursive: true, force: true });
  writeFiles(join(root, REFERENCE_FOLDER), { "run.json": record, ...pagesOf(run, analyse(run)) });
  writeFiles(root, figures);
  process.stdout.write(`${REFERENCE_FOLDER}: run.json, report.md, report.html\n${Object.keys(figures).join("\n")}\n`);
  return run.failures.length > 0 ? 1 : 0;
}

function figuresFor(record: string, root: string): Readonly<Record<string, string>> {
  const path = join(root, "README.md");
  if (!existsSync(path)) throw new UsageError(`there is no ${path}`);
  try {
    return figuresOf(record, readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof MarkerError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}

function check(root: string, args: Arguments): number {
  args.expectNoWords("reference --check");
  const problems = checkReference(root);
  process.stdout.write(
    problems.length === 0 ? "README.md has the figures of the reference run\n" : `${problems.join("\n")}\n`,
  );
  return problems.length === 0 ? 0 : 1;
}
