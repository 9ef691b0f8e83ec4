// A micro-benchmark: one small workload that each contender does in a program of its own, and the number that proves it was done.
import { inSetting, javascript, native, withArguments } from "../../runner/command.ts";
import type { ScenarioRecord } from "../../record/run.ts";
import { STANDARD } from "../../record/metric.ts";
import { observeProgram } from "../self-measured.ts";
import type { Entrant, Scenario } from "../scenario.ts";

export interface MicroBenchmark extends Omit<ScenarioRecord, "metrics"> {
  /** The time of an operation unless others are named. */
  readonly metrics?: ScenarioRecord["metrics"];
  /** The folder of its programs: "micro" unless it belongs to claims. */
  readonly folder?: string;
  /** All levels unless named. */
  readonly quickLevels?: readonly number[];
  /** Operations of one pass, at least; the program repeats it. A multiple of the level wherever operations are shared out. */
  readonly operations: (level: number) => number;
  /** What a pass of so many operations has to compute; a workload that computes something else yields no number. */
  readonly result: (level: number, operations: number) => number;
  /** The contenders that have a program for it: `programs/<folder>/<contender>/<name>.ts`, or a workload of that name in the peer. */
  readonly contenders: readonly string[];
}

const TWIN = " (twin)";
const TOKIO = "tokio";

/** Enough passes that the compiler has optimised the loop; the programs warm up for a minimum of time as well. */
const WARMUP_PASSES = 3;

/** A micro-benchmark of the group "micro", or of "claims" when its programs have a folder of their own. */
export function microScenario({
  contenders,
  operations,
  result,
  folder = "micro",
  metrics = [STANDARD.time],
  quickLevels,
  ...about
}: MicroBenchmark): Scenario {
  const entrant = (contender: string): Entrant => ({
    command: () =>
      contender === TOKIO
        ? native("peers/tokio/release/tokio-peer", about.name)
        : javascript(`${folder}/${contender.replace(TWIN, "")}/${about.name}`),
    operations,
    warmup: (level) => WARMUP_PASSES * operations(level),
  });
  return {
    ...about,
    metrics,
    group: folder === "micro" ? "micro" : "claims",
    quickLevels: quickLevels ?? about.levels,
    fillsBudget: true,
    entrants: Object.fromEntries(contenders.map((contender) => [contender, entrant(contender)])),
    observe(each, level, setup) {
      const asked = each.operations(level);
      const command = inSetting(setup, withArguments(each.command(level), level, asked, each.warmup(level)));
      return observeProgram(command, setup.signal, result(level, asked));
    },
  };
}

/** 0 + 1 + … + (count - 1), which most workloads compute on the way. */
export function sumBelow(count: number): number {
  return (count * (count - 1)) / 2;
}
