// What was counted exactly: polls, wakes, drops, system calls. Such a count has no noise, so it must be equal, or its difference be
// explained. Whether a count is exact is seen, not declared: of one contender in one scenario, it was the same in all rounds of either
// run at every level. What a name such as `p99LatenessNs` says to have a unit is measured and no count, however steady it is.
import type { Observation } from "../record/run.ts";
import { type Explanation, explanationOf } from "./explanations.ts";
import type { Place, Side } from "./places.ts";

/** A count that was exact in both runs. */
export interface ExactCount {
  readonly place: Place;
  readonly name: string;
  readonly base: number;
  readonly head: number;
  readonly verdict: "equal" | "improved" | "regressed" | "explained";
  /** Why it differs, where somebody says so. */
  readonly explanation?: string;
}

/** With a single round nothing is seen to repeat. */
const FEWEST_ROUNDS = 2;
/** The name of the count that drivers keep of system calls, which is also a metric's id. */
const SYSCALLS = "syscalls";

/** All counts that were exact in both runs, at all places that they share. */
export function exactCounts(
  base: Side,
  head: Side,
  places: readonly Place[],
  explanations: readonly Explanation[],
): ExactCount[] {
  const groups = Map.groupBy(places, ({ scenario, contender }) => JSON.stringify([scenario.name, contender.name]));
  return [...groups.values()].flatMap((group) => {
    const measured = group.map((place) => ({ place, base: countsAt(base, place), head: countsAt(head, place) }));
    const names = new Set(measured.flatMap((each) => [...each.base.keys(), ...each.head.keys()]));
    return [...names].flatMap((name) => {
      const found = measured.flatMap(({ place, ...sides }) => {
        const [before, after] = [sides.base.get(name), sides.head.get(name)];
        return before === undefined || after === undefined ? [] : [{ place, before, after }];
      });
      if (!found.every(({ before, after }) => isSteady(before) && isSteady(after))) return [];
      return found.map(({ place, before, after }) =>
        judged(place, name, before[0] ?? Number.NaN, after[0] ?? Number.NaN, explanations),
      );
    });
  });
}

function isSteady(values: readonly number[]): boolean {
  return values.length >= FEWEST_ROUNDS && values.every((value) => value === values[0]);
}

function judged(
  place: Place,
  name: string,
  base: number,
  head: number,
  explanations: readonly Explanation[],
): ExactCount {
  const result = { place, name, base, head };
  if (base === head) return { ...result, verdict: "equal" };
  const names = { scenario: place.scenario.name, contender: place.contender.name, count: name };
  const explanation = explanationOf(explanations, names);
  if (explanation !== undefined) return { ...result, verdict: "explained", explanation: explanation.reason };
  const better = name === SYSCALLS ? "lower" : place.scenario.metrics.find(({ id }) => id === name)?.better;
  // Of what nobody said which way is better, any difference is one too many.
  const improved = better === "lower" ? head < base : better === "higher" && head > base;
  return { ...result, verdict: improved ? "improved" : "regressed" };
}

/** By name, the values of all rounds. */
function countsAt({ samples }: Side, { scenario, contender, level }: Place): ReadonlyMap<string, readonly number[]> {
  const counts = new Map<string, number[]>();
  for (const observation of samples.observations(scenario.name, contender.name, level)) {
    for (const [name, value] of countsOf(observation)) {
      if (!isCount(name, scenario.metrics.find(({ id }) => id === name)?.unit)) continue;
      counts.set(name, [...(counts.get(name) ?? []), value]);
    }
  }
  return counts;
}

function countsOf({ counters, syscallsPerOperation }: Observation): (readonly [string, number])[] {
  return [
    ...Object.entries(counters ?? {}),
    ...(syscallsPerOperation === undefined ? [] : [[SYSCALLS, syscallsPerOperation] as const]),
  ];
}

function isCount(name: string, declaredUnit: string | undefined): boolean {
  return declaredUnit === undefined
    ? !/(?:Ns|Us|Ms|Seconds|Bytes|Percent|Share)$/.test(name)
    : declaredUnit === "count";
}
