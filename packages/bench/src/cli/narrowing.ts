// Less than all of a scenario: some of its contenders, at some of its levels.
import type { Wanted } from "../runner/plan.ts";
import { repetition } from "../runner/needs.ts";
import { type Arguments, type Flag, hint } from "./arguments.ts";
import { UsageError } from "./usage-error.ts";

export const NARROWING_FLAGS: Readonly<Record<"contender" | "level", Flag>> = {
  contender: { type: "string", value: "NAME", help: "that contender alone; several times for several" },
  level: { type: "string", value: "N", help: "that level alone; several times for several" },
};

/** What is left of what is wanted. @throws UsageError when a contender or a level takes part nowhere */
export function narrowed(wanted: readonly Wanted[], args: Arguments): readonly Wanted[] {
  const names = args.texts("contender", "a name");
  const levels = args.texts("level", "a level");
  const left = names.length === 0 ? wanted : onlyContenders(wanted, names);
  return levels.length === 0 ? left : onlyLevels(left, levels);
}

function onlyContenders(wanted: readonly Wanted[], names: readonly string[]): Wanted[] {
  const known = [...new Set(wanted.flatMap(({ contenders }) => [...contenders]))];
  for (const name of names) {
    if (!known.includes(name)) throw new UsageError(`no contender "${name}" takes part${hint(name, known)}`);
  }
  return wanted.flatMap((each) => {
    const contenders = new Set(names.filter((name) => each.contenders.has(name)));
    return contenders.size === 0 ? [] : [{ ...each, contenders, ...repetition(each.scenario, contenders) }];
  });
}

/** Of all levels that the scenarios have, also where a quick run has fewer. */
function onlyLevels(wanted: readonly Wanted[], levels: readonly string[]): Wanted[] {
  const known = [...new Set(wanted.flatMap(({ scenario }) => scenario.levels))].toSorted((a, b) => a - b);
  for (const level of levels) {
    if (!known.map(String).includes(level)) {
      throw new UsageError(`there is no level "${level}"; known are ${known.join(", ")}`);
    }
  }
  return wanted.flatMap((each) => {
    const chosen = each.scenario.levels.filter((level) => levels.includes(String(level)));
    return chosen.length === 0 ? [] : [{ ...each, levels: chosen }];
  });
}
