// All that the judge of a claim gets to see of a run: ratios, growth, differences, values, exact counts and crossovers, each with its
// interval, its noise floor, its rounds and the place of its raw samples. What was not measured comes as the reason why.
import type { ContenderRecord, Run, ScenarioRecord } from "../record/run.ts";
import {
  bootstrapMean,
  FEWEST_FOR_BOOTSTRAP,
  logRatios,
  mapEstimate,
  moderatedEstimate,
  randomFor,
} from "../statistics/index.ts";
import type { ByRound } from "../statistics/index.ts";
import { compare } from "./compare.ts";
import { counted } from "./counted.ts";
import type { Count, Crossing, Effect, Missing } from "./effect.ts";
import { figure } from "./figure.ts";
import { metricsOf } from "./metrics.ts";
import type { Metric } from "./metrics.ts";
import { absence } from "./missing.ts";
import type { Absence } from "./missing.ts";
import { noiseFloors } from "./noise.ts";
import type { Samples } from "./samples.ts";
import { quantity } from "./quantity.ts";
import { Scatter } from "./scatter.ts";
import type { SamplePointer } from "./verdict.ts";

/** One contender at one level, in the scenario's first metric unless another is named. */
export interface Place extends SamplePointer {
  /** The id of one of the scenario's metrics. */
  readonly metric?: string;
}

/** The same against another contender. */
export interface Pair extends Place {
  readonly baseline: string;
}

/** The same contender at two levels. */
export interface Span extends Omit<Place, "level"> {
  readonly from: number;
  readonly to: number;
}

export class Evidence {
  private readonly run: Run;
  private readonly samples: Samples;
  private readonly minimumEffect: number;
  private readonly scatter: Scatter;

  /**
   * @param minimumEffect of the claim that is judged
   * @param scatter what all questions of the run have in common
   */
  constructor(run: Run, samples: Samples, minimumEffect: number, scatter: Scatter = new Scatter()) {
    this.run = run;
    this.samples = samples;
    this.minimumEffect = minimumEffect;
    this.scatter = scatter;
  }

  /** The levels that the run had in the scenario, ascending. */
  levels(scenario: string): number[] {
    return (this.scenario(scenario)?.levels ?? []).toSorted((a, b) => a - b);
  }

  /**
   * The contenders of a kind that were asked for in the scenario, twins and those under other runtimes left out; also those that could
   * not run.
   */
  contenders(scenario: string, kind: ContenderRecord["kind"] = "async"): string[] {
    const { contenders, observations, skipped, failures } = this.run;
    const asked = new Set(
      [...observations, ...skipped, ...failures]
        .filter((each) => each.scenario === scenario)
        .map(({ contender }) => contender),
    );
    return contenders
      .filter(
        (each) => each.kind === kind && each.twinOf === undefined && each.runtime === undefined && asked.has(each.name),
      )
      .map(({ name }) => name);
  }

  /** The metric of `contender` divided by that of `baseline`, paired by round: 2 is twice as much, whichever way is better. */
  ratio({ baseline, ...place }: Pair): Effect | Missing {
    return this.against(place, baseline, (read, own, other) => ({
      values: [...logRatios(own, other).values()],
      scale: "log",
      kind: kindOf(read.metric),
      unit: "times",
      floor: this.floor(read.scenario, read.metric, [place.level]),
      words: (value) => `has ${figure(value)} times the ${labelOf(read)} of ${baseline}`,
    }));
  }

  /** The metric of `contender` less that of `baseline`, paired by round, in the metric's unit. */
  difference({ baseline, ...place }: Pair): Effect | Missing {
    return this.against(place, baseline, (read, own, other) => ({
      values: [...own].flatMap(([round, value]) => {
        const against = other.get(round);
        return against === undefined ? [] : [value - against];
      }),
      scale: "linear",
      kind: undefined,
      unit: read.metric.unit,
      floor: 0,
      words: (value) => `differs from ${baseline} by ${quantity(value, read.metric.unit)} in ${labelOf(read)}`,
    }));
  }

