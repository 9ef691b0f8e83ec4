// Finding the raw values of a run by scenario, contender, level and metric.
import type { Observation, Run } from "../record/run.ts";
import type { ByRound } from "../statistics/index.ts";
import type { Metric } from "./metrics.ts";

export class Samples {
  readonly #cells: ReadonlyMap<string, readonly Observation[]>;

  constructor(run: Run) {
    this.#cells = Map.groupBy(run.observations, ({ scenario, contender, level }) => key(scenario, contender, level));
  }

  /** Every observation of one cell of the plan, in the order of the record. */
  observations(scenario: string, contender: string, level: number): readonly Observation[] {
    return this.#cells.get(key(scenario, contender, level)) ?? [];
  }

  /** The metric's values in one cell, by round; empty where it was not measured. */
  values(scenario: string, contender: string, level: number, metric: Metric): ByRound {
    const byRound = new Map<number, number>();
    for (const observation of this.observations(scenario, contender, level)) {
      const value = metric.of(observation);
      if (value !== undefined && Number.isFinite(value)) byRound.set(observation.round, value);
    }
    return byRound;
  }

  /** Whether the contender has a value anywhere in the scenario. */
  has(scenario: { readonly name: string; readonly levels: readonly number[] }, contender: string): boolean {
    return scenario.levels.some((level) => this.observations(scenario.name, contender, level).length > 0);
  }
}

function key(scenario: string, contender: string, level: number): string {
  return JSON.stringify([scenario, contender, level]);
}
