// A series as a small line chart, an SVG string: a point with its interval for each run, and a line where it changed. Every colour is a CSS
// variable of the page.
import { quantity } from "../claims/index.ts";
import { escapeHtml } from "../report/html/escape.ts";
import { linearTicks } from "../report/html/ticks.ts";
import type { Trend } from "./trends.ts";
import { changeText } from "./words.ts";

const WIDTH = 440;
const HEIGHT = 170;
const LEFT = 74;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 22;
const TICKS = 4;

/** The description for who cannot see it says what changed. */
export function trendChart({ series, changes }: Trend): string {
  const { points, place, metric } = series;
  const [low, high] = range(points.flatMap((point) => [point.low, point.value, point.high]));
  const x = (index: number): string => coordinate(LEFT + ((index + 0.5) / points.length) * (WIDTH - LEFT - RIGHT));
  const y = (value: number): string => coordinate(TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM));
  const grid = linearTicks(low, high, TICKS).map(
    (tick) =>
      `<path d="M${LEFT} ${y(tick)}H${WIDTH - RIGHT}" stroke="var(--grid)"/>` +
      `<text x="${LEFT - 6}" y="${y(tick)}" dy=".32em" text-anchor="end">${escapeHtml(quantity(tick, metric.unit))}</text>`,
  );
  const marks = changes.map(({ index, verdict }) => {
    const at = coordinate(LEFT + (index / points.length) * (WIDTH - LEFT - RIGHT));
    const colour = verdict === "improved" ? "var(--good)" : "var(--bad)";
    return `<path d="M${at} ${TOP}V${HEIGHT - BOTTOM}" stroke="${colour}" stroke-width="2" stroke-dasharray="4 3"/>`;
  });
  const line = points.map(({ value }, index) => `${x(index)} ${y(value)}`).join("L");
  const dots = points.map(
    (point, index) =>
      `<path d="M${x(index)} ${y(point.low)}V${y(point.high)}" stroke="var(--series-0)"/>` +
      `<circle cx="${x(index)}" cy="${y(point.value)}" r="2.5" fill="var(--series-0)"/>`,
  );
  const [first, last] = [points[0], points.at(-1)].map((point) => point?.startedAt.slice(0, 10) ?? "");
  const dates =
    `<text x="${LEFT}" y="${HEIGHT - 6}">${escapeHtml(first ?? "")}</text>` +
    (points.length < 2
      ? ""
      : `<text x="${WIDTH - RIGHT}" y="${HEIGHT - 6}" text-anchor="end">${escapeHtml(last ?? "")}</text>`);
  const said = changes.map((change) => changeText(change, series));
  const description = `${place}, ${metric.label}, ${points.length} runs: ${said.length === 0 ? "no change" : said.join("; ")}`;
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeHtml(description)}" ` +
    `font-size="11" fill="var(--ink)">${grid.join("")}${marks.join("")}` +
    `<path d="M${line}" fill="none" stroke="var(--series-0)" stroke-width="1.5"/>${dots.join("")}${dates}</svg>`
  );
}

/** From the least to the largest value with a margin; around a single one where nothing varies. */
function range(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const margin = high === low ? Math.abs(high) * 0.05 || 1 : (high - low) * 0.08;
  return [low - margin, high + margin];
}

function coordinate(pixels: number): string {
  return String(Math.round(pixels * 10) / 10);
}