  /** The metric at the level `to` divided by that at `from`, paired by round. */
  growth({ from, to, ...span }: Span): Effect | Missing {
    const [start, end] = [
      { ...span, level: from },
      { ...span, level: to },
    ];
    const samples = [pointer(start), pointer(end)];
    const [before, after] = [this.read(start), this.read(end)];
    if (before.metric === undefined) return this.missing(start, samples, this.notPart(start));
    if (after.metric === undefined) return this.missing(end, samples, this.notPart(end));
    return this.effect(end, samples, span.contender, {
      values: [...logRatios(after.values, before.values).values()],
      scale: "log",
      kind: kindOf(after.metric),
      unit: "times",
      floor: this.floor(after.scenario, after.metric, [from, to]),
      words: (value) =>
        `has ${figure(value)} times the ${labelOf(after)} that it has${this.place(after.scenario, from)}`,
    });
  }

  /** The metric itself, in its unit. */
  value(place: Place): Effect | Missing {
    const samples = [pointer(place)];
    const read = this.read(place);
    if (read.metric === undefined) return this.missing(place, samples, this.notPart(place));
    const { unit } = read.metric;
    const raw = [...read.values.values()];
    // Times, rates and sizes scatter by factors; shares and counts, which may be zero, by amounts.
    const scale = ["ns", "bytes", "per-second"].includes(unit) && raw.every((value) => value > 0) ? "log" : "linear";
    return this.effect(place, samples, place.contender, {
      values: scale === "log" ? raw.map(Math.log) : raw,
      scale,
      kind: scale === "log" ? kindOf(read.metric) : undefined,
      unit,
      floor: 0,
      words: (value) => `has a ${labelOf(read)} of ${quantity(value, unit)}`,
    });
  }

  /** What the workload counted under this name, exactly, in each round. */
  count({ name, ...place }: SamplePointer & { readonly name: string }): Count | Missing {
    const samples = [pointer(place)];
    const values = this.samples
      .observations(place.scenario, place.contender, place.level)
      .flatMap(({ counters }) => counters?.[name] ?? []);
    if (values.length === 0) return this.missing(place, samples, this.why(place, place.contender));
    const label = this.scenario(place.scenario)?.metrics.find(({ id }) => id === name)?.label;
    return { ...this.about(place, samples), kind: "count", name: label === undefined ? name : `(${label})`, values };
  }

  /** Where `contender` gets ahead of `baseline` as the level grows. */
  crossover({ baseline, ...place }: Omit<Pair, "level">): Crossing | Missing {
    const levels = this.levels(place.scenario);
    const samples = [place.contender, baseline].flatMap((contender) =>
      levels.map((level) => ({ scenario: place.scenario, contender, level })),
    );
    const about = { subject: `${place.scenario}: ${place.contender}`, contender: place.contender, samples };
    const scenario = this.scenario(place.scenario);
    const metric = scenario === undefined ? undefined : metricNamed(scenario, place.metric);
    if (scenario === undefined || metric === undefined) {
      return { ...about, kind: "missing", ...this.notPart(place) };
    }
    const floors = noiseFloors(this.samples, scenario, this.run.contenders, metric);
    const comparison = compare(this.samples, scenario, metric, place.contender, baseline, floors);
    if (comparison !== undefined) return { ...about, kind: "crossing", comparison };
    const lacks = this.samples.has(scenario, place.contender) ? baseline : place.contender;
    return { ...about, kind: "missing", ...absence(this.run, place.scenario, lacks) };
  }

  private against(
    place: Place,
    baseline: string,
    derive: (read: Found, own: ByRound, other: ByRound) => Derived,
  ): Effect | Missing {
    const { scenario, contender, level } = place;
    const samples = [pointer(place), { scenario, contender: baseline, level }];
    const read = this.read(place);
    if (read.metric === undefined) return this.missing(place, samples, this.notPart(place));
    const other = this.samples.values(scenario, baseline, level, read.metric);
    const lacks = read.values.size > 0 ? baseline : contender;
    return this.effect(place, samples, lacks, derive(read, read.values, other));
  }

