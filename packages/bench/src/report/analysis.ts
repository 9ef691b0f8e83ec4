// Everything that a report shows, derived from a run in one place. Formatters print it and compute nothing.
import {
  Samples,
  answerable,
  compareAll,
  isGeneratorLimited,
  isHeadline,
  judgeClaims,
  judgeTargets,
  ledger,
  metricsOf,
  nestingCosts,
  noiseFloors,
} from "../claims/index.ts";
import type { Comparison, JudgedClaim, JudgedTarget, Metric, NestingCost } from "../claims/index.ts";
import type { ContenderRecord, Run, ScenarioRecord } from "../record/run.ts";
import { medianEstimate, median, randomFor } from "../statistics/index.ts";
import type { Estimate } from "../statistics/index.ts";
import { explainMissing } from "./missing.ts";
import { cautions } from "./cautions.ts";

export interface Analysis {
  readonly scenarios: readonly ScenarioAnalysis[];
  readonly claims: readonly JudgedClaim[];
  /** What the runtime set out to reach, where it was measured. */
  readonly targets: readonly JudgedTarget[];
  /** The shortest true answers: everything asynchronous against blocking calls on one thread, in throughput. */
  readonly headlines: readonly Comparison[];
  /** What each level of nesting costs, where that was measured. */
  readonly nesting: readonly NestingCost[];
  /** "Not measured, because": one sentence for each thing that has no number. */
  readonly missing: readonly string[];
  /** What to know before trusting a number, from the environment and from the run itself. */
  readonly cautions: readonly string[];
}

export interface ScenarioAnalysis {
  readonly scenario: ScenarioRecord;
  readonly tables: readonly MetricTable[];
  readonly costs: readonly CostRow[];
  readonly comparisons: readonly Comparison[];
}

/** Medians of one metric: a row for each contender that has any, a cell for each level of the scenario. */
export interface MetricTable {
  readonly metric: Metric;
  readonly rows: readonly { readonly contender: ContenderRecord; readonly cells: readonly (Cell | undefined)[] }[];
  /** The noise floor at each level as a relative deviation; undefined where there were no twins. */
  readonly noise: readonly (number | undefined)[];
}

export interface Cell {
  /** The median over rounds, with its 95 % interval. */
  readonly estimate: Estimate;
  readonly rounds: number;
  /** Whether it is the best of its level. C programs are the limit, not competitors, and a twin competes as its original. */
  readonly best: boolean;
  readonly generatorLimited: boolean;
}

/** Where the processor time went, per operation, in one cell of the plan. */
export interface CostRow {
  readonly contender: ContenderRecord;
  readonly level: number;
  /** User and system time are sampled by the kernel's tick, so they are summed over the observations before dividing. */
  readonly userNs: number;
  readonly systemNs: number;
  /** The median of what the program counted itself; undefined where nothing counts. */
  readonly syscalls: number | undefined;
  /** The load generator's processor time as a share of the measured time; undefined where there was none. */
  readonly generatorShare: number | undefined;
}

/** The same run gives the same analysis, to the last digit. */
export function analyse(run: Run): Analysis {
  const samples = new Samples(run);
  const scenarios = run.scenarios.map((scenario) => analyseScenario(run, samples, scenario));
  const comparisons = scenarios.flatMap((each) => each.comparisons);
  const nesting = nestingCosts(run, samples);
  return {
    scenarios,
    claims: judgeClaims(run, samples, answerable(run, ledger)),
    targets: judgeTargets(run, samples),
    headlines: comparisons.filter(isHeadline),
    nesting,
    missing: explainMissing(run),
    cautions: cautions(run, scenarios),
  };
}

function analyseScenario(run: Run, samples: Samples, scenario: ScenarioRecord): ScenarioAnalysis {
  const contenders = run.contenders.filter(({ name }) => samples.has(scenario, name));
  return {
    scenario,
    tables: metricsOf(scenario)
      .map((metric) => tabulate(run, samples, scenario, contenders, metric))
      .filter(({ rows }) => rows.length > 0),
    costs: contenders.flatMap((contender) =>
      scenario.levels.flatMap((level) => cost(samples, scenario, contender, level) ?? []),
    ),
    comparisons: compareAll(run, samples, scenario),
  };
}

function tabulate(
  run: Run,
  samples: Samples,
  scenario: ScenarioRecord,
  contenders: readonly ContenderRecord[],
  metric: Metric,
): MetricTable {
  const floors = noiseFloors(samples, scenario, run.contenders, metric);
  const estimates = contenders.map((contender) => ({
    contender,
    competes: contender.kind !== "limit" && contender.twinOf === undefined,
    cells: scenario.levels.map((level) => {
      const values = [...samples.values(scenario.name, contender.name, level, metric).values()];
      if (values.length === 0) return undefined;
      const purpose = JSON.stringify([scenario.name, contender.name, level, metric.id]);
      return { estimate: medianEstimate(values, randomFor(run.seed, purpose)), rounds: values.length };
    }),
  }));
  const best = scenario.levels.map((_, column) => {
    const medians = estimates.flatMap(({ competes, cells }) => (competes ? (cells[column]?.estimate.value ?? []) : []));
    return metric.better === "higher" ? Math.max(...medians) : Math.min(...medians);
  });
  return {
    metric,
    rows: estimates
      .filter(({ cells }) => cells.some((cell) => cell !== undefined))
      .map(({ contender, competes, cells }) => ({
        contender,
        cells: cells.map(
          (cell, column) =>
            cell && {
              ...cell,
              best: competes && cell.estimate.value === best[column],
              generatorLimited: isGeneratorLimited(
                samples,
                scenario.name,
                contender.name,
                scenario.levels[column] ?? 0,
              ),
            },
        ),
      })),
    noise: scenario.levels.map((level) => floors.get(level)),
  };
}

function cost(
  samples: Samples,
  scenario: ScenarioRecord,
  contender: ContenderRecord,
  level: number,
): CostRow | undefined {
  const observations = samples.observations(scenario.name, contender.name, level);
  if (observations.length === 0) return undefined;
  const sum = (of: (observation: (typeof observations)[number]) => number): number =>
    observations.reduce((total, observation) => total + of(observation), 0);
  const operations = sum((each) => each.operations);
  const syscalls = observations.flatMap((each) => each.syscallsPerOperation ?? []);
  const generatorNs = observations.some((each) => each.generator !== undefined)
    ? sum((each) => each.generator?.cpuNs ?? 0)
    : undefined;
  return {
    contender,
    level,
    userNs: sum((each) => each.cpuUserNs) / operations,
    systemNs: sum((each) => each.cpuSystemNs) / operations,
    syscalls: syscalls.length === 0 ? undefined : median(syscalls),
    generatorShare: generatorNs === undefined ? undefined : generatorNs / sum((each) => each.elapsedNs),
  };
}
