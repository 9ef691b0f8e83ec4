// What becomes of a claim: it is judged part by part, and the parts are combined by rule. Nothing here is typed in by hand.
import type { MetricRecord } from "../record/metric.ts";
import type { Estimate, Question } from "../statistics/index.ts";

export type Verdict = "supported" | "contradicted" | "mixed" | "inconclusive" | "not runnable here";

/** Where raw samples are found in the record: every observation of one contender at one level of one scenario. */
export interface SamplePointer {
  readonly scenario: string;
  readonly contender: string;
  readonly level: number;
}

/** How large something is, with its 95 % interval: a ratio in "times", anything else in the unit of its metric. */
export interface EffectSize {
  readonly estimate: Estimate;
  readonly unit: "times" | MetricRecord["unit"];
}

/** What an effect was held against, in its unit: it should lie from `low` to `high`. An end that is absent is open. */
export interface Asked {
  readonly low?: number;
  readonly high?: number;
  /** How far two runs of the same program differed, as a relative deviation; 0 where that says nothing. */
  readonly floor: number;
}

/** One answer of a run to one question of a claim. */
export interface Part {
  /** Which contender in which scenario. */
  readonly subject: string;
  /** The contender that the answer is about; an answer about real tokio stands beside the others. */
  readonly contender: string;
  readonly verdict: Exclude<Verdict, "mixed">;
  /** The measured reason, or what is missing: a sentence. */
  readonly because: string;
  /** Undefined where nothing was measured, and where a count is exact. */
  readonly effect?: EffectSize;
  /** Present wherever there is an effect. */
  readonly asked?: Asked;
  /** Rounds that the answer rests on. */
  readonly rounds: number;
  readonly samples: readonly SamplePointer[];
  /** The chance of so clear an answer by scatter alone; absent for exact counts, which have no scatter. */
  readonly p?: number;
  /** The same, corrected for all questions that were asked of the run (Holm). */
  readonly adjustedP?: number;
  /** What was asked of which values, where the answer rests on scatter. */
  readonly question?: Question;
  /** Of an inconclusive answer: how many more rounds would probably settle it; absent where no sensible number would. */
  readonly moreRounds?: number;
}

/** A claim and what the run says about it. */
export interface JudgedClaim {
  readonly id: string;
  /** Where the claim is made: document and chapter. */
  readonly source: string;
  /** What is claimed, in general words. */
  readonly statement: string;
  /** What exactly was tested. Fixed before any run. */
  readonly predicate: string;
  readonly minimumEffect: number;
  readonly verdict: Verdict;
  /** The verdict of the same question on real tokio, where it was asked there too. */
  readonly onTokio?: Verdict;
  readonly parts: readonly Part[];
  /** Of a quick run: whether it asked only part of what is claimed. */
  readonly inPart?: true;
  /** What to type to test just this claim. */
  readonly command: string;
}

/**
 * The verdict over all parts of a claim that must hold for every one of them. One counterexample contradicts it, and where it also
 * holds for some part the answer is "mixed". A part that could not be run, or told nothing, leaves the rest inconclusive.
 */
export function combine(parts: readonly Pick<Part, "verdict">[]): Verdict {
  const some = (verdict: Verdict): boolean => parts.some((part) => part.verdict === verdict);
  if (parts.length === 0) return "inconclusive";
  if (parts.every((part) => part.verdict === "not runnable here")) return "not runnable here";
  if (some("contradicted")) return some("supported") ? "mixed" : "contradicted";
  return some("inconclusive") || some("not runnable here") ? "inconclusive" : "supported";
}
