// A history in a terminal: for each machine the series as sparklines, with what changed and since when.
import { styleText } from "node:util";
import { quantity } from "../claims/index.ts";
import type { Environment } from "../record/environment.ts";
import { sparkline } from "./sparkline.ts";
import type { Trend } from "./trends.ts";
import { changeText, machineText } from "./words.ts";

const SPARKS = 24;

/** A line for each series, below its machine. */
export function formatHistory(trends: readonly Trend[], machines: ReadonlyMap<number, Environment>): string {
  const byMachine = Map.groupBy(trends, ({ series }) => series.machine);
  const blocks = [...byMachine].map(([machine, group]) => {
    const environment = machines.get(machine);
    const title = environment === undefined ? `machine ${machine}` : machineText(environment);
    return [styleText("bold", title), ...table(group)].join("\n");
  });
  const changed = trends.filter(({ changes }) => changes.length > 0).length;
  return `${[...blocks, `${trends.length} series, of which ${changed} changed`].join("\n\n")}\n`;
}

function table(trends: readonly Trend[]): string[] {
  const rows = trends.map(({ series, changes }) => {
    const { place, metric, points } = series;
    const newest = points.at(-1)?.value ?? Number.NaN;
    const values = points.map(({ value }) => value);
    const said = changes.map((change) => colour(change.verdict, changeText(change, series)));
    const spark = sparkline(values, SPARKS).padEnd(Math.min(SPARKS, Math.max(4, values.length)));
    return [place, metric.label, String(points.length), spark, quantity(newest, metric.unit), said.join("; ")];
  });
  const columns = ["benchmark", "metric", "runs", "", "newest", ""];
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const pad = (text: string, index: number): string => {
    if (index === columns.length - 1) return text;
    return index === 2 || index === 4 ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0);
  };
  const line = (row: readonly string[]): string => row.map(pad).join("  ").trimEnd();
  return [styleText("dim", line(columns)), ...rows.map(line)];
}

function colour(verdict: "improved" | "regressed", text: string): string {
  return styleText(verdict === "improved" ? "green" : "red", text);
}
