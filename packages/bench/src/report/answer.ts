// The answer in sentences: what a reader who reads nothing else should know.
import { figure, listed } from "../claims/index.ts";
import type { Comparison, Verdict } from "../claims/index.ts";
import type { Analysis } from "./analysis.ts";

/** The order in which verdicts are counted and filtered. */
export const VERDICTS: readonly Verdict[] = ["supported", "contradicted", "mixed", "inconclusive", "not runnable here"];

/** More names than this are no answer. */
const MOST_NAMES = 3;

/** One sentence for each workload that has a headline. */
export function headlineAnswers({ headlines }: Analysis): string[] {
  const byScenario = Map.groupBy(headlines, ({ scenario }) => scenario.name);
  return [...byScenario].map(([name, those]) => answer(name, those));
}

/** "26 claims: 21 supported, 3 contradicted and 2 inconclusive."; nothing where there is no claim. */
export function verdictCounts({ claims }: Pick<Analysis, "claims">): string[] {
  if (claims.length === 0) return [];
  const counts = VERDICTS.flatMap((verdict) => {
    const count = claims.filter((claim) => claim.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return [`${claims.length} ${claims.length === 1 ? "claim" : "claims"}: ${listed(counts)}.`];
}

/** When the first of the asynchronous contenders is ahead of blocking calls. */
function answer(name: string, comparisons: readonly Comparison[]): string {
  const [any] = comparisons;
  const factor = any?.scenario.factor ?? "";
  const always = comparisons.filter(({ crossover }) => crossover.kind === "ahead-everywhere");
  const most = Math.max(...comparisons.flatMap(({ levels }) => levels.map(({ level }) => level)));
  const who = (those: readonly Comparison[]): string => namesOf(those, comparisons);
  if (always.length > 0) return `${name}: async wins at every level that was measured, with ${who(always)}.`;
  const crossings = comparisons
    .flatMap((comparison) => {
      const { crossover } = comparison;
      return crossover.kind === "crosses" && crossover.direction === "overtakes" ? [{ comparison, crossover }] : [];
    })
    .toSorted((a, b) => a.crossover.at - b.crossover.at);
  const [first, ...later] = crossings;
  if (first !== undefined) {
    const { at, low, high } = first.crossover;
    const rest = later.map(({ comparison, crossover }) => `${comparison.contender} above ${figure(crossover.at)}`);
    return (
      `${name}: async wins above N* = ${figure(at)} ${factor} (95 % interval ${figure(low)} to ${figure(high)}), with ` +
      `${first.comparison.contender}${rest.length === 0 ? "" : `; ${listed(rest)}`}.`
    );
  }
  const ahead = comparisons.flatMap((comparison) => {
    const { crossover } = comparison;
    return crossover.kind === "one-sided" && crossover.side === "ahead" ? [{ comparison, crossover }] : [];
  });
  const since = Math.min(...ahead.flatMap(({ crossover: { lowest, highest } }) => (highest === most ? [lowest] : [])));
  if (since !== Infinity) {
    const soonest = ahead.filter(({ crossover: { lowest, highest } }) => lowest === since && highest === most);
    const names = who(soonest.map(({ comparison }) => comparison));
    return `${name}: async wins from ${since} ${factor} on, with ${names}; below, no difference was found.`;
  }
  if (ahead.length > 0) {
    return `${name}: async wins at some levels, with ${who(ahead.map(({ comparison }) => comparison))}; N* itself cannot be named.`;
  }
  if (comparisons.every(({ crossover }) => crossover.kind === "behind-everywhere")) {
    return `${name}: async wins nowhere, up to ${most} ${factor}.`;
  }
  if (comparisons.every(({ crossover }) => isBehind(crossover))) {
    return `${name}: no level was found at which async wins, up to ${most} ${factor}; at some, no difference was found.`;
  }
  return `${name}: this run cannot tell from where on async wins.`;
}

function isBehind(crossover: Comparison["crossover"]): boolean {
  return crossover.kind === "behind-everywhere" || (crossover.kind === "one-sided" && crossover.side === "behind");
}

/** All of them by their number, where a list would be long. */
function namesOf(those: readonly Comparison[], all: readonly Comparison[]): string {
  return those.length === all.length && those.length > MOST_NAMES
    ? `all ${those.length} that were compared`
    : listed(those.map(({ contender }) => contender));
}
