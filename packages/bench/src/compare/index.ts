// Two runs compared: what differs, whether that is noise, and how it is told.
export { compareRuns, LEAST_EFFECT, NothingSharedError } from "./comparison.ts";
export type { ComparisonOptions, RunComparison } from "./comparison.ts";
export type { ExactCount } from "./counts.ts";
export type { Difference, Verdict } from "./differences.ts";
export { type Explanation, parseExplanation, TRAILER } from "./explanations.ts";
