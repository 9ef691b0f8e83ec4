// An amount with its unit, as it stands in a sentence.
import type { MetricRecord } from "../record/metric.ts";
import { figure } from "./figure.ts";

const TIMES = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "µs"],
] as const;
const SIZES = [
  [2 ** 30, "GiB"],
  [2 ** 20, "MiB"],
  [2 ** 10, "KiB"],
] as const;

/** Such as "31.2 µs", "1.50 KiB", "12.0 %", "3 times". */
export function quantity(value: number, unit: MetricRecord["unit"] | "times"): string {
  switch (unit) {
    case "ns":
      return scaled(value, TIMES, "ns");
    case "bytes":
      return scaled(value, SIZES, "B");
    case "share":
      return `${figure(value * 100)} %`;
    case "per-second":
      return `${figure(value)}/s`;
    case "times":
      return `${figure(value)} times`;
    case "count":
      return figure(value);
  }
}

function scaled(value: number, units: readonly (readonly [number, string])[], smallest: string): string {
  const [scale, symbol] = units.find(([least]) => Math.abs(value) >= least) ?? [1, smallest];
  return `${figure(value / scale)} ${symbol}`;
}
