// "Not measured, because": what has no number, and why.
import { listed, sentence } from "../claims/index.ts";
import type { Run } from "../record/run.ts";

/** One sentence for each reason: skipped levels of a contender are gathered, and so are failures with one message. */
export function explainMissing(run: Run): string[] {
  const factors = new Map(run.scenarios.map(({ name, factor }) => [name, factor]));
  const at = (scenario: string, levels: readonly number[]): string =>
    levels.length === 0 ? "" : ` at ${listed([...new Set(levels)].map(String))} ${factors.get(scenario) ?? "(level)"}`;

  const skips = Map.groupBy(run.skipped, (each) => JSON.stringify([each.scenario, each.contender, each.reason]));
  const failures = Map.groupBy(run.failures, (each) => JSON.stringify([each.scenario, each.contender, each.message]));
  return [
    ...[...skips.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const levels = group.flatMap(({ level }) => level ?? []);
      return `${first.scenario}: ${first.contender}${at(first.scenario, levels)} was not measured, because ${sentence(first.reason)}`;
    }),
    ...[...failures.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const levels = group.map(({ level }) => level);
      const times = group.length === 1 ? "once" : `${group.length} times`;
      return `${first.scenario}: ${first.contender} failed ${times}${at(first.scenario, levels)}: ${sentence(first.message)}`;
    }),
  ];
}
