// Tables as plain text: what every report shows, before any of them decorates it.
import type { Comparison, TargetVerdict, Verdict } from "../claims/index.ts";
import type { Analysis, MetricTable, ScenarioAnalysis } from "./analysis.ts";
import type { Crossover } from "../statistics/index.ts";
import { figure } from "../claims/index.ts";
import { levelName } from "./levels.ts";
import { halfWidth, inUnit, percent, titleOf, unitOf } from "./units.ts";

/** A cell: text, and what it is among its neighbours. */
export interface GridCell {
  readonly text: string;
  /** "best" of its column, or a "reference" that does not compete. */
  readonly role?: "best" | "reference";
}

/** A table before any format decorates it. */
export interface Grid {
  readonly title: string;
  /** Numbers align to the right; text may be long, and wraps where it can. */
  readonly content: "numbers" | "text";
  /** The first names the row headings. */
  readonly columns: readonly string[];
  /** The first cell of each row is its heading. */
  readonly rows: readonly (readonly GridCell[])[];
}

/** What the marks in a metric grid mean. */
export const LEGEND: string =
  "Medians over rounds, ± half the 95 % interval. * best of its column (the C programs are the limit and do not compete). " +
  "g: generator-limited, the server could have done more. A/A: two runs of the same program may differ this much.";

/** A metric's medians: contenders down, levels across, the noise floor last. */
export function metricGrid({ scenario }: ScenarioAnalysis, table: MetricTable): Grid {
  const unit = unitOf(table, scenario);
  const rows = table.rows.map(({ contender, cells }): GridCell[] => {
    const reference = contender.kind === "limit" || contender.twinOf !== undefined;
    const role = reference ? ({ role: "reference" } as const) : {};
    return [
      { text: contender.name, ...role },
      ...cells.map((cell): GridCell => {
        if (cell === undefined) return { text: "–", role: "reference" };
        const marks = `${cell.best ? "*" : ""}${cell.generatorLimited ? "g" : ""}`;
        // The scatter of a single round is unknown, which is not the same as none; and of nothing there is no share.
        const width =
          cell.rounds === 1 || cell.estimate.value === 0
            ? ""
            : ` ±${percent(halfWidth(cell.estimate)).replace(" ", "")}`;
        const text = `${inUnit(cell.estimate.value, unit)}${width}${marks}`;
        return { text, ...(cell.best ? { role: "best" } : role) };
      }),
    ];
  });
  const noise = table.noise.map((floor): GridCell => ({
    text: floor === undefined ? "–" : `±${percent(floor).replace(" ", "")}`,
    role: "reference",
  }));
  const hasNoise = table.noise.some((floor) => floor !== undefined);
  return {
    title: `${titleOf(table.metric, scenario)} in ${unit.name} (${table.metric.better} is better)`,
    content: "numbers",
    columns: [scenario.factor, ...scenario.levels.map((level) => levelName(scenario, level))],
    rows: hasNoise ? [...rows, [{ text: "A/A", role: "reference" }, ...noise]] : rows,
  };
}

/** The ratios behind the comparisons of one metric with one baseline: levels down, contenders across. */
export function ratioGrid({ scenario }: ScenarioAnalysis, comparisons: readonly Comparison[]): Grid {
  const cell = (comparison: Comparison, level: number): GridCell => {
    const found = comparison.levels.find((each) => each.level === level);
    if (found === undefined) return { text: "–", role: "reference" };
    const { value, low, high } = found.advantage;
    const interval = found.rounds === 1 ? "one round" : `${figure(low)} to ${figure(high)}`;
    const text = `${figure(value)} (${interval}) ${found.standing}`;
    return found.standing === "unclear" ? { text, role: "reference" } : { text };
  };
  const levels = scenario.levels.filter((level) =>
    comparisons.some((each) => each.levels.some((at) => at.level === level)),
  );
  return {
    title: "Ratio with its 95 % interval; above 1 is ahead",
    content: "numbers",
    columns: [scenario.factor, ...comparisons.map(({ contender }) => contender)],
    rows: levels.map((level) => [{ text: String(level) }, ...comparisons.map((each) => cell(each, level))]),
  };
}

/** The tables of a scenario, one for each of its metrics. */
export function metricGrids(analysis: ScenarioAnalysis): Grid[] {
  return analysis.tables.map((table) => metricGrid(analysis, table));
}

/** The answer in short: from where on each asynchronous contender is faster than plain blocking code. */
export function answerGrid({ headlines }: Analysis): Grid {
  return {
    title: "When is async faster than blocking calls on one thread, in throughput?",
    content: "text",
    columns: ["workload", "contender", "faster", "95 % interval of N*"],
    rows: headlines.map(({ scenario, contender, crossover, levels }) => {
      const [when, interval] = answer(
        crossover,
        scenario.factor,
        levels.map(({ level }) => level),
      );
      return [{ text: scenario.name }, { text: contender }, { text: when }, { text: interval }];
    }),
  };
}

/** When one is ahead, in a few words, and the interval of the place. */
function answer(crossover: Crossover, factor: string, levels: readonly number[]): [string, string] {
  const [least, most] = [levels[0] ?? 0, levels.at(-1) ?? 0];
  switch (crossover.kind) {
    case "ahead-everywhere":
      return ["at every level", "–"];
    case "behind-everywhere":
      return [`never, up to ${most} ${factor}`, "–"];
    case "one-sided": {
      const { side, lowest, highest } = crossover;
      if (side === "ahead" && highest === most) return [`from ${lowest} ${factor} on`, `up to ${lowest}`];
      if (side === "behind" && lowest === least) return [`not up to ${highest} ${factor}`, `above ${highest}, if any`];
      const where = lowest === highest ? `at ${lowest}` : `from ${lowest} to ${highest}`;
      return [`${side === "ahead" ? "" : "not "}${where} ${factor}`, "–"];
    }
    case "undecided":
      return ["undecided", "–"];
    case "crosses": {
      const side = crossover.direction === "overtakes" ? "above" : "below";
      const place = `${side} N* = ${figure(crossover.at)} ${factor}`;
      return [place, `${figure(crossover.low)} to ${figure(crossover.high)}`];
    }
  }
}

/** What the runtime set out to reach, and whether it did. */
export function targetGrid({ targets }: Analysis): Grid {
  return {
    title: "Targets",
    content: "text",
    columns: ["verdict", "target", "measured"],
    rows: targets.map(({ statement, verdict, because }): GridCell[] => [
      { text: verdict, ...TARGET_ROLES[verdict] },
      { text: statement },
      { text: because },
    ]),
  };
}

const TARGET_ROLES = {
  met: { role: "best" },
  missed: {},
  undecided: {},
  "not measured": { role: "reference" },
} as const satisfies Record<TargetVerdict, Pick<GridCell, "role">>;

/** A claim and its verdict in a few words. */
export function verdictClause(id: string, verdict: Verdict): string {
  return verdict === "not runnable here" ? `Claim ${id} is not runnable here` : `Claim ${id}: ${verdict}`;
}
