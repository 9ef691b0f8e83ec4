// Which places two runs share, a place being one contender at one level of one scenario, and which only one of them has, and why.
import { metricsOf, Samples } from "../claims/index.ts";
import type { Metric } from "../claims/index.ts";
import { placeName } from "../record/place.ts";
import { STANDARD } from "../record/metric.ts";
import type { ContenderRecord, Run, ScenarioRecord } from "../record/run.ts";

/** A run that is compared, and how its values are found. */
export interface Side {
  readonly run: Run;
  readonly samples: Samples;
}

/** Where both runs have observations. The scenario is the newer run's. */
export interface Place {
  readonly scenario: ScenarioRecord;
  readonly contender: ContenderRecord;
  readonly level: number;
  readonly name: string;
}

/** Where only one run has observations. */
export interface Absence {
  readonly name: string;
  readonly presentIn: "base" | "head";
  /** The place was tried in the other run, and failed there. */
  readonly failed: boolean;
  /** What the other run says about it. */
  readonly because: string;
}

/** What two runs have in common. */
export interface Shared {
  readonly places: readonly Place[];
  readonly absences: readonly Absence[];
  /** Scenarios of one name that measure different things, a sentence each; their places are not among the above. */
  readonly unlike: readonly string[];
}

/** The run with its values by place. */
export function sideOf(run: Run): Side {
  return { run, samples: new Samples(run) };
}

/** Twins stand for noise and are left out. */
export function sharedPlaces(base: Side, head: Side): Shared {
  const unlike = head.run.scenarios.flatMap((scenario) => {
    const other = base.run.scenarios.find(({ name }) => name === scenario.name);
    const difference = other === undefined ? undefined : unlikeness(other, scenario);
    return difference === undefined ? [] : [{ name: scenario.name, difference }];
  });
  const isAlike = ({ scenario }: Place): boolean => !unlike.some(({ name }) => name === scenario.name);
  const alikeOf = (side: Side): ReadonlyMap<string, Place> =>
    new Map(
      placesOf(side)
        .filter(isAlike)
        .map((place) => [keyOf(place), place] as const),
    );
  const [inBase, inHead] = [alikeOf(base), alikeOf(head)];
  const only = (mine: ReadonlyMap<string, Place>, others: ReadonlyMap<string, Place>): Place[] =>
    [...mine].flatMap(([key, place]) => (others.has(key) ? [] : [place]));
  return {
    places: [...inHead].flatMap(([key, place]) => (inBase.has(key) ? [place] : [])),
    absences: [
      ...only(inBase, inHead).map((place) => absenceOf(place, "base", head.run)),
      ...only(inHead, inBase).map((place) => absenceOf(place, "head", base.run)),
    ],
    unlike: unlike.map(({ name, difference }) => `${name} is not compared: ${difference}`),
  };
}

/**
 * What the scenario declares, and with it what every program tells of the work that it does, where it does: system calls, bytes, and the
 * processor time, which other programs disturb less than they do the time that passes.
 */
export function comparedMetrics(scenario: ScenarioRecord): readonly Metric[] {
  const declared = metricsOf(scenario);
  const isNew = ({ id }: Metric): boolean => !declared.some((metric) => metric.id === id);
  const standard = metricsOf({ ...scenario, metrics: [STANDARD.syscalls, STANDARD.cpu] });
  return [...standard.map(measuredOnly), ALLOCATED].filter(isNew).concat(declared);
}

/** Whether a metric tells of work and not of the time that passed: what else the machine does touches it less. */
export function isWork({ unit, id }: Metric): boolean {
  return unit === "count" || id === ALLOCATED.id || id === STANDARD.cpu.id;
}

/** No program runs on no processor time: where there is none, nothing counted it. */
function measuredOnly(metric: Metric): Metric {
  if (metric.id !== STANDARD.cpu.id) return metric;
  return { ...metric, of: (observation) => (observation.cpuNs > 0 ? metric.of(observation) : undefined) };
}

const ALLOCATED: Metric = {
  ...{ id: "allocated", label: "bytes allocated per operation", unit: "bytes", better: "lower", comparative: "leaner" },
  // Less than a byte is what the measurement itself leaves.
  of: ({ process }) => (process?.allocatedBytesPerOperation === undefined ? undefined : atLeastOne(process)),
};

function atLeastOne({ allocatedBytesPerOperation = 0 }: { readonly allocatedBytesPerOperation?: number }): number {
  return Math.max(1, allocatedBytesPerOperation);
}

function placesOf({ run, samples }: Side): Place[] {
  return run.scenarios.flatMap((scenario) =>
    run.contenders.flatMap((contender) =>
      scenario.levels.flatMap((level) =>
        contender.twinOf !== undefined || samples.observations(scenario.name, contender.name, level).length === 0
          ? []
          : [{ scenario, contender, level, name: placeName(scenario, contender.name, level) }],
      ),
    ),
  );
}

function keyOf({ scenario, contender, level }: Place): string {
  return JSON.stringify([scenario.name, contender.name, level]);
}

function absenceOf(
  { scenario, contender, level, name }: Place,
  presentIn: Absence["presentIn"],
  { scenarios, skipped, failures }: Run,
): Absence {
  const isHere = (each: { readonly scenario: string; readonly contender: string; readonly level?: number }): boolean =>
    each.scenario === scenario.name && each.contender === contender.name && (each.level ?? level) === level;
  const failure = failures.find(isHere);
  const isKnown = scenarios.some((each) => each.name === scenario.name);
  const because =
    failure?.message ??
    skipped.find(isHere)?.reason ??
    (isKnown ? "it was not part of the run" : `there is no scenario ${scenario.name}`);
  return { name, presentIn, failed: failure !== undefined, because };
}

/** Why figures of two scenarios of one name cannot stand side by side. */
function unlikeness(base: ScenarioRecord, head: ScenarioRecord): string | undefined {
  if (base.factor !== head.factor) return `its factor was ${base.factor} and is ${head.factor}`;
  if (base.operation !== head.operation) return `its operation was "${base.operation}" and is "${head.operation}"`;
  for (const metric of head.metrics) {
    const other = base.metrics.find(({ id }) => id === metric.id);
    if (other === undefined) continue;
    if (other.unit !== metric.unit || other.better !== metric.better || other.per !== metric.per) {
      return `its metric ${metric.id} is not what it was`;
    }
  }
  return undefined;
}
