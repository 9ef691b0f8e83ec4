// A line chart with error bars on two logarithmic axes, as an SVG string without a DOM. Every colour is a CSS variable of the page, so
// one drawing serves light and dark.
import { CustomChart, LineChart } from "echarts/charts";
import type { CustomSeriesOption, LineSeriesOption } from "echarts/charts";
import { GridComponent } from "echarts/components";
import type { GridComponentOption } from "echarts/components";
import * as echarts from "echarts/core";
import type { ComposeOption } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { figure } from "../../claims/index.ts";
import type { Estimate, Interval } from "../../statistics/index.ts";
import { escapeHtml } from "./escape.ts";
import type { Appearance } from "./palette.ts";
import { logTicks } from "./ticks.ts";

echarts.use([LineChart, CustomChart, GridComponent, SVGRenderer]);

type Option = ComposeOption<LineSeriesOption | CustomSeriesOption | GridComponentOption>;

/** One contender. */
export interface ChartLine {
  readonly appearance: Appearance;
  readonly points: readonly ChartPoint[];
}

/** In the units of the axes. */
export interface ChartPoint {
  readonly x: number;
  readonly y: Estimate;
  /** A point that only bends the line. */
  readonly unmarked?: true;
}

/** What is to be drawn; both axes are logarithmic. */
export interface Chart {
  /** What a reader who cannot see it should be told. */
  readonly description: string;
  readonly xName: string;
  readonly yName: string;
  /** The positions that are labelled along x, ascending. */
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly lines: readonly ChartLine[];
  /** Around y = 1, where a difference does not count: how far up, for each x. The band reaches as far down. */
  readonly band?: readonly { readonly x: number; readonly reach: number }[];
  /** Places on y = 1 with their interval along x. */
  readonly crossings?: readonly ({ readonly at: number; readonly appearance: Appearance } & Interval)[];
}

const WIDTH = 400;
const HEIGHT = 300;
const FONT_SIZE = 13;
const INK = "var(--ink)";
const FAINT = "var(--grid)";

/** An SVG element that fits the width it is given. */
export function drawChart(chart: Chart): string {
  const drawing = echarts.init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT });
  try {
    drawing.setOption(optionOf(chart));
    const content = stillLife(drawing.renderToSVGString());
    // The page decides the size; the drawing keeps its proportions through viewBox.
    const box = `viewBox="0 0 ${WIDTH} ${HEIGHT}" xmlns="http://www.w3.org/2000/svg"`;
    return `<svg ${box} role="img" aria-label="${escapeHtml(chart.description)}">${content}</svg>`;
  } finally {
    drawing.dispose();
  }
}

/**
 * What is between the tags of a drawing, without what only a live chart needs: hover styles, and clipping, whose ids count the charts
 * of the process. Nothing is drawn outside the axes anyway. A tenth of a pixel is all that can be seen.
 */
function stillLife(svg: string): string {
  return svg
    .replace(/^<svg [^>]*>/, "")
    .replace(/<\/svg>\s*$/, "")
    .replaceAll(/<(style|defs)\b[^]*?<\/\1>/g, "")
    .replaceAll(/ (?:class|clip-path|pointer-events|ecmeta_\w+)="[^"]*"/g, "")
    .replaceAll(/="[^"]*\d\.\d{2}[^"]*"/g, (attribute) =>
      attribute.replaceAll(/\d+\.\d{2,}/g, (number) => String(round(Number(number)))),
    )
    .replaceAll(/><\/path>\s*/g, "/>");
}

function optionOf(chart: Chart): Option {
  const values = chart.lines
    .flatMap(({ points }) => points.flatMap(({ y }) => [y.low, y.value, y.high]))
    .filter(isDrawable);
  const band = chart.band ?? [];
  const [low, high] = padded([...values, ...band.flatMap(({ reach }) => [reach, 1 / reach])]);
  const text = { color: INK, fontSize: FONT_SIZE, fontFamily: "inherit" };
  const axis = {
    type: "value",
    axisLine: { show: true, onZero: false, lineStyle: { color: INK } },
    nameTextStyle: text,
  } as const;
  const xTicks = chart.ticks.map(({ at }) => Math.log10(at));
  const xLabels = new Map(chart.ticks.map(({ label }, index) => [xTicks[index], label]));
  const xs = [...xTicks, ...chart.lines.flatMap(({ points }) => points.map(({ x }) => Math.log10(x)))];
  const yTicks = logTicks(low, high).map(Math.log10);
  const label = { ...text, formatter: (value: number) => String(Number(figure(10 ** value))) };
  return {
    animation: false,
    backgroundColor: "transparent",
    grid: { left: 58, right: 18, top: 34, bottom: 50 },
    xAxis: {
      ...axis,
      name: chart.xName,
      nameLocation: "middle",
      nameGap: 28,
      min: Math.min(...xs) - 0.04,
      max: Math.max(...xs) + 0.04,
      axisTick: { show: true, customValues: xTicks, lineStyle: { color: INK } },
      axisLabel: { ...text, customValues: xTicks, formatter: (value: number) => xLabels.get(value) ?? "" },
      splitLine: { show: false },
    },
    yAxis: {
      ...axis,
      name: chart.yName,
      nameLocation: "end",
      nameTextStyle: { ...text, align: "left", padding: [0, 0, 0, -50] },
      min: Math.log10(low),
      max: Math.log10(high),
      axisTick: { show: true, customValues: yTicks, lineStyle: { color: INK } },
      axisLabel: { ...label, customValues: yTicks },
      splitLine: { show: false },
    },
    series: [
      gridLines(xs, yTicks),
      ...bandSeries(band),
      ...chart.lines.flatMap(({ appearance, points }) => [
        errorBars(
          // A single round has no interval.
          points
            .filter(({ y }) => Number.isFinite(y.high) && y.high > y.low)
            .map(({ x, y }) => ({ x, low: Math.max(low, y.low), high: Math.min(high, y.high) })),
          appearance,
        ),
        line(points, appearance),
      ]),
      ...(chart.crossings ?? []).map(crossingSeries),
    ],
  };
}

