// A run in the formats of other tools: the registry. A new one is a file beside this and a line here.
import type { Run } from "../record/run.ts";
import { formatBencher } from "./bencher.ts";
import { formatGithubActionBenchmark } from "./github-action-benchmark.ts";
import { formatGoBenchmark } from "./go-benchmark.ts";

/** By the name that `bench export --format` takes. */
export const formats: Readonly<Record<string, (run: Run) => string>> = {
  bencher: formatBencher,
  gab: (run) => formatGithubActionBenchmark(run, "lower"),
  "gab-bigger": (run) => formatGithubActionBenchmark(run, "higher"),
  benchstat: (run) => formatGoBenchmark(run),
};

export { formatGoBenchmarks } from "./go-benchmark.ts";