  /** @param lacks the contender to blame where there is no value */
  private effect(
    place: SamplePointer,
    samples: readonly SamplePointer[],
    lacks: string,
    { values, scale, kind, unit, floor, words }: Derived,
  ): Effect | Missing {
    if (values.length === 0) return this.missing(place, samples, this.why(place, lacks));
    const back = scale === "log" ? Math.exp : (value: number) => value;
    const random = randomFor(this.run.seed, JSON.stringify([samples, unit]));
    if (kind !== undefined) this.scatter.note(kind, values);
    const common = kind === undefined ? undefined : this.scatter.of(kind);
    const estimate = mapEstimate(moderatedEstimate(values, common), back);
    return {
      ...this.about(place, samples),
      ...{ kind: "effect", estimate, unit, values, scale, floor, minimumEffect: this.minimumEffect },
      ...(common === undefined ? {} : { common }),
      ...(values.length < FEWEST_FOR_BOOTSTRAP ? {} : { resampled: mapEstimate(bootstrapMean(values, random), back) }),
      words: words(estimate.value),
    };
  }

  private scenario(name: string): ScenarioRecord | undefined {
    return this.run.scenarios.find((each) => each.name === name);
  }

  private read(place: Place): Reading {
    const scenario = this.scenario(place.scenario);
    const metric = scenario === undefined ? undefined : metricNamed(scenario, place.metric);
    if (scenario === undefined || metric === undefined) return { metric: undefined };
    return { scenario, metric, values: this.samples.values(place.scenario, place.contender, place.level, metric) };
  }

  private floor(scenario: ScenarioRecord, metric: Metric, levels: readonly number[]): number {
    const common = this.scatter.of(kindOf(metric));
    const floors = this.scatter.floors(scenario.name, metric.id, () =>
      noiseFloors(this.samples, scenario, this.run.contenders, metric, common),
    );
    return Math.max(...levels.map((level) => floors.get(level) ?? 0));
  }

  private about({ scenario, contender, level }: SamplePointer, samples: readonly SamplePointer[]) {
    const record = this.scenario(scenario);
    const at = record === undefined ? ` at ${level}` : this.place(record, level);
    return { subject: `${scenario}${at}: ${contender}`, contender, samples };
  }

  /** As it goes on after the name of the scenario: " at 8 connections", " at depth 10", " (as written)". */
  private place({ factor, levels, levelNames }: ScenarioRecord, level: number): string {
    const name = levelNames?.[levels.indexOf(level)];
    if (name !== undefined) return ` (${name})`;
    if (factor === "depth") return ` at depth ${level}`;
    return ` at ${counted(level, factor)}`;
  }

  private missing(place: SamplePointer, samples: readonly SamplePointer[], why: Absence): Missing {
    return { ...this.about(place, samples), kind: "missing", ...why };
  }

  private why({ scenario, level }: SamplePointer, contender: string): Absence {
    return absence(this.run, scenario, contender, level);
  }

  private notPart({ scenario, metric = "" }: Pick<Place, "scenario" | "metric">): Absence {
    const because =
      this.scenario(scenario) === undefined
        ? `${scenario} was not part of this run.`
        : `${scenario} has no metric ${metric}.`;
    return { because, wasTried: false };
  }
}

/** A metric in one cell of the plan. */
interface Found {
  readonly scenario: ScenarioRecord;
  readonly metric: Metric;
  readonly values: ByRound;
}

type Reading = Found | { readonly metric: undefined };

/** What an effect is made of. */
interface Derived extends Pick<Effect, "values" | "scale" | "unit" | "floor"> {
  /** What kind of quantity scatters by factors; undefined where it scatters by amounts. */
  readonly kind: string | undefined;
  /** The effect in words, of its value. */
  readonly words: (value: number) => string;
}

/** Quantities that scatter for the same reasons: whatever takes time, and whatever takes room. */
function kindOf({ unit }: Metric): string {
  return unit === "per-second" ? "ns" : unit;
}

function labelOf({ scenario, metric }: Found): string {
  return metric.label.replace("operation", scenario.operation);
}

function metricNamed(scenario: ScenarioRecord, id: string | undefined): Metric | undefined {
  const metrics = metricsOf(scenario);
  return id === undefined ? metrics[0] : metrics.find((metric) => metric.id === id);
}

function pointer({ scenario, contender, level }: SamplePointer): SamplePointer {
  return { scenario, contender, level };
}
