// The unit in which a table's values are shown: one for the whole table, so that its columns can be compared at a glance.
import type { Metric } from "../claims/index.ts";
import { figure } from "../claims/index.ts";
import type { MetricTable } from "./analysis.ts";
import type { ScenarioRecord } from "../record/run.ts";

/** What the values of a table are shown in. */
export interface Unit {
  /** What a raw value, in the metric's own unit, is divided by. */
  readonly scale: number;
  /** As it stands in a heading: "k requests/s", "µs", "B". */
  readonly name: string;
}

const TIME_UNITS = [
  { scale: 1e9, symbol: "s" },
  { scale: 1e6, symbol: "ms" },
  { scale: 1e3, symbol: "µs" },
  { scale: 1, symbol: "ns" },
];
const RATE_UNITS = [
  { scale: 1e6, symbol: "M " },
  { scale: 1e3, symbol: "k " },
  { scale: 1, symbol: "" },
];
const BYTE_UNITS = [
  { scale: 2 ** 20, symbol: "MiB" },
  { scale: 2 ** 10, symbol: "KiB" },
  { scale: 1, symbol: "B" },
];
const COUNT_UNITS = [
  { scale: 1e6, symbol: "million" },
  { scale: 1e3, symbol: "thousand" },
  { scale: 1, symbol: "count" },
];
const SHARE_UNITS = [{ scale: 0.01, symbol: "%" }];
const UNITS = {
  "per-second": RATE_UNITS,
  ns: TIME_UNITS,
  bytes: BYTE_UNITS,
  count: COUNT_UNITS,
  share: SHARE_UNITS,
} as const;
const SMALLEST_UNITS = {
  "per-second": { scale: 1, symbol: "" },
  ns: { scale: 1, symbol: "ns" },
  bytes: { scale: 1, symbol: "B" },
  count: { scale: 1, symbol: "count" },
  share: { scale: 0.01, symbol: "%" },
} as const;

/** The largest unit in which most of the table's values are at least 1. */
export function unitOf({ metric, rows }: MetricTable, scenario: ScenarioRecord): Unit {
  const values = rows
    .flatMap(({ cells }) => cells.flatMap((cell) => cell?.estimate.value ?? []))
    .toSorted((a, b) => a - b);
  const typical = values[values.length >> 1] ?? 1;
  const units = UNITS[metric.unit];
  const { scale, symbol } = units.find((unit) => typical >= unit.scale) ?? SMALLEST_UNITS[metric.unit];
  return { scale, name: metric.unit === "per-second" ? `${symbol}${plural(scenario.operation)}/s` : symbol };
}

/** The name of a metric as the scenario's own operation reads: "CPU time per request". */
export function titleOf(metric: Metric, scenario: ScenarioRecord): string {
  const label = metric.label.replace("operation", scenario.operation);
  return label.charAt(0).toUpperCase() + label.slice(1);
}

/** A raw value in the unit, to three significant digits. */
export function inUnit(value: number, unit: Unit): string {
  return figure(value / unit.scale);
}

/** A relative deviation as a whole percentage, with one decimal below 10 %. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(Math.abs(share) < 0.0995 ? 1 : 0)} %`;
}

/** Half the width of an interval, relative to the value in its middle. */
export function halfWidth({
  value,
  low,
  high,
}: {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}): number {
  return (high - low) / 2 / value;
}

function plural(noun: string): string {
  return noun.endsWith("s") ? noun : `${noun}s`;
}
