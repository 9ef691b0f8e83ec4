// Comparisons in plain words.
import type { Comparison } from "./compare.ts";
import { figure } from "./figure.ts";

/** One sentence that a reader can act on without seeing a chart. */
export function describeComparison(comparison: Omit<Comparison, "sentence">): string {
  const { scenario, metric, contender, baseline, crossover } = comparison;
  const subject = `${scenario.name}: ${contender}`;
  const other = inWords(baseline);
  const inMetric = `in ${metric.label.replace("operation", scenario.operation)}`;
  const caution = describeGenerator(comparison);
  switch (crossover.kind) {
    case "ahead-everywhere":
      return `${subject} is ${metric.comparative} than ${other} ${range(comparison)} ${inMetric}${extremes(comparison)}.${caution}`;
    case "behind-everywhere":
      return `${subject} is never ahead of ${other}: ${other} is ${metric.comparative} ${range(comparison)} ${inMetric}${extremes(comparison)}.${caution}`;
    case "crosses": {
      const place = `N* = ${figure(crossover.at)} ${scenario.factor} (95 % interval ${figure(crossover.low)} to ${figure(crossover.high)}) ${inMetric}`;
      return crossover.direction === "overtakes"
        ? `${subject} overtakes ${other} at ${place}; below it ${other} is ${metric.comparative}.${caution}`
        : `${subject} falls behind ${other} at ${place}; above it ${other} is ${metric.comparative}.${caution}`;
    }
    case "one-sided": {
      const where = `${stretch(crossover, comparison)} ${inMetric}`;
      return crossover.side === "ahead"
        ? `${subject} is ${metric.comparative} than ${other} ${where}.${caution}`
        : `${subject} is behind ${other}, which is ${metric.comparative}, ${where}.${caution}`;
    }
    case "undecided":
      return `${subject} against ${other} ${inMetric}: ${reason(comparison, crossover.why)}.${caution}`;
  }
}

/** The baseline as a reader thinks of it. */
function inWords(baseline: string): string {
  switch (baseline) {
    case "blocking":
      return "plain blocking code";
    case "threads":
      return "a blocking thread each";
    default:
      return baseline;
  }
}

/** Such as "from 4 connections on (no difference was found below)". */
function stretch(
  { lowest, highest }: { readonly lowest: number; readonly highest: number },
  { levels, scenario }: Omit<Comparison, "sentence">,
): string {
  const isFirst = levels[0]?.level === lowest;
  const isLast = levels.at(-1)?.level === highest;
  if (isLast) return `from ${lowest} ${scenario.factor} on (no difference was found below)`;
  if (isFirst) return `up to ${highest} ${scenario.factor} (no difference was found above)`;
  const at = lowest === highest ? `at ${lowest}` : `from ${lowest} to ${highest}`;
  return `${at} ${scenario.factor} (no difference was found elsewhere)`;
}

function reason(
  comparison: Omit<Comparison, "sentence">,
  why: "too-few-rounds" | "within-noise" | "several-crossings",
): string {
  switch (why) {
    case "too-few-rounds":
      return "undecided, a crossover needs at least two complete rounds";
    case "within-noise":
      return `no crossover can be named, ${standings(comparison)}`;
    case "several-crossings":
      return `the lead changes more than once, ${standings(comparison)}`;
  }
}

/** Such as "ahead at 16 and 64, within the noise at 1 and 4 connections". */
function standings({ levels, scenario }: Omit<Comparison, "sentence">): string {
  const words = { ahead: "ahead", behind: "behind", unclear: "within the noise or the minimum effect" };
  const parts = (["ahead", "behind", "unclear"] as const).flatMap((standing) => {
    const those = levels.filter((each) => each.standing === standing).map(({ level }) => String(level));
    return those.length === 0 ? [] : [`${words[standing]} at ${listed(those)}`];
  });
  return `${parts.join(", ")} ${scenario.factor}`;
}

function range({ levels, scenario }: Omit<Comparison, "sentence">): string {
  const first = levels[0]?.level;
  const last = levels.at(-1)?.level;
  return first === last
    ? `at ${first} ${scenario.factor}`
    : `at every level from ${first} to ${last} ${scenario.factor}`;
}

/** By how much, at the closest level and at the farthest. */
function extremes({ levels }: Omit<Comparison, "sentence">): string {
  const ratios = levels.map(({ advantage }) => Math.exp(Math.abs(Math.log(advantage.value))));
  const [least, most] = [figure(Math.min(...ratios)), figure(Math.max(...ratios))];
  return least === most ? ` (by a factor of ${least})` : ` (by a factor of ${least} to ${most})`;
}

function describeGenerator({ levels, metric, scenario }: Omit<Comparison, "sentence">): string {
  const limited = levels.filter(({ generatorLimited }) => generatorLimited).map(({ level }) => String(level));
  if (metric.id === "cpu" || limited.length === 0) return "";
  return ` At ${listed(limited)} ${scenario.factor} the load generator was the limit: the true difference there may be larger.`;
}

/** "1", "1 and 2", "1, 2 and 4". */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
