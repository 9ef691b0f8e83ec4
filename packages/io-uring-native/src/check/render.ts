// The report as text for a terminal: the answer first, then what limits it, then every trial.
import type { Limit } from "./limits.ts";
import type { Report, Row, Table } from "./report.ts";

const RESULTS: Readonly<Record<Row["status"], string>> = {
  works: "works",
  absent: "not offered",
  refused: "refused",
  untried: "untried",
};

const HEADINGS = ["", "Linux", "here", "in this driver"];

/** Ends in a line feed. */
export function render(report: Report): string {
  return [verdict(report), limits(report.limits), ...report.tables.map(tableText)].join("\n\n") + "\n";
}

function verdict({ kernel, usable, problem, tables }: Report): string {
  const counts = tables.map(({ title, works, total }) => `${works} of ${total} ${title}`).join(", ");
  if (usable) return `io_uring works here (Linux ${kernel}), and the driver runs: ${counts}.`;
  const lines = [`io_uring cannot be used here (Linux ${kernel}).`];
  if (problem !== null) lines.push(`  ${problem.message}`, `  To change that: ${problem.remedy}`);
  return lines.join("\n");
}

function limits(all: readonly Limit[]): string {
  const rows = all.map(({ name, value, level, remedy }) => [
    name,
    level === "fine" ? "ok" : level,
    value,
    remedy === null ? "" : `to change it: ${remedy}`,
  ]);
  return section("Limits", rows);
}

function tableText({ title, works, total, rows }: Table): string {
  return section(`${title.charAt(0).toUpperCase()}${title.slice(1)}: ${works} of ${total}`, [
    HEADINGS,
    ...rows.map(cells),
  ]);
}

function cells(row: Row): string[] {
  return [row.name, row.since, resultOf(row), remark(row)];
}

function resultOf({ status, error }: Row): string {
  return error === null ? RESULTS[status] : `${RESULTS[status]} (${error})`;
}

/** What follows from the result for the driver, and what is odd about it. */
function remark({ status, driver, fallback, needs, probe }: Row): string {
  const remarks: string[] = [];
  if (driver !== "unused") remarks.push(driver === "required" ? "required" : "used");
  if (fallback !== null && driver !== "unused")
    remarks.push(status === "works" ? `else ${fallback}` : `now ${fallback}`);
  if (needs !== null && status !== "works") remarks.push(`needs ${needs}`);
  if (probe === false && status === "works") remarks.push("the kernel's own list lacks it");
  if (probe === true && status === "absent") remarks.push("the kernel's own list has it");
  return remarks.join("; ");
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  return [title, ...lines.map((line) => `  ${line.trimEnd()}`)].join("\n");
}
