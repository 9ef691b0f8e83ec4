// What becomes of a claim: it is judged part by part, and the parts are combined by rule. Nothing here is typed in by hand.

export type Verdict = "supported" | "contradicted" | "mixed" | "inconclusive" | "not runnable here";

export interface Part {
  /** Which contender in which scenario. */
  readonly subject: string;
  readonly verdict: Exclude<Verdict, "mixed">;
  /** The measured reason, or what is missing: a sentence. */
  readonly because: string;
}

export interface JudgedClaim {
  readonly id: string;
  /** What is claimed, in general words. */
  readonly statement: string;
  /** What exactly was tested. Fixed before any run. */
  readonly predicate: string;
  readonly verdict: Verdict;
  readonly parts: readonly Part[];
}

/**
 * The verdict over all parts of a claim that must hold for every one of them. One counterexample contradicts it, and where it also
 * holds for some part the answer is "mixed". A part that could not be run, or told nothing, leaves the rest inconclusive.
 */
export function combine(parts: readonly Part[]): Verdict {
  const some = (verdict: Verdict): boolean => parts.some((part) => part.verdict === verdict);
  if (parts.every((part) => part.verdict === "not runnable here")) return "not runnable here";
  if (some("contradicted")) return some("supported") ? "mixed" : "contradicted";
  return some("inconclusive") || some("not runnable here") ? "inconclusive" : "supported";
}
