// `bench compare`: whether anything is worse than it was. Two runs that were recorded, or another commit, which is then built and measured
// together with this state of the code.
import {
  compareRuns,
  type ComparisonOptions,
  type Explanation,
  formatComparison,
  LEAST_EFFECT,
  NothingSharedError,
  parseExplanation,
  TRAILER,
} from "../../compare/index.ts";
import type { RunComparison } from "../../compare/index.ts";
import { type Commit, standardBenchmarks, trailersSince } from "../../compare/session/index.ts";
import { comparable } from "../../record/comparable.ts";
import type { Run } from "../../record/run.ts";
import type { Arguments } from "../arguments.ts";
import type { Command } from "../command.ts";
import { OUTPUT_FLAGS, outputsOf } from "../comparison-outputs.ts";
import { MEASURING_FLAGS, measuringOf } from "../measuring.ts";
import { readRun } from "../read-run.ts";
import { recordPath } from "../record-path.ts";
import { narrowed, NARROWING_FLAGS } from "../narrowing.ts";
import { commitOf, everythingOf, measureSession } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import { prepareFolder } from "../write-reports.ts";
import { chosenScenarios } from "./run.ts";

export const compare: Command = {
  name: "compare",
  usage: "compare BASE HEAD | compare --git REF [SCENARIO...]",
  summary:
    "Whether anything is worse in HEAD than in BASE, two runs; or in this code than at a commit. Ends with 1 where it is.",
  flags: {
    git: {
      type: "string",
      value: "REF",
      help: "builds that commit and measures it together with this state of the code",
    },
    ...NARROWING_FLAGS,
    threshold: {
      type: "string",
      value: "PERCENT",
      help: `differences below it count as none (${100 * LEAST_EFFECT})`,
    },
    explain: { type: "string", value: "NAME=WHY", help: "why a count may differ, such as polls=...; several times" },
    force: { type: "boolean", help: "compares runs of machines that are not alike, too" },
    ...OUTPUT_FLAGS,
    ...MEASURING_FLAGS,
  },
  prepare(args, commandNames) {
    const options = optionsOf(args);
    const ref = args.text("git", "a commit");
    return ref === undefined ? ofRecords(args, options) : ofCommit(ref, args, options, commandNames);
  },
};

function ofRecords(args: Arguments, options: ComparisonOptions): () => number {
  for (const flag of Object.keys({ ...NARROWING_FLAGS, ...MEASURING_FLAGS })) {
    if (args.has(flag)) throw new UsageError(`--${flag} is for what is measured: it goes with --git`);
  }
  const [base, head, ...rest] = args.positionals;
  if (base === undefined || head === undefined || rest.length > 0) {
    throw new UsageError(
      `compare expects two runs, the older one first, but was given ${args.positionals.length}: ` +
        "each a run.json or the folder of one; or --git with a commit",
    );
  }
  return () => {
    const write = outputsOf(args);
    return tell(comparisonOf(read(base), read(head), args.has("force"), options), write);
  };
}

function ofCommit(
  ref: string,
  args: Arguments,
  options: ComparisonOptions,
  commandNames: readonly string[],
): () => Promise<number> {
  args.exclude("git", "force");
  const measuring = measuringOf(args);
  const { positionals } = args;
  const all =
    positionals.length === 0
      ? standardBenchmarks()
      : everythingOf(chosenScenarios(positionals, commandNames), measuring.mode);
  const wanted = narrowed(all, args);
  const { leastEffect = LEAST_EFFECT } = options;
  const commit = commitOf(ref);
  return async () => {
    const write = outputsOf(args);
    prepareFolder(measuring.out);
    const session = await measureSession({ commit, wanted, measuring, leastEffect });
    if (session === undefined) {
      process.stderr.write("nothing was measured\n");
      return 130;
    }
    const { base, head, folder } = session;
    const explanations = [...(options.explanations ?? []), ...explainedSince(commit)];
    const code = tell(comparisonOf(base, head, false, { ...options, explanations }), write);
    process.stdout.write(`Records: ${folder}/base/run.json, head/run.json\n`);
    return head.plan.stoppedEarly === "interrupted" ? 130 : code;
  };
}

/** What the messages of the commits in between explain. */
function explainedSince(commit: Commit): Explanation[] {
  return trailersSince(commit, TRAILER).flatMap((text) => {
    const explanation = parseExplanation(text);
    if (explanation === undefined) process.stderr.write(`a commit has "${TRAILER}: ${text}", which is not NAME=WHY\n`);
    return explanation ?? [];
  });
}

function read(path: string): Run {
  return readRun(recordPath(path));
}

/** @throws UsageError when the runs cannot be compared */
function comparisonOf(base: Run, head: Run, isForced: boolean, options: ComparisonOptions): RunComparison {
  const unlike = comparable(base.environment, head.environment);
  if (unlike.length > 0 && !isForced) {
    throw new UsageError(
      `the runs were made on machines that are not alike, so that they say nothing about the code:\n${unlike
        .map((each) => `  ${each}`)
        .join("\n")}\nMeasure both on one machine, or compare them all the same with --force.`,
    );
  }
  try {
    return compareRuns(base, head, options);
  } catch (error) {
    if (error instanceof NothingSharedError) throw new UsageError(error.message);
    throw error;
  }
}

function tell(comparison: RunComparison, write: (comparison: RunComparison) => void): number {
  process.stdout.write(formatComparison(comparison));
  write(comparison);
  return comparison.isWorse ? 1 : 0;
}

function optionsOf(args: Arguments): ComparisonOptions {
  const text = args.text("threshold", "a percentage");
  const percentage = text === undefined ? 100 * LEAST_EFFECT : Number(text);
  if (!(percentage >= 0 && percentage <= 100) || text?.trim() === "") {
    throw new UsageError(`--threshold expects a percentage from 0 to 100, but was given "${text}"`);
  }
  const explanations = args.texts("explain", "NAME=WHY").map((each) => {
    const explanation = parseExplanation(each);
    if (explanation === undefined) throw new UsageError(`--explain expects NAME=WHY, but was given "${each}"`);
    return explanation;
  });
  return { leastEffect: percentage / 100, explanations };
}
