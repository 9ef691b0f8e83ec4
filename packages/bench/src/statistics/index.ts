// What a run's numbers are made of: seeded randomness, estimates with intervals, and crossovers. Pure functions only.
export { attainableCoverage, bootstrapMean, FEWEST_FOR_BOOTSTRAP, medianEstimate } from "./bootstrap.ts";
export { chanceBeyond, contrastInterval, pairedContrast, unpairedContrast } from "./contrast.ts";
export type { Contrast } from "./contrast.ts";
export { estimateCrossover, standing, standings } from "./crossover.ts";
export type { AdvantageAtLevel, Crossover, Standing } from "./crossover.ts";
export { holm } from "./holm.ts";
export { histogramQuantileNs } from "./histogram.ts";
export type { Estimate, Interval } from "./interval.ts";
export { outliers } from "./outliers.ts";
export { commonScatter, moderatedEstimate, reachOf } from "./moderation.ts";
export type { CommonScatter } from "./moderation.ts";
export { median } from "./quantile.ts";
export { randomFor, shuffled } from "./random.ts";
export type { Random } from "./random.ts";
export { logRatios, mapEstimate, meanEstimate } from "./ratio.ts";
export type { ByRound } from "./ratio.ts";
export { moreRoundsFor, studentP } from "./test.ts";
export type { Question } from "./test.ts";
