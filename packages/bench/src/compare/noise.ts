// How far the same program differs from itself: what the twins of either run differ by at a level, and, where the runs were not made
// together, how far the yardsticks of the scenario moved from the one to the other.
import { type Metric, Samples } from "../claims/index.ts";
import { type CommonScatter, contrastInterval, logRatios, moderatedEstimate } from "../statistics/index.ts";
import { contrastOf, isYardstick, type Pair, type Question } from "./pairs.ts";
import type { Place, Side } from "./places.ts";

/** As relative deviations: 0.03 where the same program differs from itself by 3 %. */
export interface Floor {
  /**
   * By how much, beyond which a difference may count. In one session its uncertainty is that of the difference itself, whose interval has
   * it already; of runs at different times nobody knows more than `most`.
   */
  readonly typical: number;
  /** By how much it may, within which a difference is none: the farther end of the interval. */
  readonly most: number;
}

/** The noise floors of a question, found when they are asked for. */
export class NoiseFloors {
  private readonly question: Question;
  private readonly asked: readonly Pair[];
  private readonly scatter: ReadonlyMap<string, CommonScatter>;
  private readonly known = new Map<string, Floor | undefined>();

  constructor(question: Question, asked: readonly Pair[], scatter: ReadonlyMap<string, CommonScatter>) {
    this.question = question;
    this.asked = asked;
    this.scatter = scatter;
  }

  /** At a level of a scenario; undefined where there are neither twins nor yardsticks. */
  at({ scenario, level }: Place, metric: Metric): Floor | undefined {
    const key = JSON.stringify([scenario.name, level, metric.id]);
    if (!this.known.has(key)) this.known.set(key, this.find(scenario.name, level, metric));
    return this.known.get(key);
  }

  private find(scenario: string, level: number, metric: Metric): Floor | undefined {
    const { base, head, paired } = this.question;
    const common = this.scatter.get(metric.id);
    const twins = [base, head].flatMap((side) => twinsApart(side, scenario, level, metric, common));
    const apart = paired ? twins : [...twins, ...this.moved(scenario, level, metric, common)];
    if (apart.length === 0) return undefined;
    const [typical, most] = [
      Math.max(...apart.map((each) => each.typical)),
      Math.max(...apart.map((each) => each.most)),
    ];
    return { typical: paired ? typical : most, most };
  }

  private moved(scenario: string, level: number, metric: Metric, common: CommonScatter | undefined): Floor[] {
    const yardsticks = this.asked.filter(
      ({ place, scale, metric: { id } }) =>
        isYardstick(place) &&
        place.scenario.name === scenario &&
        place.level === level &&
        id === metric.id &&
        scale === "log",
    );
    return yardsticks.map((each) => floorOf(contrastInterval(contrastOf(each, common)))).filter(isBounded);
  }
}

/** Of each contender and its twin, where they were observed together in two rounds or more. */
function twinsApart(
  { run, samples }: Side,
  scenario: string,
  level: number,
  metric: Metric,
  common: CommonScatter | undefined,
): Floor[] {
  return run.contenders.flatMap(({ name, twinOf }) => {
    if (twinOf === undefined) return [];
    const values = (contender: string): ReturnType<Samples["values"]> =>
      samples.values(scenario, contender, level, metric);
    const ratios = [...logRatios(values(name), values(twinOf)).values()];
    return ratios.length < 2 ? [] : [floorOf(moderatedEstimate(ratios, common))];
  });
}

function floorOf({ value, low, high }: { readonly value: number; readonly low: number; readonly high: number }): Floor {
  return { typical: Math.expm1(Math.abs(value)), most: Math.expm1(Math.max(-low, high)) };
}

function isBounded({ most }: Floor): boolean {
  return Number.isFinite(most);
}
