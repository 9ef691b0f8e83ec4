// Where one contender overtakes another as the load grows.
//
// The input is the advantage of the first over the second: the logarithm of their ratio, signed so that positive means ahead,
// for each level and round. Between neighbouring levels it is taken to be linear in the logarithm of the level.
//
// A level is decided when its mean advantage lies beyond that level's threshold (noise floor and minimum effect), by Student's t and
// corrected for the number of levels (Holm): the chance that any of them is decided wrongly is 5 %. There is a crossover N* when the decided levels change sign exactly once. Its interval is Fieller's: all points at
// which the t-interval of the interpolated advantage contains zero, the same rounds at both ends of a stretch. It covers 94
// to 96 % with 3 to 30 rounds, where the percentile bootstrap of the same N* covers 75 % with three and 86 % with five
// (measured by statistics-coverage.test.ts): resampling few rounds cannot show scatter that they do not contain.
import { chanceBeyond, pairedContrast } from "./contrast.ts";
import { holm } from "./holm.ts";
import type { Estimate } from "./interval.ts";
import type { ByRound } from "./ratio.ts";
import { studentReach } from "./student.ts";

export interface AdvantageAtLevel {
  readonly level: number;
  /** Logarithm of the ratio by round, positive where the first contender is ahead. Not empty. */
  readonly advantage: ByRound;
  /** How far from zero the whole interval must be, on the same scale, before it counts. */
  readonly threshold: number;
}

export type Standing = "ahead" | "behind" | "unclear";

export type Crossover =
  | { readonly kind: "ahead-everywhere" }
  | { readonly kind: "behind-everywhere" }
  | {
      readonly kind: "crosses";
      readonly at: number;
      readonly low: number;
      readonly high: number;
      /** What the first contender does as the level grows. */
      readonly direction: "overtakes" | "falls-behind";
    }
  | {
      /** Decided on one side only: over one run of neighbouring levels; at the others no difference was found. */
      readonly kind: "one-sided";
      readonly side: "ahead" | "behind";
      readonly lowest: number;
      readonly highest: number;
    }
  | { readonly kind: "undecided"; readonly why: "too-few-rounds" | "within-noise" | "several-crossings" };

/** Whether a single estimate lies beyond the threshold, and on which side. */
export function standing(advantage: Estimate, threshold: number): Standing {
  if (advantage.low > threshold) return "ahead";
  return advantage.high < -threshold ? "behind" : "unclear";
}

/** The chance that any level of a comparison is decided wrongly. */
const LEVEL = 0.05;

/** The same of all levels of a comparison, corrected for their number. */
export function standings(levels: readonly AdvantageAtLevel[]): Standing[] {
  const contrasts = levels.map(({ advantage }) => pairedContrast([...advantage.values()]));
  const adjusted = holm(contrasts.map((contrast, index) => chanceBeyond(contrast, levels[index]?.threshold ?? 0)));
  return contrasts.map(({ value }, index) => {
    if ((adjusted[index] ?? 1) > LEVEL) return "unclear";
    return value > 0 ? "ahead" : "behind";
  });
}

/** The crossover along `levels`, which must be in ascending order and positive. */
export function estimateCrossover(levels: readonly AdvantageAtLevel[]): Crossover {
  if (levels.every(({ advantage }) => advantage.size < 2)) return undecided("too-few-rounds");
  const sides = standings(levels);
  if (sides.every((each) => each === "ahead")) return { kind: "ahead-everywhere" };
  if (sides.every((each) => each === "behind")) return { kind: "behind-everywhere" };

  const decided = [...sides.entries()].filter(([, each]) => each !== "unclear");
  const changes = decided.filter(([, each], position) => position > 0 && decided[position - 1]?.[1] !== each);
  const [change] = changes;
  if (change === undefined) return oneSided(levels, sides) ?? undecided("within-noise");
  if (changes.length > 1) return undecided("several-crossings");

  const [last, after] = change;
  const first = decided.findLast(([index]) => index < last)?.[0] ?? 0;
  const place = locateZero(levels.slice(first, last + 1));
  if (place === undefined) return undecided("too-few-rounds");
  return { kind: "crosses", ...place, direction: after === "ahead" ? "overtakes" : "falls-behind" };
}

