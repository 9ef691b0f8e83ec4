// A comparison as Markdown: the comment of a pull request, which is found again by a hidden marker and replaced, and the summary of a job.
// GitHub refuses a comment beyond 65,536 characters and a summary beyond 1 MiB, so rows are left out from the least telling end, and how
// many is said.
import { escapeMarkdown } from "../report/escape-markdown.ts";
import type { RunComparison } from "./comparison.ts";
import type { Difference, Verdict } from "./differences.ts";
import { answerOf, brokenIn, COLUMNS, countRowOf, methodOf, rowOf, tallyOf } from "./rows.ts";
import { grouped } from "./terminal.ts";

/** The first line of a comment: whoever posts one replaces the last that begins with it. */
export const MARKER: string = "<!-- pollab bench compare -->";

/** In bytes of UTF-8, which are never fewer than characters. */
export const COMMENT_LIMIT_BYTES = 65_536;
/** Of the summary of one step of a job. */
export const SUMMARY_LIMIT_BYTES: number = 2 ** 20;

/** For a comment that is replaced by the next. */
export function formatComment(comparison: RunComparison): string {
  return fitted(comparison, COMMENT_LIMIT_BYTES, [MARKER]);
}

/** For the summary of a job: the same with more room. */
export function formatSummary(comparison: RunComparison): string {
  return fitted(comparison, SUMMARY_LIMIT_BYTES, []);
}

/** Rows under a heading. Where there is no room for all, the first are kept. */
interface Section {
  readonly title: string;
  readonly rows: readonly string[];
  /** What stands before the rows: the head of a table, or nothing before a list. */
  readonly head: readonly string[];
  /** Folded away until it is clicked. */
  readonly folded: boolean;
}

function fitted(comparison: RunComparison, limitBytes: number, before: readonly string[]): string {
  const opening = [...before, "## Benchmarks compared", `**${answerOf(comparison)}** ${tallyOf(comparison)}.`].join(
    "\n\n",
  );
  const closing = escapeMarkdown(methodOf(comparison));
  const parts = [opening];
  let room = limitBytes - bytes(opening) - bytes(closing) - bytes("\n\n\n");
  for (const section of sectionsOf(comparison)) {
    const text = sectionWithin(section, room - bytes("\n\n"));
    if (text === undefined) continue;
    parts.push(text);
    room -= bytes(text) + bytes("\n\n");
  }
  return `${[...parts, closing].join("\n\n")}\n`;
}

function sectionsOf({ counts, differences, absences, cautions }: RunComparison): Section[] {
  const broken = brokenIn(absences);
  const others = absences.filter((each) => !broken.includes(each));
  const of = (verdict: Verdict): Difference[] => differences.filter((each) => each.verdict === verdict);
  return [
    table("Exact counts that differ", counts.filter(({ verdict }) => verdict !== "equal").map(countRowOf)),
    list(
      "Fails now and did not",
      broken.map(({ name, because }) => `${name}: ${because}`),
    ),
    table("Regressed", of("regressed").map(rowOf)),
    table("Improved", of("improved").map(rowOf)),
    list("Before trusting a verdict", cautions),
    list("Only in one of them", grouped(others)),
    { ...table("Unknown: too much scatter for so few rounds", of("unknown").map(rowOf)), folded: true },
    { ...table("Within noise", of("within noise").map(rowOf)), folded: true },
  ].filter(({ rows }) => rows.length > 0);
}

/** As many rows as there is room for; undefined where there is not even room to say how many were left out. */
function sectionWithin({ title, rows, head, folded }: Section, roomBytes: number): string | undefined {
  const heading = `${title} (${rows.length})`;
  const wrapped = (lines: readonly string[], left: number): string => {
    const note =
      left === 0 ? [] : ["", `_${left} more left out here: the summary of the job and the record have them._`];
    const body = [...(lines.length === 0 ? [] : head), ...lines, ...note].join("\n");
    return folded ? `<details><summary>${heading}</summary>\n\n${body}\n\n</details>` : `### ${heading}\n\n${body}`;
  };
  let used = bytes(wrapped([], rows.length)) + bytes(head.join("\n")) + 1;
  if (used > roomBytes) return undefined;
  const kept: string[] = [];
  for (const row of rows) {
    used += bytes(row) + 1;
    if (used > roomBytes) break;
    kept.push(row);
  }
  return wrapped(kept, rows.length - kept.length);
}

function table(title: string, rows: readonly (readonly string[])[]): Section {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  const rules = `|${COLUMNS.map((_, index) => (index < 2 || index === COLUMNS.length - 1 ? " --- |" : " ---: |")).join("")}`;
  return { title, rows: rows.map(line), head: [line(COLUMNS), rules], folded: false };
}

function list(title: string, sentences: readonly string[]): Section {
  return { title, rows: sentences.map((sentence) => `- ${escapeMarkdown(sentence)}`), head: [], folded: false };
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
