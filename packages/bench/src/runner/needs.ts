// What claims need of a run: the union of their needs, so that what several of them share is observed once.
import type { Claim, Need } from "../claims/index.ts";
import { contenders } from "../contenders/index.ts";
import type { Skip } from "../record/run.ts";
import type { Scenario } from "../scenarios/index.ts";
import type { Mode, Wanted } from "./plan.ts";

/** What the claims want, and what they want in vain because the machine lacks what they ask for. */
export interface Needed {
  readonly wanted: readonly Wanted[];
  readonly skipped: readonly Skip[];
}

/** @throws Error when a claim needs a scenario or a contender that there is not */
export function neededBy(claims: readonly Claim[], scenarios: readonly Scenario[], mode: Mode): Needed {
  const wanted = new Map<Scenario, { names: Set<string>; levels: Set<number>; isPaired: boolean }>();
  const skipped: Skip[] = [];
  for (const { id, needs, gate } of claims) {
    const reason = gate?.();
    for (const need of needs) {
      const scenario = scenarios.find(({ name }) => name === need.scenario);
      if (scenario === undefined) throw new Error(`claim ${id} needs the scenario ${need.scenario}, and there is none`);
      const entry = wanted.get(scenario) ?? { names: new Set(), levels: new Set(), isPaired: false };
      wanted.set(scenario, entry);
      if (need.unpaired === undefined) entry.isPaired = true;
      for (const contender of need.contenders ?? Object.keys(scenario.entrants)) {
        if (scenario.entrants[contender] === undefined) {
          throw new Error(`claim ${id} needs ${contender} in ${need.scenario}, where it takes no part`);
        }
        if (reason === undefined) entry.names.add(contender);
        else skipped.push({ scenario: need.scenario, contender, reason });
      }
      if (reason === undefined) for (const level of levelsOf(need, scenario, mode)) entry.levels.add(level);
    }
  }
  return {
    wanted: [...wanted].map(([scenario, { names, levels, isPaired }]) => ({
      scenario: isPaired ? scenario : withoutTwins(scenario),
      contenders: names,
      levels: [...(levels.size === 0 ? scenario.quickLevels : levels)].toSorted((a, b) => a - b),
      ...(isPaired ? repetition(scenario, names) : {}),
    })),
    skipped,
  };
}

function withoutTwins(scenario: Scenario): Scenario {
  const entrants = Object.entries(scenario.entrants).filter(([name]) => !name.endsWith(" (twin)"));
  return { ...scenario, entrants: Object.fromEntries(entrants) };
}

/** Without an A/A pair nobody knows the noise: one is made of the first asynchronous contender, if need be of any. */
export function repetition(scenario: Scenario, names: ReadonlySet<string>): Pick<Wanted, "repeated"> {
  const chosen = contenders.filter(({ name }) => names.has(name));
  const hasTwin = chosen.some(({ name }) => scenario.entrants[`${name} (twin)`] !== undefined);
  const repeated = (chosen.find(({ kind }) => kind === "async") ?? chosen[0])?.name;
  return hasTwin || repeated === undefined ? {} : { repeated };
}

function levelsOf(need: Need, scenario: Scenario, mode: Mode): readonly number[] {
  const levels = need.levels ?? scenario.levels;
  if (mode !== "quick") return levels;
  if (need.quickLevels !== undefined) return need.quickLevels;
  const shared = levels.filter((level) => scenario.quickLevels.includes(level));
  return shared.length > 0 ? shared : levels;
}
