// Makes a run: every cell once a round, each observation in a process of its own, in random order.
import { contenders } from "../contenders/index.ts";
import {
  type Failure,
  type Observation,
  type Plan,
  type ScenarioRecord,
  type Run,
  RUN_SCHEMA_VERSION,
  type Skip,
} from "../record/run.ts";
import type { Scenario } from "../scenarios/index.ts";
import { randomFor } from "../statistics/index.ts";
import { DataFile } from "./data-file.ts";
import { describeEnvironment } from "./environment.ts";
import type { Mould } from "./mould.ts";
import { choosePinning } from "./pinning.ts";
import { type Cell, type Mode, orderOfRound, select, type Selection, type Wanted } from "./plan.ts";

export interface RunOptions {
  readonly wanted: readonly Wanted[];
  /** What is known beforehand not to be measurable here. */
  readonly skipped?: readonly Skip[];
  /** The claims that the run is made for, where it is made for claims. */
  readonly claims?: readonly string[];
  readonly mode: Mode;
  readonly mould: Mould;
  readonly seed: number;
  /** Aborting it ends the run; what was measured until then is its result. */
  readonly signal: AbortSignal;
  /** Called before each observation. */
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress {
  readonly cell: Cell;
  readonly round: number;
  readonly rounds: number;
  /** Observations made so far, and planned in all. */
  readonly done: number;
  readonly total: number;
  /** Time left, from the pace so far; undefined before there is one. */
  readonly leftMs: number | undefined;
}

export async function makeRun(options: RunOptions): Promise<Run> {
  const { wanted, skipped = [], claims, seed } = options;
  const startedAt = new Date();
  const pinning = choosePinning();
  const environment = describeEnvironment(pinning);
  const selection = select(wanted);
  using dataFile = new DataFile();
  const rounds = await observeRounds(selection, dataFile, pinning, options);
  return {
    schemaVersion: RUN_SCHEMA_VERSION,
    startedAt: startedAt.toISOString(),
    elapsedMs: Date.now() - startedAt.getTime(),
    seed,
    plan: { ...rounds.plan, ...(claims === undefined ? {} : { claims }) },
    environment,
    scenarios: wanted.map(recordOf),
    contenders: contenders
      .filter(({ name }) => wanted.some(({ scenario }) => scenario.entrants[name] !== undefined))
      .map(({ needs: _needs, prepare: _prepare, ...record }) => record),
    observations: rounds.observations,
    skipped: [...selection.skipped, ...skipped],
    failures: rounds.failures,
  };
}

function recordOf({ scenario, levels }: Wanted): ScenarioRecord {
  const { name, isolates, factor, operation, metrics, levelNames } = scenario;
  const names =
    levelNames === undefined
      ? undefined
      : levels.map((level) => levelNames[scenario.levels.indexOf(level)] ?? String(level));
  return { name, isolates, factor, levels, operation, metrics, ...(names === undefined ? {} : { levelNames: names }) };
}

interface Rounds {
  readonly plan: Plan;
  readonly observations: readonly Observation[];
  readonly failures: readonly Failure[];
}

async function observeRounds(
  { cells }: Selection,
  dataFile: DataFile,
  pinning: ReturnType<typeof choosePinning>,
  { mode, mould, seed, signal, onProgress }: RunOptions,
): Promise<Rounds> {
  const observations: Observation[] = [];
  const failures: Failure[] = [];
  const began = performance.now();
  const total = mould.rounds * cells.length;
  let done = 0;
  let completedRounds = 0;
  let stoppedEarly: Plan["stoppedEarly"] = false;

  for (let round = 0; round < mould.rounds && stoppedEarly === false; round++) {
    const elapsedMs = performance.now() - began;
    if (round > 0 && (elapsedMs * (round + 1)) / round > mould.limitMs) {
      stoppedEarly = "time";
      break;
    }
    const inRound = {
      dataFile: dataFile.path,
      pinning,
      signal,
      budget: mould.budget,
      seed: 1 + randomFor(seed, `positions ${round}`).below(2 ** 31),
    };
    for (const cell of orderOfRound(cells, seed, round)) {
      const leftMs = done === 0 ? undefined : ((performance.now() - began) / done) * (total - done);
      onProgress({ cell, round, rounds: mould.rounds, done, total, leftMs });
      const names = { scenario: cell.scenario.name, contender: cell.contender.name, level: cell.level, round };
      try {
        observations.push({ ...names, sequence: done, ...(await observe(cell, inRound)) });
      } catch (error) {
        if (signal.aborted) {
          stoppedEarly = "interrupted";
          break;
        }
        failures.push({ ...names, message: error instanceof Error ? error.message : String(error) });
      }
      done++;
    }
    if (stoppedEarly === false) completedRounds++;
  }
  return { plan: { mode, rounds: mould.rounds, completedRounds, stoppedEarly }, observations, failures };
}

function observe(
  { scenario, contender, level }: Cell,
  setup: Parameters<Scenario["observe"]>[2],
): ReturnType<Scenario["observe"]> {
  const entrant = scenario.entrants[contender.name];
  if (entrant === undefined) throw new Error(`${contender.name} takes no part in ${scenario.name}`);
  return scenario.observe(entrant, level, setup);
}
