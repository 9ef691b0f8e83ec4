// Who is best where: contenders across, workloads and their levels down, in times of the best. The tint only repeats the number.
import type { LevelStanding, Rival } from "../standings.ts";
import { levelName } from "../levels.ts";
import type { ScenarioAnalysis } from "../analysis.ts";
import { figure } from "../../claims/index.ts";
import { escapeHtml } from "./escape.ts";
import type { Page } from "./page.ts";
import { tableOf } from "./table.ts";

/** From how many times the best on a cell gets the next darker tint. */
const STEPS = [1, 1.25, 2, 5, 20];

/** The map with its key; nothing where nothing was measured. */
export function heatMap(page: Page): string {
  const ranked = page.analysis.scenarios.filter(({ standings }) => standings.length > 0);
  if (ranked.length === 0) return "";
  const present = new Set(
    ranked.flatMap(({ standings }) =>
      standings.flatMap(({ best, rivals }) => [best, ...rivals.map(({ contender }) => contender)]),
    ),
  );
  const shown = page.run.contenders.filter(({ name }) => present.has(name));
  // Who competes first: the programs in C may be cut off where the page is narrow.
  const [competing, limits] = [
    shown.filter(({ kind }) => kind !== "limit"),
    shown.filter(({ kind }) => kind === "limit"),
  ];
  const columns = [...competing, ...limits].map(({ name }) => name);
  const table = tableOf({
    caption: "Times the best of each level, in the metric that each workload is about",
    style: "heat",
    head:
      '<th scope="col">workload</th><th scope="col">level</th>' +
      columns.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join(""),
    bodies: ranked.map((analysis) => rowsOf(page, analysis, columns)),
  });
  const key = [
    '<span class="swatch best">1</span> best',
    '<span class="swatch even">≈</span> no difference that counts',
    ...STEPS.map((from, index) => {
      const to = STEPS[index + 1];
      return `<span class="swatch h${index + 1}">${to === undefined ? `${from} and more` : `up to ${to}`}</span>`;
    }),
  ];
  return `<p class="small heat">${key.join(" &nbsp; ")}</p>${table}`;
}

function rowsOf(page: Page, { scenario, standings }: ScenarioAnalysis, columns: readonly string[]): string {
  return standings
    .map((standing, index) => {
      const heading =
        index === 0
          ? `<th scope="rowgroup" rowspan="${standings.length}"><a href="#${page.scenarioId(scenario.name)}">${escapeHtml(scenario.name)}</a></th>`
          : "";
      const cells = columns.map((name) => cellOf(standing, name)).join("");
      return `<tr>${heading}<th scope="row" class="level">${escapeHtml(levelName(scenario, standing.level))}</th>${cells}</tr>`;
    })
    .join("");
}

function cellOf({ best, rivals }: LevelStanding, name: string): string {
  if (name === best) return '<td class="best">1</td>';
  const rival = rivals.find(({ contender }) => contender === name);
  return rival === undefined ? "<td></td>" : `<td class="${tint(rival)}">${textOf(rival)}</td>`;
}

function tint({ times, standing }: Rival): string {
  if (standing === "even") return "even";
  if (standing === "ahead") return "reference";
  return `h${Math.max(1, STEPS.filter((from) => times.value >= from).length)}`;
}

function textOf({ times, standing }: Rival): string {
  const text = times.value >= 100 ? String(Math.round(times.value)) : figure(Number(times.value.toPrecision(3)));
  return standing === "even" ? `≈ ${text}` : text;
}
