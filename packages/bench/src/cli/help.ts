// What the command says about itself.
import { contenders } from "../contenders/index.ts";
import { scenarios } from "../scenarios/index.ts";

export const HELP = `pnpm bench [SCENARIO...] [options]   When is async slower on this machine? Measures, and says.
pnpm bench list                      The scenarios and contenders.

Without a scenario, the headline runs: within three minutes. "micro" names all micro-benchmarks: two dozen small workloads
against other libraries and real tokio, which take as long as they take: many minutes.

Options
  --quick       fewer levels and rounds: within a minute, with wider intervals
  --full        thirty rounds at every level: about twenty minutes, with narrow ones
  --rounds N    how often each contender is observed at each level, instead of the above
  --seed N      of the order, the positions and the bootstrap; printed by every run
  --out FOLDER  where the folder of the reports is made (reports)
  --help        this text

Tables and the verdict go to stdout, progress to stderr. A run leaves run.json (every raw sample), report.md and
report.html in FOLDER/<time>-<commit>. Ctrl-C ends it early and keeps what was measured.
Exit codes: 0 measured, 1 something could not be measured that should have been, 2 a mistake on the command line,
130 interrupted.
`;

/** The registries as a table. */
export function listing(): string {
  const lines: string[] = [];
  for (const scenario of scenarios) {
    lines.push(
      `${scenario.name} (${scenario.group})`,
      `  ${scenario.isolates}`,
      `  ${scenario.factor}: ${scenario.levels.join(", ")}`,
    );
    for (const contender of contenders) {
      if (scenario.entrants[contender.name] === undefined) continue;
      const missing = [...(scenario.needs ?? []), ...contender.needs]
        .map((find) => find())
        .find((reason) => reason !== undefined);
      lines.push(
        `  ${contender.name.padEnd(22)}${contender.description}${missing === undefined ? "" : ` (not here: ${missing})`}`,
      );
    }
    lines.push("");
  }
  return lines.join("\n");
}
