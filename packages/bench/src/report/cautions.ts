// What a reader should know before trusting a number: the environment's own warnings, and what the run shows about itself.
import { figure, MINIMUM_EFFECT, Samples, listed } from "../claims/index.ts";
import type { Run } from "../record/run.ts";
import { attainableCoverage, outliers } from "../statistics/index.ts";
import type { ScenarioAnalysis } from "./analysis.ts";
import { levelPhrase } from "./levels.ts";

const FEWEST_ROUNDS_FOR_FULL_COVERAGE = 6;

/** Sentences: those of the machine first, then those of the run, then those of each scenario. */
export function cautions(run: Run, scenarios: readonly ScenarioAnalysis[]): string[] {
  return [
    ...run.environment.warnings,
    ...stoppedEarly(run),
    ...fewRounds(run),
    ...scenarios.flatMap(generatorLimits),
    ...neverSteady(run),
    ...farFromTheRest(run, scenarios),
    ...withoutTwins(scenarios),
    ...scenarios.flatMap(noiseAboveEffect),
  ];
}

function stoppedEarly({ plan }: Run): string[] {
  if (plan.stoppedEarly === false) return [];
  const cause = plan.stoppedEarly === "interrupted" ? "it was interrupted" : "its time was up";
  return [
    `The run ended after ${plan.completedRounds} of ${plan.rounds} rounds because ${cause}: what follows is what was measured until then.`,
  ];
}

function fewRounds({ plan }: Run): string[] {
  const rounds = plan.completedRounds;
  if (rounds >= FEWEST_ROUNDS_FOR_FULL_COVERAGE || rounds < 1) return [];
  const share = (attainableCoverage(rounds) * 100).toFixed(rounds > 4 ? 1 : 0);
  return rounds === 1
    ? ["There is only one round, so nothing is known about scatter and no difference can be judged."]
    : [
        `With ${rounds} rounds the interval of a median covers at most ${share} % instead of 95 %; ratios and crossovers, whose ` +
          "intervals assume log-normal noise, keep their 95 %.",
      ];
}

/** One line for each scenario in which the load generator had no time left. */
function generatorLimits({ scenario, costs, tables }: ScenarioAnalysis): string[] {
  const limited = (tables[0]?.rows ?? []).flatMap(({ contender, cells }) => {
    const levels = scenario.levels.filter((_, column) => cells[column]?.generatorLimited === true);
    return levels.length === 0 ? [] : [`${contender.name} at ${listed(levels.map(String))}`];
  });
  if (limited.length === 0) return [];
  const share = Math.max(...costs.map(({ generatorShare }) => generatorShare ?? 0));
  return [
    `${scenario.name} is generator-limited for ${limited.join("; ")} ${scenario.factor}: the load generator was busy up to ` +
      `${Math.round(share * 100)} % of the time, so the server could have done more.`,
  ];
}

/** Processes that were measured although their warm-up had not come to rest. */
function neverSteady({ observations, scenarios }: Run): string[] {
  const names = scenarios.flatMap(({ name }) => {
    const own = observations.filter(({ scenario, warmup }) => scenario === name && warmup !== undefined);
    const restless = own.filter(({ warmup }) => warmup?.steady === false);
    const who = [...new Set(restless.map(({ contender }) => contender))];
    return restless.length === 0 ? [] : [`${name} (${restless.length} of ${own.length}: ${listed(who)})`];
  });
  if (names.length === 0) return [];
  return [
    `Some processes were never steady, and were measured when their time for warming up was over: ${names.join("; ")}. ` +
      "Their figures may be those of code that was still being compiled.",
  ];
}

/** Outliers are kept: the machine did that. */
function farFromTheRest(run: Run, scenarios: readonly ScenarioAnalysis[]): string[] {
  const samples = new Samples(run);
  const found = scenarios.flatMap(({ scenario, tables }) => {
    const [table] = tables;
    if (table === undefined) return [];
    const far = table.rows.reduce((sum, { contender }) => {
      const cells = scenario.levels.map((level) => samples.values(scenario.name, contender.name, level, table.metric));
      return sum + cells.reduce((count, cell) => count + outliers([...cell.values()]).length, 0);
    }, 0);
    return far === 0 ? [] : [`${far} in ${scenario.name}`];
  });
  if (found.length === 0) return [];
  return [
    `Values lie far from the rest of their kind (modified z-score above 3.5): ${listed(found)}. They are kept, and make intervals wider.`,
  ];
}

/** Twins that were seen once tell nothing either, but that is the fault of the rounds. */
function withoutTwins(scenarios: readonly ScenarioAnalysis[]): string[] {
  const names = scenarios
    .filter(({ tables }) => tables.every(({ rows }) => rows.every(({ contender }) => contender.twinOf === undefined)))
    .map(({ scenario }) => scenario.name);
  if (names.length === 0) return [];
  const verb = names.length === 1 ? "has" : "have";
  return [
    `${listed(names)} ${verb} no A/A pair: there a difference counts from the minimum effect of ${MINIMUM_EFFECT * 100} % on.`,
  ];
}

/** Noise is worth a line where it, and not the minimum effect, decides what counts. */
function noiseAboveEffect({ scenario, tables }: ScenarioAnalysis): string[] {
  const worst = tables
    .flatMap(({ metric, noise }) =>
      noise.map((floor, column) => ({ metric, floor: floor ?? 0, level: scenario.levels[column] ?? 0 })),
    )
    .filter(({ metric }) => metric.id === "throughput" || metric.id === "time")
    .toSorted((a, b) => b.floor - a.floor)[0];
  if (worst === undefined || worst.floor <= MINIMUM_EFFECT) return [];
  return [
    `${scenario.name} is noisy: two runs of the same program may differ by ${deviation(worst.floor)} in ` +
      `${worst.metric.label} at ${levelPhrase(scenario, worst.level)}, and smaller differences there decide nothing.`,
  ];
}

/** Such as "7 %", and where that is no measure any more "a factor of 28". */
function deviation(share: number): string {
  return share < 2 ? `${Math.round(share * 100)} %` : `a factor of ${figure(1 + share)}`;
}
