// A verdict as a word with a mark: neither needs colour.
import type { Verdict } from "../../claims/index.ts";

const MARKS = {
  supported: "✓",
  contradicted: "✗",
  mixed: "±",
  inconclusive: "?",
  "not runnable here": "–",
} as const satisfies Record<Verdict, string>;

/** The verdict as it stands in text. */
export function verdictWord(verdict: Verdict): string {
  return `<span class="word ${verdictClass(verdict)}"><span aria-hidden="true">${MARKS[verdict]}</span> ${verdict}</span>`;
}

/** The class of the page that stands for it. */
export function verdictClass(verdict: Verdict): string {
  return verdict.replaceAll(" ", "-");
}
