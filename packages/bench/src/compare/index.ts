// Two runs compared: what differs, whether that is noise, and how it is told.
export { compareRuns, LEAST_EFFECT, NothingSharedError } from "./comparison.ts";
export type { ComparisonOptions, RunComparison } from "./comparison.ts";
export type { Verdict } from "./differences.ts";
export { type Explanation, parseExplanation, TRAILER } from "./explanations.ts";
export { COMMENT_LIMIT_BYTES, formatComment, formatSummary, MARKER, SUMMARY_LIMIT_BYTES } from "./markdown.ts";
export { formatComparison } from "./terminal.ts";
export { prospect } from "./power.ts";
