// What other tools are given of a run: each metric of each contender at each level, as a median over rounds. Twins repeat another contender
// and are left out.
import { Samples } from "../claims/index.ts";
import { comparedMetrics } from "../compare/places.ts";
import type { Metric } from "../claims/index.ts";
import { placeName } from "../record/place.ts";
import type { Run, ScenarioRecord } from "../record/run.ts";
import { medianEstimate, randomFor } from "../statistics/index.ts";
import type { ByRound, Estimate } from "../statistics/index.ts";

/** One metric at one place. */
export interface Measure {
  readonly scenario: ScenarioRecord;
  readonly contender: string;
  readonly level: number;
  /** What the place is called: "echo/node/connections=64". */
  readonly place: string;
  readonly metric: Metric;
  /** The median over rounds with its 95 % interval, in the metric's unit. */
  readonly estimate: Estimate;
  /** What each round measured. */
  readonly byRound: ByRound;
}

/** In the order of the record. */
export function measuresOf(run: Run): Measure[] {
  const samples = new Samples(run);
  return run.scenarios.flatMap((scenario) =>
    run.contenders.flatMap(({ name: contender, twinOf }) =>
      twinOf !== undefined
        ? []
        : scenario.levels.flatMap((level) => {
            const place = placeName(scenario, contender, level);
            return comparedMetrics(scenario).flatMap((metric): Measure[] => {
              const byRound = samples.values(scenario.name, contender, level, metric);
              if (byRound.size === 0) return [];
              const random = randomFor(run.seed, `${place} ${metric.id}`);
              const estimate = medianEstimate([...byRound.values()], random);
              return [{ scenario, contender, level, place, metric, estimate, byRound }];
            });
          }),
    ),
  );
}

/** The label of a metric as the scenario's operation reads: "CPU time per request". */
export function labelOf({ metric, scenario }: Pick<Measure, "metric" | "scenario">): string {
  return metric.label.replace("operation", scenario.operation);
}
