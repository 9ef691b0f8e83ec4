// The noise floor: how different two runs of the same program looked here.
//
// A twin repeats another contender name for name. Whatever their ratio is, it is noise: so no difference between other contenders
// counts unless it is larger than the farther end of the interval of the twins' ratio at the same level.
import type { ContenderRecord, ScenarioRecord } from "../record/run.ts";
import { logRatios, moderatedEstimate } from "../statistics/index.ts";
import type { CommonScatter } from "../statistics/index.ts";
import type { Metric } from "./metrics.ts";
import type { Samples } from "./samples.ts";

/** Differences below 5 % decide nothing, however precisely they were measured. */
export const MINIMUM_EFFECT = 0.05;

/**
 * The floor at each level that has twins, as a relative deviation: 0.03 when twins may differ by 3 %. Levels at which the twins were
 * observed together in fewer than two rounds are left out.
 *
 * @param common what is known of the metric's scatter from elsewhere in the run
 */
export function noiseFloors(
  samples: Samples,
  scenario: ScenarioRecord,
  contenders: readonly ContenderRecord[],
  metric: Metric,
  common?: CommonScatter,
): ReadonlyMap<number, number> {
  const floors = new Map<number, number>();
  for (const { name, twinOf } of contenders) {
    if (twinOf === undefined) continue;
    for (const level of scenario.levels) {
      const values = (contender: string): ReadonlyMap<number, number> =>
        samples.values(scenario.name, contender, level, metric);
      const ratios = [...logRatios(values(name), values(twinOf)).values()];
      if (ratios.length < 2) continue;
      const { low, high } = moderatedEstimate(ratios, common);
      floors.set(level, Math.max(floors.get(level) ?? 0, Math.expm1(Math.max(-low, high))));
    }
  }
  return floors;
}

/** The logarithm of the ratio beyond which a difference counts, at a level with this floor (undefined where there is none). */
export function thresholdOf(floor: number | undefined): number {
  return Math.log1p(Math.max(MINIMUM_EFFECT, floor ?? 0));
}
