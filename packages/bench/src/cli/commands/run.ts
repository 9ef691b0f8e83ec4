// `bench run`, which needs no name: measures scenarios.
import { mouldOf } from "../../runner/mould.ts";
import { onRuntimes } from "../../runner/on-runtimes.ts";
import { allOf } from "../../runner/plan.ts";
import { scenarios, type Scenario } from "../../scenarios/index.ts";
import { hint } from "../arguments.ts";
import type { Command } from "../command.ts";
import { measureAndReport, MEASURING_FLAGS, measuringOf } from "../measuring.ts";
import { narrowed, NARROWING_FLAGS } from "../narrowing.ts";
import { RUNTIMES_FLAG, runtimesOf } from "../runtimes.ts";
import { SHARD_FLAG, shardIn, wantedIn } from "../shard.ts";
import { UsageError } from "../usage-error.ts";

export const run: Command = {
  name: "run",
  usage: "[SCENARIO...] [options]",
  summary: "When is async slower on this machine? Measures, and says.",
  flags: { ...MEASURING_FLAGS, ...NARROWING_FLAGS, ...RUNTIMES_FLAG, ...SHARD_FLAG },
  prepare(args, commandNames) {
    const { mode, seed, rounds, out } = measuringOf(args);
    const chosen = chosenScenarios(args.positionals, commandNames);
    const runtimes = runtimesOf(args);
    const mould = mouldOf(mode, chosen, rounds);
    const shard = shardIn(args);
    const cells = narrowed(
      chosen.map((each) => allOf(each, mode)),
      args,
    );
    const wanted = wantedIn(onRuntimes(cells, runtimes), shard, seed);
    return () => measureAndReport({ wanted, ...(shard === undefined ? {} : { shard }), mode, mould, seed }, out);
  },
};

/**
 * The scenarios with these names, or of the groups with these names; the headline where none is given.
 *
 * @param commandNames words that stand where a scenario could, and may have been meant
 * @throws UsageError
 */
export function chosenScenarios(names: readonly string[], commandNames: readonly string[] = []): readonly Scenario[] {
  if (names.length === 0) return scenarios.filter(({ group }) => group === "headline");
  const known = [...new Set(scenarios.flatMap(({ name, group }) => [name, group]))];
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new UsageError(`there is no scenario or command "${name}"${hint(name, [...known, ...commandNames])}`);
  }
  return scenarios.filter(({ name, group }) => names.includes(name) || names.includes(group));
}
