// "Not measured, because": what has no number, and why.
import { listed, sentence } from "../claims/index.ts";
import type { Run } from "../record/run.ts";

/** A group of skips or failures that differ in nothing but their level or contender. */
interface Gap {
  readonly scenario: string;
  readonly contender: string;
  readonly levels: readonly number[];
  readonly reason: string;
  readonly count: number;
}

/** One sentence for each reason in each scenario. */
export function explainMissing(run: Run): string[] {
  const factors = new Map(run.scenarios.map(({ name, factor }) => [name, factor]));
  const at = ({ scenario, levels }: Gap): string =>
    levels.length === 0 ? "" : ` at ${listed(levels.map(String))} ${factors.get(scenario) ?? "(level)"}`;

  const skips = gaps(run.skipped);
  const alike = Map.groupBy(skips, ({ scenario, levels, reason }) => JSON.stringify([scenario, levels, reason]));
  return [
    ...[...alike.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const who = listed(group.map(({ contender }) => contender));
      return `${first.scenario}: ${who}${at(first)}: not measured, because ${sentence(first.reason)}`;
    }),
    ...gaps(run.failures.map(({ message, ...rest }) => ({ ...rest, reason: message }))).map((gap) => {
      const times = gap.count === 1 ? "once" : `${gap.count} times`;
      return `${gap.scenario}: ${gap.contender} failed ${times}${at(gap)}: ${sentence(gap.reason)}`;
    }),
  ];
}

/** The levels of each contender that are missing for one reason, together. */
function gaps(
  records: readonly {
    readonly scenario: string;
    readonly contender: string;
    readonly level?: number;
    readonly reason: string;
  }[],
): Gap[] {
  const groups = Map.groupBy(records, ({ scenario, contender, reason }) =>
    JSON.stringify([scenario, contender, reason]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { scenario, contender, reason } = first;
    const levels = [...new Set(group.flatMap(({ level }) => level ?? []))];
    return { scenario, contender, reason, levels, count: group.length };
  });
}
