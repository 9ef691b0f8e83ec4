// Claims and what a run says about them: everything is computed from the raw samples.
export type { Claim, Need } from "./claim.ts";
export { compareAll, isGeneratorLimited, isHeadline } from "./compare.ts";
export type { Comparison } from "./compare.ts";
export { figure } from "./figure.ts";
export { answerable, judgeClaims } from "./judge.ts";
export { ledger } from "./ledger/index.ts";
export { metricsOf } from "./metrics.ts";
export type { Metric } from "./metrics.ts";
export { sentence } from "./missing.ts";
export { nestingCosts } from "./nesting.ts";
export type { NestingCost } from "./nesting.ts";
export { MINIMUM_EFFECT, noiseFloors, thresholdOf } from "./noise.ts";
export { quantity } from "./quantity.ts";
export { Samples } from "./samples.ts";
export { listed } from "./sentence.ts";
export { judgeTargets, TARGETS } from "./targets.ts";
export type { JudgedTarget, TargetVerdict } from "./targets.ts";
export type { Asked, EffectSize, JudgedClaim, Part, SamplePointer, Verdict } from "./verdict.ts";
