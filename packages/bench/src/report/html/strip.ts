// A small drawing on one line: the samples of a cell with their median, or an effect against what was asked of it. It stands in a row
// of text that has the same figures, so it is hidden from screen readers. Rows that are compared share an axis.
import type { Asked } from "../../claims/index.ts";
import type { Estimate } from "../../statistics/index.ts";
import { median } from "../../statistics/index.ts";
import { escapeHtml } from "./escape.ts";
import { linearTicks, logTicks } from "./ticks.ts";

/** What a strip is as wide as. */
const WIDTH = 240;
const HEIGHT = 24;
const MIDDLE = HEIGHT / 2;
const INSET = 8;

/** From which value to which, and how. */
export interface Axis {
  readonly scale: "log" | "linear";
  readonly low: number;
  readonly high: number;
}

/** An axis that holds the values, with a margin: logarithmic where all of them are positive. Undefined where there are none. */
export function axisOf(values: readonly number[]): Axis | undefined {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return undefined;
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  if (low > 0) {
    const margin = Math.max(1.05, (high / low) ** 0.05);
    return { scale: "log", low: low / margin, high: high * margin };
  }
  const margin = high > low ? (high - low) * 0.05 : 1;
  return { scale: "linear", low: low - margin, high: high + margin };
}

/** The values of every round as dots, from twelve on above their density; the median is the line, its interval the bar. */
export function sampleStrip(axis: Axis, colour: string, values: readonly number[], estimate: Estimate): string {
  const at = placer(axis);
  const dots = values.map((value) => `M${at(value)} ${MIDDLE}h0`).join("");
  return strip(
    (values.length < FEWEST_FOR_DENSITY ? "" : densityPath(axis, values, colour)) +
      `<path d="${dots}" stroke="${colour}" stroke-width="5" stroke-linecap="round" stroke-opacity=".45"/>` +
      interval(at, estimate) +
      `<path d="M${at(estimate.value)} ${MIDDLE - 7}v14" stroke="var(--ink)" stroke-width="2"/>`,
  );
}

/** An effect and its interval as a dot and a bar; what was asked as a line with a tick into the side that was asked, and the noise floor around it. */
export function effectStrip(axis: Axis, colour: string, estimate: Estimate, asked: Asked): string {
  const at = placer(axis);
  return strip(
    `<path d="M0 ${MIDDLE}H${WIDTH}" stroke="var(--grid)"/>` +
      bound(at, asked.low, asked.floor, 1) +
      bound(at, asked.high, asked.floor, -1) +
      `<path d="M${at(estimate.low)} ${MIDDLE}H${at(estimate.high)}" stroke="${colour}" stroke-width="4"/>` +
      `<circle cx="${at(estimate.value)}" cy="${MIDDLE}" r="4.5" fill="${colour}" stroke="var(--paper)"/>`,
  );
}

/** The axis of the strips below or above it. */
export function axisStrip(axis: Axis, label: (value: number) => string): string {
  const at = placer(axis);
  const marks = spread(axis.scale === "log" ? logTicks(axis.low, axis.high) : linearTicks(axis.low, axis.high, 4), at);
  const texts = marks.map((tick) => {
    const x = at(tick);
    const anchor = x < 24 ? "start" : x > WIDTH - 24 ? "end" : "middle";
    return `<path d="M${x} 15v5" stroke="var(--rule)"/><text x="${x}" y="11" font-size="11" fill="var(--quiet)" text-anchor="${anchor}">${escapeHtml(label(tick))}</text>`;
  });
  return strip(`${texts.join("")}<path d="M0 20.5H${WIDTH}" stroke="var(--rule)"/>`);
}

/** Those that have room for their labels: the first, and whatever lies far enough behind the one before. */
function spread(ticks: readonly number[], at: (value: number) => number): number[] {
  const kept: number[] = [];
  for (const tick of ticks) {
    const last = kept.at(-1);
    if (last === undefined || at(tick) - at(last) >= 58) kept.push(tick);
  }
  return kept;
}

function strip(content: string): string {
  return `<svg class="strip" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" fill="none" aria-hidden="true">${content}</svg>`;
}

/** Positions in pixels, to a tenth. What lies outside the axis is put at its end. */
function placer({ scale, low, high }: Axis): (value: number) => number {
  const on = scale === "log" ? Math.log : (value: number) => value;
  const [start, length] = [on(low), on(high) - on(low)];
  return (value) => {
    const share = scale === "log" && value <= 0 ? 0 : (on(value) - start) / length;
    return Math.round((INSET + Math.min(1, Math.max(0, share)) * (WIDTH - 2 * INSET)) * 10) / 10;
  };
}

function interval(at: (value: number) => number, { low, high }: Estimate): string {
  return `<path d="M${at(low)} ${MIDDLE}H${at(high)}" stroke="var(--ink)" stroke-width="1.5"/>`;
}

function bound(at: (value: number) => number, value: number | undefined, floor: number, into: 1 | -1): string {
  if (value === undefined) return "";
  const x = at(value);
  const [left, right] = [at(value / (1 + floor)), at(value * (1 + floor))];
  const band = floor > 0 ? `<path d="M${left} 2H${right}V${HEIGHT - 2}H${left}z" fill="var(--band)"/>` : "";
  return `${band}<path d="M${x} 1V${HEIGHT - 1}M${x} 4h${6 * into}M${x} ${HEIGHT - 4}h${6 * into}" stroke="var(--ink)" stroke-width="1.5"/>`;
}

const FEWEST_FOR_DENSITY = 12;
const DENSITY_POINTS = 48;
const DENSITY_REACH = 10;

/** A violin: the density of the values (Gaussian kernel, Silverman's rule of thumb) above and below the line. */
function densityPath({ scale, low, high }: Axis, values: readonly number[], colour: string): string {
  const on = scale === "log" ? Math.log : (value: number) => value;
  const placed = values.map(on);
  const [start, end] = [on(low), on(high)];
  const width = bandwidth(placed, (end - start) / 200);
  const heights = Array.from({ length: DENSITY_POINTS + 1 }, (_, index) => {
    const x = start + ((end - start) * index) / DENSITY_POINTS;
    return placed.reduce((sum, value) => sum + Math.exp(-0.5 * ((x - value) / width) ** 2), 0);
  });
  const tallest = Math.max(...heights);
  const points = heights.map((height, index) => {
    const x = INSET + ((WIDTH - 2 * INSET) * index) / DENSITY_POINTS;
    return [x.toFixed(1), ((height / tallest) * DENSITY_REACH).toFixed(1)] as const;
  });
  const upper = points.map(([x, reach]) => `${x} ${(MIDDLE - Number(reach)).toFixed(1)}`);
  const lower = points.map(([x, reach]) => `${x} ${(MIDDLE + Number(reach)).toFixed(1)}`).toReversed();
  return `<path d="M${[...upper, ...lower].join("L")}z" fill="${colour}" fill-opacity=".2"/>`;
}

function bandwidth(values: readonly number[], least: number): number {
  const middle = median(values);
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
  return Math.max(least, 0.9 * deviation * values.length ** -0.2);
}
