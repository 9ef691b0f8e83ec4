// Every sample of a scenario: as strips that compare contenders level by level, and as the plain numbers.
import { figure } from "../../claims/index.ts";
import type { Cell, MetricTable, ScenarioAnalysis } from "../analysis.ts";
import { levelName } from "../levels.ts";
import type { Unit } from "../units.ts";
import { inUnit, titleOf, unitOf } from "../units.ts";
import { escapeHtml } from "./escape.ts";
import type { Page } from "./page.ts";
import { axisOf, axisStrip, sampleStrip } from "./strip.ts";
import { tableOf } from "./table.ts";

/** One row for each contender at each level: the median with its interval, and every round as a dot on an axis that all share. */
export function sampleTable(page: Page, { scenario }: ScenarioAnalysis, table: MetricTable): string {
  const unit = unitOf(table, scenario);
  const cells = cellsOf(page, scenario.levels, table);
  const axis = axisOf(cells.flatMap(({ cell }) => [...cell.byRound.values()]));
  const bodies = [...Map.groupBy(cells, ({ level }) => level)].map(([level, those]) =>
    those.map(({ contender, cell, rawId }) => {
      const strip =
        axis === undefined ? "" : sampleStrip(axis, page.colour(contender), [...cell.byRound.values()], cell.estimate);
      return (
        `<tr><th scope="row"><a href="#${rawId}">${escapeHtml(contender)}</a></th><td>${escapeHtml(levelName(scenario, level))}</td>` +
        `<td${cell.best ? ' class="best"' : ""}>${inUnit(cell.estimate.value, unit)}${cell.best ? "*" : ""}</td>` +
        `<td>${escapeHtml(intervalText(cell, unit))}</td><td>${strip}</td></tr>`
      );
    }),
  );
  const scale = axis === undefined ? "" : axisStrip(axis, (value) => String(Number(figure(value / unit.scale))));
  return tableOf({
    caption: `${titleOf(table.metric, scenario)} in ${unit.name} (${table.metric.better} is better), every round a dot`,
    style: "strips",
    head:
      `<th scope="col">contender</th><th scope="col">${escapeHtml(scenario.factor)}</th><th scope="col">median</th>` +
      `<th scope="col">95 % interval</th><th scope="col"><span class="quiet">${escapeHtml(unit.name)}</span>${scale}</th>`,
    bodies: bodies.map((rows) => rows.join("")),
  });
}

/** The numbers themselves: a row for each cell and metric, a column for each round. */
export function rawTable(page: Page, { scenario, tables }: ScenarioAnalysis): string {
  const rounds = [
    ...new Set(
      tables.flatMap((table) => cellsOf(page, scenario.levels, table).flatMap(({ cell }) => [...cell.byRound.keys()])),
    ),
  ].toSorted((a, b) => a - b);
  const taken = new Set<string>();
  const bodies = tables.map((table) => {
    const unit = unitOf(table, scenario);
    const metric = escapeHtml(`${titleOf(table.metric, scenario)}, ${unit.name}`);
    return cellsOf(page, scenario.levels, table)
      .map(({ contender, level, cell, rawId }) => {
        const id = taken.has(rawId) ? "" : ` id="${rawId}" tabindex="-1"`;
        taken.add(rawId);
        const values = rounds.map((round) => {
          const value = cell.byRound.get(round);
          return `<td>${value === undefined ? "–" : exact(value / unit.scale)}</td>`;
        });
        return (
          `<tr${id}><th scope="row">${escapeHtml(contender)}</th><td>${escapeHtml(levelName(scenario, level))}</td>` +
          `<td>${metric}</td>${values.join("")}</tr>`
        );
      })
      .join("");
  });
  return tableOf({
    caption: `Raw samples of ${scenario.name}, by round`,
    style: undefined,
    head:
      `<th scope="col">contender</th><th scope="col">${escapeHtml(scenario.factor)}</th><th scope="col">metric</th>` +
      rounds.map((round) => `<th scope="col">${round + 1}</th>`).join(""),
    bodies,
  });
}

interface PlacedCell {
  readonly contender: string;
  readonly level: number;
  readonly cell: Cell;
  readonly rawId: string;
}

function cellsOf(page: Page, levels: readonly number[], table: MetricTable): PlacedCell[] {
  const scenario = page.analysis.scenarios.find(({ tables }) => tables.includes(table))?.scenario.name ?? "";
  return levels.flatMap((level, column) =>
    table.rows.flatMap(({ contender: { name: contender }, cells }) => {
      const cell = cells[column];
      const rawId = page.rawId({ scenario, contender, level });
      return cell === undefined || rawId === undefined ? [] : [{ contender, level, cell, rawId }];
    }),
  );
}

function intervalText({ rounds, estimate: { low, high } }: Cell, unit: Unit): string {
  return rounds === 1 ? "one round" : `${inUnit(low, unit)} to ${inUnit(high, unit)}`;
}

/** Five significant digits: more than any of these numbers means. */
function exact(value: number): string {
  return String(Number(value.toPrecision(5)));
}
