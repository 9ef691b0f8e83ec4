// What stands beside the times: where the processor time of an operation went, and what each process recorded about itself. A column
// without a value anywhere is left out.
import { figure, quantity } from "../claims/index.ts";
import type { Samples } from "../claims/index.ts";
import type { ContenderRecord, Observation, ProcessRecord, ScenarioRecord } from "../record/run.ts";
import { median } from "../statistics/index.ts";
import type { Grid, GridCell } from "./grid.ts";
import { levelName } from "./levels.ts";

/** One contender at one level of a scenario. What nobody recorded is undefined. */
export interface CostRow {
  readonly contender: ContenderRecord;
  readonly level: number;
  /** User and system time are sampled by the kernel's tick, so they are summed over the observations before dividing. */
  readonly userNs: number;
  readonly systemNs: number;
  /** The median of what the program counted itself. */
  readonly syscalls: number | undefined;
  /** The load generator's processor time as a share of the measured time. */
  readonly generatorShare: number | undefined;
  /** Medians over the observations of what the processes recorded. */
  readonly process: Readonly<Record<keyof ProcessRecord, number | undefined>>;
  /** Observations whose warm-up never came to rest, and how many have one. */
  readonly neverSteady: { readonly count: number; readonly of: number } | undefined;
}

/** Undefined where the contender was not observed. */
export function costOf(
  samples: Samples,
  scenario: ScenarioRecord,
  contender: ContenderRecord,
  level: number,
): CostRow | undefined {
  const observations = samples.observations(scenario.name, contender.name, level);
  if (observations.length === 0) return undefined;
  const sum = (of: (observation: Observation) => number): number =>
    observations.reduce((total, observation) => total + of(observation), 0);
  const operations = sum((each) => each.operations);
  const has = (of: (observation: Observation) => unknown): boolean =>
    observations.some((each) => of(each) !== undefined);
  const usual = (of: (observation: Observation) => number | undefined): number | undefined => {
    const values = observations.flatMap((each) => of(each) ?? []);
    return values.length === 0 ? undefined : median(values);
  };
  const recorded = (name: keyof ProcessRecord): number | undefined => usual((each) => each.process?.[name]);
  return {
    contender,
    level,
    userNs: sum((each) => each.cpuUserNs) / operations,
    systemNs: sum((each) => each.cpuSystemNs) / operations,
    syscalls: usual((each) => each.syscallsPerOperation),
    generatorShare: has((each) => each.generator)
      ? sum((each) => each.generator?.cpuNs ?? 0) / sum((each) => each.elapsedNs)
      : undefined,
    process: {
      gcCount: recorded("gcCount"),
      gcNs: recorded("gcNs"),
      gcMaxNs: recorded("gcMaxNs"),
      allocatedBytesPerOperation: recorded("allocatedBytesPerOperation"),
      loopDelayP50Ns: recorded("loopDelayP50Ns"),
      loopDelayP99Ns: recorded("loopDelayP99Ns"),
      loopDelayMaxNs: recorded("loopDelayMaxNs"),
      voluntarySwitches: recorded("voluntarySwitches"),
      involuntarySwitches: recorded("involuntarySwitches"),
      maxRssBytes: recorded("maxRssBytes"),
    },
    neverSteady: has((each) => each.warmup)
      ? {
          count: observations.filter(({ warmup }) => warmup?.steady === false).length,
          of: observations.filter(({ warmup }) => warmup !== undefined).length,
        }
      : undefined,
  };
}

type Column = readonly [name: string, text: (row: CostRow) => string | undefined];

const ns = (value: number | undefined): string | undefined => (value === undefined ? undefined : quantity(value, "ns"));
const bytes = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : quantity(value, "bytes");
const count = (value: number | undefined): string | undefined => (value === undefined ? undefined : figure(value));

const COLUMNS: readonly Column[] = [
  ["user", ({ userNs }) => quantity(userNs, "ns")],
  ["system", ({ systemNs }) => quantity(systemNs, "ns")],
  ["system calls", ({ syscalls }) => count(syscalls)],
  ["allocated", ({ process }) => bytes(process.allocatedBytesPerOperation)],
  ["generator busy", ({ generatorShare: share }) => (share === undefined ? undefined : `${Math.round(share * 100)} %`)],
  ["GC pauses", ({ process }) => count(process.gcCount)],
  ["in all", ({ process }) => ns(process.gcNs)],
  ["longest", ({ process }) => ns(process.gcMaxNs)],
  ["loop delay p99", ({ process }) => ns(process.loopDelayP99Ns)],
  ["switches given", ({ process }) => count(process.voluntarySwitches)],
  ["switches lost", ({ process }) => count(process.involuntarySwitches)],
  ["peak memory", ({ process }) => bytes(process.maxRssBytes)],
  [
    "never steady",
    ({ neverSteady }) => (neverSteady === undefined ? undefined : `${neverSteady.count} of ${neverSteady.of}`),
  ],
];

/** What the columns of the table mean. */
export const COUNTERS_LEGEND: string =
  "User and system time, system calls and allocated bytes are per operation; all else is of a whole process, the median over rounds. " +
  "Switches: how often it gave the processor up, and how often it lost it. Never steady: processes whose warm-up ran out of time.";

/** All rows, with the columns that say anything. */
export function costGrid(scenario: ScenarioRecord, costs: readonly CostRow[]): Grid {
  const columns = COLUMNS.filter(([, text]) => costs.some((row) => text(row) !== undefined));
  return {
    title: `Counters and processor time, ${scenario.name}`,
    content: "numbers",
    columns: ["contender", scenario.factor, ...columns.map(([name]) => name)],
    rows: costs.map((row): GridCell[] => [
      { text: row.contender.name },
      { text: levelName(scenario, row.level) },
      ...columns.map(([, text]): GridCell => ({ text: text(row) ?? "–" })),
    ]),
  };
}