/** When the decided levels, which are all of one sign, are neighbours. */
function oneSided(levels: readonly AdvantageAtLevel[], sides: readonly Standing[]): Crossover | undefined {
  const first = sides.findIndex((each) => each !== "unclear");
  const last = sides.findLastIndex((each) => each !== "unclear");
  const side = sides[first];
  const [lowest, highest] = [levels[first]?.level, levels[last]?.level];
  if (side === undefined || side === "unclear" || lowest === undefined || highest === undefined) return undefined;
  if (sides.slice(first, last).includes("unclear")) return undefined;
  return { kind: "one-sided", side, lowest, highest };
}

function undecided(why: "too-few-rounds" | "within-noise" | "several-crossings"): Crossover {
  return { kind: "undecided", why };
}

/** The zero of the advantage between the first and the last of `levels`, over the rounds that are complete there. */
function locateZero(levels: readonly AdvantageAtLevel[]): { at: number; low: number; high: number } | undefined {
  const rounds = [...(levels[0]?.advantage.keys() ?? [])].filter((round) =>
    levels.every(({ advantage }) => advantage.has(round)),
  );
  if (rounds.length < 2) return undefined;
  const zeros: number[] = [];
  const unclear: number[] = [];
  for (const [index, left] of levels.slice(0, -1).entries()) {
    const right = levels[index + 1];
    if (right === undefined) continue;
    const pairs = rounds.map((round) => [left.advantage.get(round) ?? 0, right.advantage.get(round) ?? 0] as const);
    const toLevel = (share: number): number => left.level * (right.level / left.level) ** share;
    const stretch = interpolation(pairs);
    zeros.push(...stretch.zeros.map(toLevel));
    unclear.push(...stretch.unclear.map(toLevel));
  }
  // The mean changes sign an odd number of times; where it wavers about zero, the middle one stands for all.
  const at = zeros[zeros.length >> 1];
  return at === undefined ? undefined : { at, low: Math.min(at, ...unclear), high: Math.max(at, ...unclear) };
}

/**
 * Along one stretch between two levels, as shares of the way from 0 to 1: where the mean advantage is zero, and the ends of the
 * parts where its t-interval contains zero. With m the mean and v its squared error, both polynomials in the share, those are
 * the parts where m^2 <= t^2 v: one quadratic inequality.
 */
function interpolation(pairs: readonly (readonly [number, number])[]): { zeros: number[]; unclear: number[] } {
  const count = pairs.length;
  const mean0 = pairs.reduce((sum, [left]) => sum + left, 0) / count;
  const slope = pairs.reduce((sum, [left, right]) => sum + right - left, 0) / count;
  let variance0 = 0;
  let covariance = 0;
  let varianceOfSlope = 0;
  for (const [left, right] of pairs) {
    const offset = left - mean0;
    const steeper = right - left - slope;
    variance0 += offset * offset;
    covariance += offset * steeper;
    varianceOfSlope += steeper * steeper;
  }
  const scale = studentReach(count - 1) ** 2 / (count - 1) / count;
  const a = slope * slope - scale * varianceOfSlope;
  const b = 2 * (mean0 * slope - scale * covariance);
  const c = mean0 * mean0 - scale * variance0;
  const holds = (share: number): boolean => a * share * share + b * share + c <= 0;
  const inside = (share: number): boolean => share >= 0 && share <= 1;
  return {
    zeros: slope === 0 ? [] : [-mean0 / slope].filter((share) => share >= 0 && share < 1),
    unclear: [...quadraticRoots(a, b, c).filter(inside), ...[0, 1].filter(holds)],
  };
}

function quadraticRoots(a: number, b: number, c: number): number[] {
  if (a === 0) return b === 0 ? [] : [-c / b];
  const discriminant = b * b - 4 * a * c;
  if (discriminant < 0) return [];
  // The form that does not cancel: one root from the larger sum, the other from the product of both.
  const sum = -(b + (b < 0 ? -1 : 1) * Math.sqrt(discriminant)) / 2;
  return sum === 0 ? [0] : [sum / a, c / sum];
}
