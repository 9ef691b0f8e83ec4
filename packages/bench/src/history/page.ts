// A history as one HTML page that needs nothing else: what changed first, then every series as a chart with its table behind it.
import { quantity } from "../claims/index.ts";
import type { Environment } from "../record/environment.ts";
import type { Grid } from "../report/grid.ts";
import { escapeHtml } from "../report/html/escape.ts";
import { details, list, paragraph } from "../report/html/markup.ts";
import { STYLE } from "../report/html/style.ts";
import { htmlTable } from "../report/html/table.ts";
import { FALSE_ALARM_RATE } from "./change-points.ts";
import { trendChart } from "./trend-chart.ts";
import type { Trend } from "./trends.ts";
import { changeText, codeOf, machineText } from "./words.ts";

const TITLE = "How the figures moved";

const METHOD =
  "Each point is a run: the median over its rounds, with its 95 % interval. Machines that are not alike have series of their own. A dashed " +
  "line is a change: the place at which a series divides best by energy distance (E-divisive), where fewer than one in a hundred random " +
  `orders of the same figures divide as well. Of series in which nothing changed, ${100 * FALSE_ALARM_RATE} % are said to have. Counts ` +
  "without scatter change when they change.";

const TREND_STYLE = `
.trends { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 25rem), 1fr)); gap: 1.5rem; margin: 1rem 0; }
.trends figure { margin: 0; min-width: 0; } .trends figcaption { font-weight: 600; overflow-wrap: anywhere; }
.trends figure > svg { display: block; width: 100%; height: auto; }
`;

/** The same history gives the same page. */
export function formatHistoryPage(trends: readonly Trend[], machines: ReadonlyMap<number, Environment>): string {
  const changed = trends.filter(({ changes }) => changes.length > 0);
  const answer =
    changed.length === 0
      ? `None of ${trends.length} series changed.`
      : `${changed.length} of ${trends.length} series changed.`;
  const said = changed.flatMap(({ series, changes }) =>
    changes.map((change) => `${series.place}, ${series.metric.label}: ${changeText(change, series)}.`),
  );
  const sections = [...Map.groupBy(trends, ({ series }) => series.machine)].map(([machine, group]) => {
    const environment = machines.get(machine);
    const title = environment === undefined ? `Machine ${machine}` : machineText(environment);
    const scenarios = [...Map.groupBy(group, ({ series }) => series.scenario)].map(
      ([scenario, each]) => `<h3>${escapeHtml(scenario)}</h3><div class="trends">${each.map(figureOf).join("")}</div>`,
    );
    return `<section aria-labelledby="machine-${machine}"><h2 id="machine-${machine}">${escapeHtml(title)}</h2>${scenarios.join("")}</section>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${TITLE}</title>
<style>${STYLE}${TREND_STYLE}</style>
</head>
<body>
<a class="skip" href="#answer">Skip to the answer</a>
<div class="page">
<header class="top"><h1>${TITLE}</h1></header>
<main>
<section id="answer" aria-label="The answer">
${paragraph(answer, "lead")}
${list(said)}
${paragraph(METHOD, "quiet small")}
</section>
${sections.join("\n")}
</main>
</div>
</body>
</html>
`;
}

function figureOf(trend: Trend): string {
  const { place, metric } = trend.series;
  const caption = `${place}: ${metric.label} (${metric.better} is better)`;
  return (
    `<figure><figcaption>${escapeHtml(caption)}</figcaption>${trendChart(trend)}` +
    list(trend.changes.map((change) => changeText(change, trend.series))) +
    `${details("Figures", htmlTable(gridOf(trend, caption)))}</figure>`
  );
}

function gridOf({ series: { points, metric } }: Trend, title: string): Grid {
  return {
    title,
    content: "numbers",
    columns: ["run", "code", "median", "from", "to", "rounds"],
    rows: points.map((point) =>
      [
        point.startedAt.slice(0, 16).replace("T", " "),
        codeOf(point),
        ...[point.value, point.low, point.high].map((value) => quantity(value, metric.unit)),
        String(point.rounds),
      ].map((text) => ({ text })),
    ),
  };
}
