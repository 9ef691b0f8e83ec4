// Why a count may differ: `NAME=REASON`, given on the command line, or as a trailer in a message of one of the commits that are compared.

/** The trailer of a commit message: "Bench-explain: polls=one poll more, which the new budget asks for". */
export const TRAILER = "Bench-explain";

/** What it is about, and why it is so. */
export interface Explanation {
  /** Words that all must name the scenario, the contender or the count: "polls", "echo/syscalls", "mpsc/coroutine/polls". */
  readonly about: string;
  readonly reason: string;
}

/** Undefined where the text is not of the form NAME=REASON. */
export function parseExplanation(text: string): Explanation | undefined {
  const [, about, reason] = /^\s*([^=]+?)\s*=\s*(.*\S)\s*$/s.exec(text) ?? [];
  return about === undefined || reason === undefined ? undefined : { about, reason };
}

/** The first explanation of a count. */
export function explanationOf(
  explanations: readonly Explanation[],
  names: { readonly scenario: string; readonly contender: string; readonly count: string },
): Explanation | undefined {
  const known = Object.values(names);
  return explanations.find(({ about }) => about.split("/").every((word) => known.includes(word)));
}
