// The files that a comparison is written to, besides the terminal.
import type { RunComparison } from "../compare/index.ts";
import { formatComment, formatSummary } from "../compare/index.ts";
import { formatGoBenchmarks, formats } from "../export/index.ts";
import type { Arguments, Flags } from "./arguments.ts";
import { appendOutput, expectWritable, writeOutput } from "./output-file.ts";

interface Output {
  readonly help: string;
  readonly write: (path: string, comparison: RunComparison) => void;
}

const written =
  (format: (comparison: RunComparison) => string): Output["write"] =>
  (path, comparison) =>
    writeOutput(path, format(comparison));

const ofHead = (name: string): Output["write"] => written(({ head }) => formats[name]?.(head) ?? "");

const OUTPUTS: Readonly<Record<Name, Output>> = {
  markdown: { help: "the comparison for a comment that the next one replaces", write: written(formatComment) },
  summary: {
    help: "the same, added to a job's summary ($GITHUB_STEP_SUMMARY)",
    write: (path, comparison) => appendOutput(path, formatSummary(comparison)),
  },
  bencher: { help: "head's figures in Bencher's metric format", write: ofHead("bencher") },
  gab: { help: "those of which less is better for github-action-benchmark", write: ofHead("gab") },
  "gab-bigger": { help: "those of which more is better", write: ofHead("gab-bigger") },
  benchstat: {
    help: 'both runs as Go benchmarks: "benchstat -col side FILE"',
    write: written(({ base, head }) => formatGoBenchmarks(base, head)),
  },
};

type Name = (typeof NAMES)[number];
const NAMES = ["markdown", "summary", "bencher", "gab", "gab-bigger", "benchstat"] as const;

/** An option for each. */
export const OUTPUT_FLAGS: Flags = Object.fromEntries(
  NAMES.map((name) => [name, { type: "string", value: "FILE", help: OUTPUTS[name].help }]),
);

/** What writes the files that were asked for. @throws UsageError when one of them cannot be written */
export function outputsOf(args: Arguments): (comparison: RunComparison) => void {
  const asked = NAMES.flatMap((name) => {
    const path = args.text(name, "a file");
    if (path === undefined) return [];
    expectWritable(path);
    return [{ path, write: OUTPUTS[name].write }];
  });
  return (comparison) => {
    for (const { path, write } of asked) write(path, comparison);
  };
}
