// What claims need of a run: the union of their needs, so that what several of them share is observed once, and nothing else is.
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

const TWIN = " (twin)";

/** What is needed of one scenario so far. */
interface Gathered {
  /** By contender, at which levels. */
  readonly cells: Map<string, Set<number>>;
  /** The levels at which somebody is compared, so that the noise has to be known there. */
  readonly paired: Set<number>;
}

/** @throws Error when a claim needs a scenario or a contender that there is not */
export function neededBy(claims: readonly Claim[], scenarios: readonly Scenario[], mode: Mode): Needed {
  const gathered = new Map<Scenario, Gathered>();
  const skipped: Skip[] = [];
  for (const { id, needs, gate } of claims) {
    const reason = gate?.();
    for (const need of needs) {
      const scenario = scenarios.find(({ name }) => name === need.scenario);
      if (scenario === undefined) throw new Error(`claim ${id} needs the scenario ${need.scenario}, and there is none`);
      const asked = askedOf(need, scenario, mode);
      if (asked === undefined) continue;
      const entry = gathered.get(scenario) ?? { cells: new Map<string, Set<number>>(), paired: new Set<number>() };
      gathered.set(scenario, entry);
      for (const contender of asked.contenders) {
        if (scenario.entrants[contender] === undefined) {
          throw new Error(`claim ${id} needs ${contender} in ${need.scenario}, where it takes no part`);
        }
        if (reason !== undefined) skipped.push({ scenario: need.scenario, contender, reason });
        else addTo(entry.cells, contender, asked.levels);
      }
      if (reason === undefined && need.unpaired === undefined) {
        for (const level of asked.levels) entry.paired.add(level);
      }
    }
  }
  return { wanted: [...gathered].map(([scenario, entry]) => wantedOf(scenario, entry)), skipped };
}

/** What a run of this mode has of the need; undefined where it is left out. */
function askedOf(
  need: Need,
  scenario: Scenario,
  mode: Mode,
): { readonly contenders: readonly string[]; readonly levels: readonly number[] } | undefined {
  const { entrants, levels: all, quickLevels } = scenario;
  const names = need.contenders ?? Object.keys(entrants).filter((name) => !name.endsWith(TWIN));
  const levels = need.levels ?? all;
  if (mode !== "quick") return { contenders: names, levels };
  if (need.quick === "left out") return undefined;
  const shared = levels.filter((level) => quickLevels.includes(level));
  return {
    contenders: need.quick?.contenders ?? names,
    levels: need.quick?.levels ?? (shared.length > 0 ? shared : levels),
  };
}

/** The noise is known from whoever is observed twice wherever anybody is compared. */
function wantedOf(scenario: Scenario, { cells, paired }: Gathered): Wanted {
  const names = new Set(cells.keys());
  const repeated = paired.size === 0 ? {} : repetition(scenario, names);
  for (const name of names) {
    if (paired.size === 0) break;
    if (scenario.entrants[name + TWIN] === undefined && name !== repeated.repeated) continue;
    addTo(cells, name, paired);
    addTo(cells, name + TWIN, paired);
  }
  const levels = new Set([...cells.values()].flatMap((own) => [...own]));
  return {
    scenario: paired.size === 0 ? withoutTwins(scenario) : scenario,
    contenders: names,
    levels: ascending(levels.size === 0 ? scenario.quickLevels : levels),
    levelsOf: new Map([...cells].map(([name, own]) => [name, ascending(own)])),
    ...repeated,
  };
}

function addTo(cells: Map<string, Set<number>>, contender: string, levels: Iterable<number>): void {
  const own = cells.get(contender) ?? new Set();
  for (const level of levels) own.add(level);
  cells.set(contender, own);
}

function ascending(levels: Iterable<number>): number[] {
  return [...levels].toSorted((a, b) => a - b);
}

function withoutTwins(scenario: Scenario): Scenario {
  const entrants = Object.entries(scenario.entrants).filter(([name]) => !name.endsWith(TWIN));
  return { ...scenario, entrants: Object.fromEntries(entrants) };
}

/** Without an A/A pair nobody knows the noise: one is made of the first asynchronous contender, if need be of any. */
export function repetition(scenario: Scenario, names: ReadonlySet<string>): Pick<Wanted, "repeated"> {
  const chosen = contenders.filter(({ name }) => names.has(name));
  const hasTwin = chosen.some(({ name }) => scenario.entrants[`${name}${TWIN}`] !== undefined);
  const repeated = (chosen.find(({ kind }) => kind === "async") ?? chosen[0])?.name;
  return hasTwin || repeated === undefined ? {} : { repeated };
}
