// `bench compare`: whether anything is worse than it was. Two runs that were recorded, or another commit, which is then built and measured
// together with this state of the code.
import {
  compareRuns,
  type ComparisonOptions,
  formatComparison,
  LEAST_EFFECT,
  NothingSharedError,
  parseExplanation,
} from "../../compare/index.ts";
import type { RunComparison } from "../../compare/index.ts";
import { comparable } from "../../record/comparable.ts";
import type { Run } from "../../record/run.ts";
import type { Arguments } from "../arguments.ts";
import type { Command } from "../command.ts";
import { OUTPUT_FLAGS, outputsOf } from "../comparison-outputs.ts";
import { readRun } from "../read-run.ts";
import { recordPath } from "../record-path.ts";
import { UsageError } from "../usage-error.ts";

export const compare: Command = {
  name: "compare",
  usage: "compare BASE HEAD [options]",
  summary: "Whether anything is worse in the run HEAD than in the run BASE. Ends with 1 where it is.",
  flags: {
    threshold: {
      type: "string",
      value: "PERCENT",
      help: `differences below it count as none (${100 * LEAST_EFFECT})`,
    },
    explain: { type: "string", value: "NAME=WHY", help: "why a count may differ, such as polls=...; several times" },
    force: { type: "boolean", help: "compares runs of machines that are not alike, too" },
    ...OUTPUT_FLAGS,
  },
  prepare(args) {
    const options = optionsOf(args);
    const [base, head, ...rest] = args.positionals;
    if (base === undefined || head === undefined || rest.length > 0) {
      throw new UsageError(
        `compare expects two runs, the older one first, but was given ${args.positionals.length}: ` +
          "each a run.json or the folder of one",
      );
    }
    return () => {
      const write = outputsOf(args);
      return tell(comparisonOf(read(base), read(head), args.has("force"), options), write);
    };
  },
};

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
