// What nesting costs.
//
// The scenarios measure the time of one operation (one traversal of the whole chain, or one resume of its leaf) at several depths.
// What a level costs is the difference between the deepest and the shallowest, over the levels between them.
import type { ContenderRecord, Run, ScenarioRecord } from "../record/run.ts";
import { logRatios, mapEstimate, meanEstimate } from "../statistics/index.ts";
import type { ByRound, Estimate } from "../statistics/index.ts";
import { figure } from "./figure.ts";
import { metricsOf } from "./metrics.ts";
import type { Samples } from "./samples.ts";

const SCENARIOS = ["await-call", "await-resume"];

/** What nesting costs one contender in one scenario. */
export interface NestingCost {
  readonly scenario: string;
  readonly contender: string;
  readonly shallowest: number;
  readonly deepest: number;
  /** Rounds that have both. */
  readonly rounds: number;
  /** The time of one operation at the shallowest level, in ns. */
  readonly baseNs: Estimate;
  /** What each further level adds to it, in ns. */
  readonly perLevelNs: Estimate;
  /** The same as a share of the time at the shallowest level. */
  readonly perLevelShare: Estimate;
  readonly sentence: string;
}

/** Every contender that was observed at two depths or more of an await scenario. */
export function nestingCosts(run: Run, samples: Samples): NestingCost[] {
  return run.scenarios
    .filter(({ name }) => SCENARIOS.includes(name))
    .flatMap((scenario) =>
      run.contenders
        .filter(({ twinOf }) => twinOf === undefined)
        .flatMap((contender) => nestingCost(samples, scenario, contender) ?? []),
    );
}

function nestingCost(samples: Samples, scenario: ScenarioRecord, contender: ContenderRecord): NestingCost | undefined {
  const [metric] = metricsOf(scenario);
  if (metric === undefined) return undefined;
  const at = (level: number): ByRound => samples.values(scenario.name, contender.name, level, metric);
  const observed = scenario.levels.filter((level) => at(level).size > 0);
  const [shallowest, deepest] = [Math.min(...observed), Math.max(...observed)];
  const [shallow, deep] = [at(shallowest), at(deepest)];
  const growth = logRatios(deep, shallow);
  if (shallowest === deepest || growth.size === 0) return undefined;

  const steps = deepest - shallowest;
  const added = [...growth.keys()].map((round) => ((deep.get(round) ?? 0) - (shallow.get(round) ?? 0)) / steps);
  const cost = {
    scenario: scenario.name,
    contender: contender.name,
    shallowest,
    deepest,
    rounds: growth.size,
    baseNs: mapEstimate(meanEstimate([...shallow.values()].map(Math.log)), Math.exp),
    perLevelNs: meanEstimate(added),
    perLevelShare: mapEstimate(meanEstimate([...growth.values()]), (ratio) => Math.expm1(ratio) / steps),
  };
  return { ...cost, sentence: describe(cost, scenario) };
}

function describe(cost: Omit<NestingCost, "sentence">, { factor, operation }: ScenarioRecord): string {
  const { scenario, contender, shallowest, deepest, baseNs, perLevelNs, perLevelShare, rounds } = cost;
  const percent = (share: number): string => (Math.abs(share) < 1e-5 ? "0" : figure(share * 100));
  const isMeasurable = perLevelNs.low > 0 || perLevelNs.high < 0;
  const addition = `${figure(perLevelNs.value)} ns, ${percent(perLevelShare.value)} % of that`;
  const interval = `95 % interval ${percent(perLevelShare.low)} to ${percent(perLevelShare.high)} %`;
  const added =
    rounds === 1
      ? `${addition} (one round, so no interval)`
      : `${isMeasurable ? addition : "nothing measurable"} (${interval})`;
  return (
    `${scenario}: ${contender} takes ${figure(baseNs.value)} ns per ${operation} at ${factor} ${shallowest}, and each further ` +
    `level up to ${deepest} adds ${added}.`
  );
}
