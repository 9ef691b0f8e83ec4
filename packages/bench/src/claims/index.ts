// Claims and what a run says about them: everything is computed from the raw samples.
export { isHeadline, judgeA1 } from "./a1.ts";
export { judgeA3, nestingCosts } from "./a3.ts";
export type { NestingCost } from "./a3.ts";
export { compareAll, isGeneratorLimited } from "./compare.ts";
export type { Comparison } from "./compare.ts";
export { figure } from "./figure.ts";
export { metricsOf } from "./metrics.ts";
export type { Metric } from "./metrics.ts";
export { sentence } from "./missing.ts";
export { MINIMUM_EFFECT, noiseFloors } from "./noise.ts";
export { Samples } from "./samples.ts";
export { listed } from "./sentence.ts";
export { judgeTargets, TARGETS } from "./targets.ts";
export type { JudgedTarget, TargetVerdict } from "./targets.ts";
export type { JudgedClaim, Verdict } from "./verdict.ts";
