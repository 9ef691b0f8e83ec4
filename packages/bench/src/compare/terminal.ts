// A comparison for a terminal: counts first, then differences from the worst on, and the answer last, where the eye rests.
import { styleText } from "node:util";
import { wrap, wrapIndented } from "../report/wrap.ts";
import type { RunComparison } from "./comparison.ts";
import { answerOf, brokenIn, COLUMNS, countRowOf, methodOf, rowOf, tallyOf } from "./rows.ts";

/** The whole of it: every benchmark has its line. */
export function formatComparison(comparison: RunComparison): string {
  const { counts, differences, absences, cautions, isWorse } = comparison;
  const changed = counts.filter(({ verdict }) => verdict !== "equal");
  const blocks = [
    ...tableBlock("Exact counts that differ", changed.map(countRowOf)),
    ...tableBlock("Benchmarks", differences.map(rowOf)),
    ...listBlock(
      "Fails now and did not",
      brokenIn(absences).map(({ name, because }) => `${name}: ${because}`),
    ),
    ...listBlock("Only in one of them", grouped(absences.filter((each) => !brokenIn(absences).includes(each)))),
    ...listBlock("Before trusting a verdict", cautions),
    styleText("dim", wrapIndented(methodOf(comparison), 0)),
    `${tallyOf(comparison)}\n${styleText(["bold", isWorse ? "red" : "green"], answerOf(comparison))}`,
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** A line for all places that are missing for the same reason. */
export function grouped(absences: RunComparison["absences"]): string[] {
  const byReason = Map.groupBy(absences, ({ presentIn, because }) => JSON.stringify([presentIn, because]));
  return [...byReason.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const more = group.length > 3 ? ` and ${group.length - 3} more` : "";
    const names = `${group
      .slice(0, 3)
      .map(({ name }) => name)
      .join(", ")}${more}`;
    return [`only in ${first.presentIn}: ${names} (${first.because})`];
  });
}

function listBlock(title: string, sentences: readonly string[]): string[] {
  return sentences.length === 0
    ? []
    : [[styleText("bold", title), ...sentences.map((each) => wrap(each, 2))].join("\n")];
}

function tableBlock(title: string, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const widths = COLUMNS.map((column, index) => Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)));
  // Names and verdicts stand at the left, figures at the right; what comes last is not padded.
  const pad = (text: string, index: number): string => {
    if (index === COLUMNS.length - 1) return text;
    return index < 2 ? text.padEnd(widths[index] ?? 0) : text.padStart(widths[index] ?? 0);
  };
  const line = (row: readonly string[]): string => {
    const text = row.map(pad).join("  ");
    const verdict = row.at(-1) ?? "";
    if (verdict.startsWith("regressed")) return styleText("red", text);
    return verdict.startsWith("improved") ? styleText("green", text) : text;
  };
  return [[styleText("bold", title), styleText("dim", COLUMNS.map(pad).join("  ")), ...rows.map(line)].join("\n")];
}