function line(points: readonly ChartPoint[], { colour, marker, dash }: Appearance): LineSeriesOption {
  return {
    type: "line",
    data: points.map(({ x, y, unmarked }) => ({
      value: [Math.log10(x), Math.log10(y.value)],
      symbol: unmarked === true ? "none" : marker,
    })),
    symbolSize: 8,
    clip: false,
    silent: true,
    emphasis: { disabled: true },
    lineStyle: { color: colour, width: 2, type: dash.length === 0 ? "solid" : [...dash] },
    itemStyle: { color: colour },
  };
}

function errorBars(bars: readonly ({ readonly x: number } & Interval)[], { colour }: Appearance): CustomSeriesOption {
  return custom(
    bars.map(({ x, low, high }) => [x, low, high].map(Math.log10)),
    (value, coord) => {
      const [x, top] = coord([value(0), value(2)]);
      const [, bottom] = coord([value(0), value(1)]);
      return path(`M${x} ${top}V${bottom}M${x - 4} ${top}h8M${x - 4} ${bottom}h8`, { stroke: colour, lineWidth: 1.5 });
    },
  );
}

/** Faint lines at the labelled values; the axis's own cannot be put there. */
function gridLines(xs: readonly number[], yTicks: readonly number[]): CustomSeriesOption {
  return custom(
    yTicks.map((y) => [y]),
    (value, coord) => {
      const [left, y] = coord([Math.min(...xs), value(0)]);
      const [right] = coord([Math.max(...xs), value(0)]);
      return path(`M${left} ${y}H${right}`, { stroke: FAINT, lineWidth: 1 });
    },
  );
}

/** The line of equality, and around it the ratios that decide nothing. */
function bandSeries(band: NonNullable<Chart["band"]>): CustomSeriesOption[] {
  if (band.length === 0) return [];
  const [first, last] = [Math.min(...band.map(({ x }) => x)), Math.max(...band.map(({ x }) => x))];
  const area = custom([[0]], (_, coord) => {
    const corner = (x: number, y: number): string => coord([x, y].map(Math.log10)).join(" ");
    const upper = band.map(({ x, reach }) => corner(x, reach));
    const lower = band.map(({ x, reach }) => corner(x, 1 / reach)).toReversed();
    return path(`M${[...upper, ...lower].join("L")}Z`, { fill: "var(--band)" });
  });
  const equal = custom([[0]], (_, coord) => {
    const [left, y] = coord([Math.log10(first), 0]);
    const [right] = coord([Math.log10(last), 0]);
    return path(`M${left} ${y}H${right}`, { stroke: INK, lineWidth: 1.5 });
  });
  return [area, equal];
}

/** A hollow diamond on the line of equality, and its interval along it. */
function crossingSeries({ at, low, high, appearance }: NonNullable<Chart["crossings"]>[number]): CustomSeriesOption {
  return custom([[at, low, high].map(Math.log10)], (value, coord) => {
    const [x, y] = coord([value(0), 0]);
    const [left] = coord([value(1), 0]);
    const [right] = coord([value(2), 0]);
    return path(`M${left} ${y}H${right}M${left} ${y - 6}v12M${right} ${y - 6}v12M${x} ${y - 8}l8 8-8 8-8-8z`, {
      stroke: appearance.colour,
      lineWidth: 2.5,
      fill: "var(--paper)",
    });
  });
}

/** One path for each row of `data`, drawn in pixels. */
function custom(
  data: number[][],
  draw: (value: (column: number) => number, coord: (point: number[]) => [number, number]) => ReturnType<typeof path>,
): CustomSeriesOption {
  return {
    type: "custom",
    data,
    silent: true,
    clip: false,
    renderItem: (_, api) =>
      draw(
        (column) => Number(api.value(column)),
        (point) => {
          const [x = Number.NaN, y = Number.NaN] = api.coord(point);
          return [round(x), round(y)];
        },
      ),
  };
}

function path(pathData: string, style: { stroke?: string; fill?: string; lineWidth?: number }) {
  return { type: "path", shape: { pathData }, style: { fill: "none", ...style } } as const;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function isDrawable(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}

/** The range of the values with a margin, on a logarithmic scale. */
function padded(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = Math.max(1.03, (high / low) ** 0.06);
  return [low / margin, high * margin];
}
