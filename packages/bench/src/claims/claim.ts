// A claim: what somebody said about asynchronous code, as a predicate that a run decides. Fixed before any run.
import type { Evidence } from "./evidence.ts";
import type { Part } from "./verdict.ts";

/** What a claim has to have measured. What several claims need is measured once. */
export interface Need {
  readonly scenario: string;
  /** All of the scenario's unless named. Twins, for the noise floor, come by themselves. */
  readonly contenders?: readonly string[];
  /** All of the scenario's unless named. */
  readonly levels?: readonly number[];
  /** Only asked beside the claim itself, on real tokio: a run that lacks it can answer the claim all the same. */
  readonly beside?: true;
  /** Judged by counts and by values against fixed bounds alone, which no noise floor applies to: nobody is observed twice for it. */
  readonly unpaired?: true;
  /** What a quick run has of it, whose time is short: what the predicate asks beyond that stays unasked there. */
  readonly quick?: QuickNeed | "left out";
}

/** Less than a whole need. */
export interface QuickNeed {
  /** Those of the need unless named. */
  readonly contenders?: readonly string[];
  /** Those of the need that the scenario's quick run has too, unless named. */
  readonly levels?: readonly number[];
}

export interface Claim {
  /** As in the register of claims: a letter for the subject and a number. */
  readonly id: string;
  /** Such as "Async Rust: From Futures to Production, ch. 1". */
  readonly source: string;
  /** What is claimed, in general words of our own. */
  readonly statement: string;
  /** What exactly is tested: direction, contenders, levels and bound. */
  readonly predicate: string;
  /** The relative difference below which two contenders count as equal, such as 0.05. */
  readonly minimumEffect: number;
  readonly needs: readonly Need[];
  /** What the machine must offer beyond what scenarios and contenders ask for: says what is missing, or undefined. */
  readonly gate?: () => string | undefined;
  /** One part for each question. Computes nothing itself: it picks effects from the evidence and hands them to predicates. */
  judge(evidence: Evidence): readonly Part[];
}
