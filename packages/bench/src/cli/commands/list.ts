// `bench list`: the registries.
import { ledger } from "../../claims/index.ts";
import { contenders } from "../../contenders/index.ts";
import { scenarios } from "../../scenarios/index.ts";
import { hint } from "../arguments.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../usage-error.ts";

const LISTS: Readonly<Record<string, () => string>> = { scenarios: listScenarios, claims: listClaims };

export const list: Command = {
  name: "list",
  usage: "list [scenarios|claims]",
  summary: "The scenarios with their contenders, or the claims.",
  flags: {},
  prepare({ positionals: [what = "scenarios", ...rest] }) {
    const chosen = Object.hasOwn(LISTS, what) ? LISTS[what] : undefined;
    if (chosen === undefined) throw new UsageError(`there is no list of "${what}"${hint(what, Object.keys(LISTS))}`);
    if (rest.length > 0) throw new UsageError(`list takes one word, but was given "${rest.join('" "')}" as well`);
    return () => {
      process.stdout.write(chosen());
      return 0;
    };
  },
};

function listScenarios(): string {
  const lines: string[] = [];
  for (const scenario of scenarios) {
    lines.push(
      `${scenario.name} (${scenario.group})`,
      `  ${scenario.isolates}`,
      `  ${scenario.factor}: ${(scenario.levelNames ?? scenario.levels).join(", ")}`,
    );
    for (const contender of contenders) {
      if (scenario.entrants[contender.name] === undefined) continue;
      const missing = [...(scenario.needs ?? []), ...contender.needs]
        .map((find) => find())
        .find((reason) => reason !== undefined);
      lines.push(
        `  ${contender.name.padEnd(22)}${contender.description}${missing === undefined ? "" : ` (not here: ${missing})`}`,
      );
    }
    lines.push("");
  }
  return lines.join("\n");
}

function listClaims(): string {
  return ledger
    .map(({ id, source, statement, predicate, needs, gate }) => {
      const missing = gate?.();
      return [
        `${id}  ${statement}`,
        `  ${source}`,
        `  Tested: ${predicate}`,
        `  Needs: ${[...new Set(needs.map(({ scenario }) => scenario))].join(", ")}`,
        ...(missing === undefined ? [] : [`  Not here: ${missing}`]),
        "",
      ].join("\n");
    })
    .join("\n");
}
