// The words of a comparison, which every format shares.
import { figure, listed, quantity } from "../claims/index.ts";
import type { Run } from "../record/run.ts";
import { median } from "../statistics/index.ts";
import type { RunComparison } from "./comparison.ts";
import type { ExactCount } from "./counts.ts";
import type { Difference } from "./differences.ts";

/** The heads of the columns that `rowOf` and `countRowOf` fill. */
export const COLUMNS = [
  "benchmark",
  "metric",
  "base",
  "head",
  "difference (95 % interval)",
  "noise",
  "verdict",
] as const;

/** A difference in words, a cell for each column. */
export function rowOf(difference: Difference): readonly string[] {
  const { place, metric, base, head, noise, verdict, roundsNeeded, generatorLimited, p } = difference;
  const floor = noise === undefined ? "" : amount(difference, noise).replace("+", "");
  const sure = verdict === "improved" || verdict === "regressed" ? ` (p ${p < 0.001 ? "< 0.001" : figure(p)})` : "";
  const advice = roundsNeeded === undefined ? "" : ` (${roundsNeeded} rounds would tell)`;
  return [
    place.name,
    metric.label.replace("operation", place.scenario.operation),
    quantity(base, metric.unit),
    quantity(head, metric.unit),
    `${changeOf(difference)}${generatorLimited ? " g" : ""}`,
    floor,
    `${verdict}${sure}${advice}`,
  ];
}

/** A count in words, in the same columns. */
export function countRowOf({ place, name, base, head, verdict, explanation }: ExactCount): readonly string[] {
  const why = explanation === undefined ? "" : `: ${explanation}`;
  return [place.name, name, String(base), String(head), signed(head - base), "none", `${verdict}${why}`];
}

/** The answer in a sentence. */
export function answerOf({ isWorse, counts, differences, absences }: RunComparison): string {
  const worse = [
    named(counts.filter(({ verdict }) => verdict === "regressed").length, "count differs", "counts differ"),
    named(
      differences.filter(({ verdict }) => verdict === "regressed").length,
      "benchmark regressed",
      "benchmarks regressed",
    ),
    named(brokenIn(absences).length, "benchmark fails now", "benchmarks fail now"),
  ].filter((part) => part !== "");
  const improved = differences.filter(({ verdict }) => verdict === "improved").length;
  const better = improved === 0 ? "" : ` ${named(improved, "benchmark improved", "benchmarks improved")}.`;
  return `${isWorse ? `${worse.join(", ")}.` : "Nothing is worse."}${better}`;
}

/** What fails in the newer run and did not in the older one. */
export function brokenIn(absences: RunComparison["absences"]): RunComparison["absences"] {
  return absences.filter(({ failed, presentIn }) => failed && presentIn === "base");
}

/** How many of what, by verdict: "3 regressed, 1 improved, 12 unknown, 40 within noise". */
export function tallyOf({ differences, counts }: RunComparison): string {
  const byVerdict = Map.groupBy(differences, ({ verdict }) => verdict);
  const told = [...byVerdict].map(([verdict, group]) => `${group.length} ${verdict}`);
  const equal = counts.filter(({ verdict }) => verdict === "equal").length;
  return [`${equal} of ${counts.length} exact counts equal`, ...told].join(", ");
}

/** How it was compared, and what it could find, a sentence or two each. */
export function methodOf({ base, head, paired, leastEffect, differences }: RunComparison): string {
  const how = paired
    ? "Both were measured in one session, interleaved, and are paired by round; the noise is what two observations of a commit differ by on average."
    : "They were measured at different times, so a change of the machine in between would look like one of the code.";
  return (
    `${describe("Base", base)}; ${describe("head", head)}. ${how} A difference counts beyond ${figure(100 * leastEffect)} % and beyond the noise ` +
    `that two runs of the same program show, corrected for all comparisons (Holm): the chance of any false one is at most 5 %.${powerOf(differences)}`
  );
}

/** What smaller differences may have stayed hidden: by metric, for the benchmark in the middle. */
function powerOf(differences: readonly Difference[]): string {
  const byMetric = Map.groupBy(differences, ({ metric }) => metric.label);
  const found = [...byMetric].flatMap(([label, group]) => {
    const least = group.flatMap(({ findable }) => (findable === undefined || findable === Infinity ? [] : [findable]));
    return least.length === 0 ? [] : [`${figure(100 * median(least))} % in ${label}`];
  });
  if (found.length === 0) return "";
  return ` In half of the benchmarks a true difference would have been found four times out of five from ${listed(found)}.`;
}

function describe(side: string, { environment: { git }, plan, startedAt }: Run): string {
  const code =
    git === null ? "unknown code" : `${git.commit.slice(0, 7)}${git.dirty ? " with uncommitted changes" : ""}`;
  return `${side} is ${code}, ${plan.completedRounds} rounds, ${startedAt.slice(0, 16).replace("T", " ")} UTC`;
}

function changeOf(difference: Difference): string {
  const { change, rounds } = difference;
  const value = amount(difference, change.value);
  if (!Number.isFinite(change.high)) return `${value} (${Math.min(rounds.base, rounds.head)} round: no interval)`;
  return `${value} (${amount(difference, change.low)} to ${amount(difference, change.high)})`;
}

function amount({ scale, metric }: Difference, value: number): string {
  if (scale === "relative")
    return `${value > 0 ? "+" : ""}${(100 * value).toFixed(Math.abs(value) < 0.0995 ? 1 : 0)} %`;
  return `${value > 0 ? "+" : ""}${quantity(value, metric.unit)}`;
}

function signed(value: number): string {
  return value > 0 ? `+${figure(value)}` : figure(value);
}

function named(count: number, one: string, many: string): string {
  return count === 0 ? "" : `${count} ${count === 1 ? one : many}`;
}
