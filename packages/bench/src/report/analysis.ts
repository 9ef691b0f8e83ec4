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
import { medianEstimate, randomFor } from "../statistics/index.ts";
import type { ByRound, Estimate } from "../statistics/index.ts";
import type { CostRow } from "./costs.ts";
import { costOf } from "./costs.ts";
import { explainMissing } from "./missing.ts";
import { cautions } from "./cautions.ts";
import type { Distribution } from "./percentiles.ts";
import { distributionsOf } from "./percentiles.ts";
import type { LevelStanding } from "./standings.ts";
import { standingsOf } from "./standings.ts";

/** All that a run says, ready to be laid out. */
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

/** The same of one scenario. */
export interface ScenarioAnalysis {
  readonly scenario: ScenarioRecord;
  readonly tables: readonly MetricTable[];
  readonly costs: readonly CostRow[];
  readonly comparisons: readonly Comparison[];
  /** Who is best at each level by how much; empty where nothing measured has ratios. */
  readonly standings: readonly LevelStanding[];
  /** Latencies, where they were recorded. */
  readonly distributions: readonly Distribution[];
}

/** Medians of one metric: a row for each contender that has any, a cell for each level of the scenario. */
export interface MetricTable {
  readonly metric: Metric;
  readonly rows: readonly { readonly contender: ContenderRecord; readonly cells: readonly (Cell | undefined)[] }[];
  /** The noise floor at each level as a relative deviation; undefined where there were no twins. */
  readonly noise: readonly (number | undefined)[];
}

/** One contender at one level in one metric. */
export interface Cell {
  /** The median over rounds, with its 95 % interval. */
  readonly estimate: Estimate;
  /** Its rounds, and what each of them measured: the values that the estimate is of. */
  readonly rounds: number;
  readonly byRound: ByRound;
  /** Whether it is the best of its level. C programs are the limit, not competitors, and a twin competes as its original. */
  readonly best: boolean;
  readonly generatorLimited: boolean;
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
  const tables = metricsOf(scenario)
    .map((metric) => tabulate(run, samples, scenario, contenders, metric))
    .filter(({ rows }) => rows.length > 0);
  return {
    scenario,
    tables,
    costs: contenders.flatMap((contender) =>
      scenario.levels.flatMap((level) => costOf(samples, scenario, contender, level) ?? []),
    ),
    comparisons: compareAll(run, samples, scenario),
    standings: standingsOf(run, samples, scenario, tables),
    distributions: distributionsOf(run, samples, scenario),
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
      const byRound = samples.values(scenario.name, contender.name, level, metric);
      const values = [...byRound.values()];
      if (values.length === 0) return undefined;
      const purpose = JSON.stringify([scenario.name, contender.name, level, metric.id]);
      return { estimate: medianEstimate(values, randomFor(run.seed, purpose)), rounds: values.length, byRound };
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
