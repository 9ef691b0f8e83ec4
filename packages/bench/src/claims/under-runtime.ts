// A run as it would be if the lab itself ran on another runtime: for judging the same claims there.
import type { Run, RuntimeRecord } from "../record/run.ts";

/** The other runtimes that contenders were measured under, in the order of the record. */
export function runtimesIn({ contenders }: Run): RuntimeRecord[] {
  const found = new Map(
    contenders.flatMap(({ runtime }) => (runtime === undefined ? [] : [[runtime.name, runtime] as const])),
  );
  return [...found.values()];
}

/**
 * The run in which everybody who was measured under that runtime is in the place that he has under the lab's. Whoever was not, as he is
 * no JavaScript, stays in his own.
 */
export function underRuntime(run: Run, { name: runtime }: Pick<RuntimeRecord, "name">): Run {
  const there = new Map(
    run.contenders
      .filter((each) => each.runtime?.name === runtime)
      .map(({ name }) => [name, name.replace(` @${runtime}`, "")] as const),
  );
  const replaced = new Set(there.values());
  const others = new Set(run.contenders.filter(({ runtime: other }) => other !== undefined).map(({ name }) => name));
  /** Where the contender stands now; undefined where he does not. */
  const placeOf = (name: string): string | undefined =>
    there.get(name) ?? (replaced.has(name) || others.has(name) ? undefined : name);
  const moved = <T extends { readonly contender: string }>(each: T): T[] => {
    const contender = placeOf(each.contender);
    return contender === undefined ? [] : [{ ...each, contender }];
  };
  return {
    ...run,
    contenders: run.contenders.flatMap(({ runtime: _runtime, twinOf, ...each }) => {
      const name = placeOf(each.name);
      if (name === undefined) return [];
      return [{ ...each, name, ...(twinOf === undefined ? {} : { twinOf: there.get(twinOf) ?? twinOf }) }];
    }),
    observations: run.observations.flatMap(moved),
    skipped: run.skipped.flatMap(moved),
    failures: run.failures.flatMap(moved),
  };
}
