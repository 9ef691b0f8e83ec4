// Asking for contenders under other runtimes: whoever is wanted and is JavaScript is wanted under each of them too.
import { nameUnder, type Runtime, under } from "../contenders/runtimes/index.ts";
import { isJavaScript } from "../contenders/runtimes/under.ts";
import type { Entrant, Scenario } from "../scenarios/index.ts";
import type { Wanted } from "./plan.ts";

const TWIN = " (twin)";

/** The same with everybody's programs under those runtimes beside them, and so with whom is observed twice. */
export function onRuntimes(wanted: readonly Wanted[], runtimes: readonly Runtime[]): readonly Wanted[] {
  return runtimes.length === 0 ? wanted : wanted.map((each) => widened(each, runtimes));
}

function widened(wanted: Wanted, runtimes: readonly Runtime[]): Wanted {
  const { scenario, contenders, levels, levelsOf, repeated } = wanted;
  const [level = 1] = levels;
  const widerLevels = new Map(levelsOf);
  const entrants: Record<string, Entrant> = { ...scenario.entrants };
  const names = new Set(contenders);
  for (const [name, entrant] of Object.entries(scenario.entrants)) {
    const original = name.replace(TWIN, "");
    if (!contenders.has(original) || !isJavaScript(entrant.command(level))) continue;
    for (const runtime of runtimes) {
      const there = nameUnder(original, runtime);
      names.add(there);
      entrants[name === original ? there : `${there}${TWIN}`] = entrantUnder(runtime, entrant);
      if (name === repeated) entrants[`${there}${TWIN}`] = entrantUnder(runtime, entrant);
      for (const end of ["", TWIN]) {
        const own = levelsOf?.get(original + end);
        if (own !== undefined) widerLevels.set(there + end, own);
      }
    }
  }
  const widerScenario: Scenario = { ...scenario, entrants };
  return { ...wanted, scenario: widerScenario, contenders: names, levelsOf: widerLevels };
}

function entrantUnder(runtime: Runtime, entrant: Entrant): Entrant {
  return { ...entrant, command: (level) => under(runtime, entrant.command(level)) };
}
