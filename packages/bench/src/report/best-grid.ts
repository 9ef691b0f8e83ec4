// Who is best at each level, by how much, and what stands behind it: processor time and system calls of the best and of the next.
import { figure, listed, quantity } from "../claims/index.ts";
import type { ScenarioAnalysis } from "./analysis.ts";
import type { CostRow } from "./costs.ts";
import type { Grid, GridCell } from "./grid.ts";
import { levelName } from "./levels.ts";
import type { LevelStanding, Rival } from "./standings.ts";
import { rankedTable } from "./standings.ts";
import { halfWidth, inUnit, percent, titleOf, unitOf } from "./units.ts";

/** A list of so many names tells nothing more than their number. */
const MANY = 3;

/** Undefined where nothing was compared. */
export function bestGrid(analysis: ScenarioAnalysis): Grid | undefined {
  const { scenario, tables, standings, costs } = analysis;
  const table = rankedTable(tables);
  if (table === undefined || standings.length === 0) return undefined;
  const unit = unitOf(table, scenario);
  const hasCalls = costs.some(({ syscalls }) => syscalls !== undefined);
  const costAt = (name: string | undefined, level: number): CostRow | undefined =>
    costs.find((row) => row.contender.name === name && row.level === level);
  const row = (standing: LevelStanding): GridCell[] => {
    const { level, best } = standing;
    const next = competitors(analysis, standing)[0];
    const cell = table.rows.find(({ contender }) => contender.name === best)?.cells[scenario.levels.indexOf(level)];
    const [own, other] = [costAt(best, level), costAt(next?.contender, level)];
    const pair = (text: (cost: CostRow) => string): GridCell => ({
      text: own === undefined ? "–" : `${text(own)}${other === undefined ? "" : ` (${text(other)})`}`,
    });
    const value =
      cell && (cell.rounds === 1 || cell.estimate.value === 0 ? "" : ` ±${percent(halfWidth(cell.estimate))}`);
    return [
      { text: levelName(scenario, level) },
      { text: leaders(standing, analysis), role: "best" },
      { text: cell === undefined ? "–" : `${inUnit(cell.estimate.value, unit)}${value}` },
      { text: next === undefined ? "–" : rivalText(next) },
      pair(({ userNs, systemNs }) => `${quantity(userNs, "ns")} + ${quantity(systemNs, "ns")}`),
      ...(hasCalls ? [pair(({ syscalls }) => (syscalls === undefined ? "–" : figure(syscalls)))] : []),
    ];
  };
  return {
    title: `Best at each level in ${table.metric.label.replace("operation", scenario.operation)}`,
    content: "text",
    columns: [
      scenario.factor,
      "best",
      `${titleOf(table.metric, scenario)}, ${unit.name}`,
      "next that differs",
      `CPU, user + system, per ${scenario.operation} (next)`,
      ...(hasCalls ? [`system calls per ${scenario.operation} (next)`] : []),
    ],
    rows: standings.map(row),
  };
}

/** The best, with those that cannot be told from it; nobody where many compete and cannot be told apart. */
function leaders(standing: LevelStanding, analysis: ScenarioAnalysis): string {
  const rivals = withoutLimits(analysis, standing);
  const even = rivals.filter((rival) => rival.standing === "even");
  if (even.length === rivals.length && even.length >= MANY)
    return `nobody: no difference between all ${even.length + 1}`;
  return listed([standing.best, ...even.map(({ contender }) => contender)]);
}

/** Those that the best is ahead of beyond doubt. */
function competitors(analysis: ScenarioAnalysis, standing: LevelStanding): Rival[] {
  return withoutLimits(analysis, standing).filter((rival) => rival.standing === "behind");
}

/** C programs are the limit and do not compete. */
function withoutLimits({ tables }: ScenarioAnalysis, { rivals }: LevelStanding): Rival[] {
  const limits = new Set(
    tables.flatMap(({ rows }) => rows.flatMap(({ contender }) => (contender.kind === "limit" ? [contender.name] : []))),
  );
  return rivals.filter(({ contender }) => !limits.has(contender));
}

/** How far behind, such as "node, 1.89 times (1.84 to 1.94)". */
function rivalText({ contender, times: { value, low, high } }: Rival): string {
  const interval = Number.isFinite(high) ? ` (${figure(low)} to ${figure(high)})` : "";
  return `${contender}, ${figure(value)} times${interval}`;
}
