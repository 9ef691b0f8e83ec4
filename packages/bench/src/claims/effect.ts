// What a run can say about a question, before anybody judges it.
import type { CommonScatter, Interval } from "../statistics/index.ts";
import type { Absence } from "./missing.ts";
import type { Comparison } from "./compare.ts";
import type { EffectSize, SamplePointer } from "./verdict.ts";

interface About {
  /** Which contender in which scenario, at which level. */
  readonly subject: string;
  readonly contender: string;
  readonly samples: readonly SamplePointer[];
}

/** A quantity with its scatter over rounds. */
export interface Effect extends About, EffectSize {
  readonly kind: "effect";
  /** The same by bootstrap, where there are rounds enough for it: an answer has to hold in both intervals. */
  readonly resampled?: Interval;
  /** The value in words, as it goes on after the subject: "has 0.300 times the time per operation of native-async". */
  readonly words: string;
  /** The values by round on the scale on which they scatter evenly: logarithms, or the values themselves. */
  readonly values: readonly number[];
  readonly scale: "log" | "linear";
  /** What is known of their scatter from the other questions of the run, where the interval rests on it. */
  readonly common?: CommonScatter;
  /** How far two runs of the same program differed in this, as a relative deviation; 0 where that says nothing. */
  readonly floor: number;
  /** The claim's own: smaller differences count as none. */
  readonly minimumEffect: number;
}

/** A count that scatter has no part in: one value for each round. */
export interface Count extends About {
  readonly kind: "count";
  /** In the words of the scenario's metric, where it has one of this name. */
  readonly name: string;
  readonly values: readonly number[];
}

/** Where one contender overtakes another along the levels. */
export interface Crossing extends About {
  readonly kind: "crossing";
  readonly comparison: Comparison;
}

/** Nothing was measured, and why. */
export interface Missing extends About, Absence {
  readonly kind: "missing";
}
