// Makes a run: every cell once a round, each observation in a process of its own, in random order.
import { type Contender, contenders } from "../contenders/index.ts";
import {
  type ContenderRecord,
  type Failure,
  type Observation,
  type Plan,
  type ScenarioRecord,
  type Run,
  RUN_SCHEMA_VERSION,
  type ShardRecord,
  type Skip,
} from "../record/run.ts";
import type { Measurement } from "../scenarios/index.ts";
import { randomFor, shuffled } from "../statistics/index.ts";
import { DataFile } from "./data-file.ts";
import { describeEnvironment } from "./environment.ts";
import { expectedMs } from "./expected-time.ts";
import { cautionsAfter } from "./machine-warnings.ts";
import type { Mould } from "./mould.ts";
import { Interference } from "./interference.ts";
import { choosePinning } from "./pinning.ts";
import { Schedule } from "./schedule.ts";
import { type Cell, type Mode, orderOfRound, select, type Selection, type Wanted } from "./plan.ts";

/** A page: the stack of a process may begin anywhere in one. */
const MOST_PADDING_BYTES = 4096;

export interface RunOptions {
  readonly wanted: readonly Wanted[];
  /** What is known beforehand not to be measurable here. */
  readonly skipped?: readonly Skip[];
  /** The claims that the run is made for, where it is made for claims. */
  readonly claims?: readonly string[];
  /** Which part of a larger run it is; what is wanted is that part's. */
  readonly shard?: ShardRecord;
  /** What is observed in place of a cell, close together and in random order; the cell alone unless it is given. */
  readonly variants?: (cell: Cell) => readonly Cell[];
  readonly mode: Mode;
  readonly mould: Mould;
  readonly seed: number;
  /** Aborting it ends the run; what was measured until then is its result. */
  readonly signal: AbortSignal;
  /** Called once, before the first observation. */
  readonly onPlan?: (plan: RunPlan) => void;
  /** Called before each observation. */
  readonly onProgress: (progress: Progress) => void;
}

/** What a run sets out to do. */
export interface RunPlan extends Pick<Mould, "rounds" | "limitMs"> {
  readonly observationsPerRound: number;
  /** By rule of thumb, for a machine that has nothing else to do. */
  readonly expectedRoundMs: number;
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
  const { wanted, skipped = [], claims, shard, seed } = options;
  const startedAt = new Date();
  // From here, because what contenders need may have to be built first.
  const schedule = new Schedule(options.mould.limitMs, () => performance.now());
  const pinning = choosePinning();
  const environment = describeEnvironment(pinning);
  const selection = select(wanted);
  const variants = variantsOf(selection, options.variants);
  // Whoever could take part, as what is skipped beforehand names some that are not selected; and who was made for the run.
  const registered = contenders.filter(({ name }) =>
    wanted.some(({ scenario }) => scenario.entrants[name] !== undefined),
  );
  using dataFile = new DataFile();
  const inRound = [...variants.values()].flat();
  const { rounds: mostRounds, limitMs, budget } = options.mould;
  options.onPlan?.({
    ...{ rounds: mostRounds, limitMs, observationsPerRound: inRound.length },
    expectedRoundMs: expectedMs(inRound, budget),
  });
  const interference = new Interference();
  const rounds = await observeRounds(variants, dataFile, pinning, schedule, options);
  const during = interference.sinceBegun();
  return {
    schemaVersion: RUN_SCHEMA_VERSION,
    startedAt: startedAt.toISOString(),
    elapsedMs: Date.now() - startedAt.getTime(),
    seed,
    plan: {
      ...rounds.plan,
      ...(claims === undefined ? {} : { claims }),
      ...(shard === undefined ? {} : { shard }),
    },
    environment: {
      ...environment,
      during,
      warnings: [...environment.warnings, ...cautionsAfter(during, environment.cpu.logicalCores)],
    },
    scenarios: wanted.map(recordOf),
    contenders: recordsOf([
      ...registered,
      ...selection.contenders.filter(({ twinOf }) => twinOf !== undefined),
      ...[...variants.values()].flat().map(({ contender }) => contender),
    ]),
    observations: rounds.observations,
    skipped: [...selection.skipped, ...skipped],
    failures: rounds.failures,
  };
}

/** What the record says of a scenario. */
export function recordOf({ scenario, levels }: Wanted): ScenarioRecord {
  const { name, isolates, factor, operation, metrics, levelNames } = scenario;
  const names =
    levelNames === undefined
      ? undefined
      : levels.map((level) => levelNames[scenario.levels.indexOf(level)] ?? String(level));
  return { name, isolates, factor, levels, operation, metrics, ...(names === undefined ? {} : { levelNames: names }) };
}

/** For each cell what is observed in its place. */
type Variants = ReadonlyMap<Cell, readonly Cell[]>;

function variantsOf({ cells }: Selection, of: RunOptions["variants"] = (cell) => [cell]): Variants {
  return new Map(cells.map((cell) => [cell, of(cell)]));
}

/** One for each name. */
function recordsOf(taking: readonly Contender[]): ContenderRecord[] {
  const named = new Map(taking.map((contender) => [contender.name, contender]));
  return [...named.values()].map(({ needs: _needs, prepare: _prepare, ...record }) => record);
}

interface Rounds {
  readonly plan: Plan;
  readonly observations: readonly Observation[];
  readonly failures: readonly Failure[];
}

async function observeRounds(
  variants: Variants,
  dataFile: DataFile,
  pinning: ReturnType<typeof choosePinning>,
  schedule: Schedule,
  { mode, mould, seed, signal, onProgress }: RunOptions,
): Promise<Rounds> {
  const observations: Observation[] = [];
  const failures: Failure[] = [];
  const began = performance.now();
  const cells = [...variants.keys()];
  const total = mould.rounds * [...variants.values()].flat().length;
  let done = 0;
  let completedRounds = 0;
  let stoppedEarly: Plan["stoppedEarly"] = false;

  rounds: for (let round = 0; round < mould.rounds && stoppedEarly === false; round++) {
    if (!schedule.allowsRound()) {
      stoppedEarly = "time";
      break;
    }
    const end = schedule.beginRound();
    const inRound = { dataFile: dataFile.path, pinning, signal, budget: mould.budget };
    const positions = 1 + randomFor(seed, `positions ${round}`).below(2 ** 31);
    const among = randomFor(seed, `variants of round ${round}`);
    for (const order of orderOfRound(cells, seed, round)) {
      if (!schedule.allowsBlock()) {
        stoppedEarly = "time";
        break;
      }
      const block = order.flatMap((cell) => shuffled(variants.get(cell) ?? [], among));
      for (const cell of block) {
        const leftMs = done === 0 ? undefined : timeLeft(performance.now() - began, done, total, mould);
        onProgress({ cell, round, rounds: mould.rounds, done, total, leftMs });
        const names = { scenario: cell.scenario.name, contender: cell.contender.name, level: cell.level, round };
        const paddingBytes = randomFor(seed, `padding ${done}`).below(MOST_PADDING_BYTES);
        try {
          const measured = await cell.scenario.observe(cell.entrant, cell.level, {
            ...inRound,
            seed: positions,
            paddingBytes,
          });
          observations.push({ ...names, sequence: done, ...withSetting(measured, paddingBytes) });
        } catch (error) {
          if (signal.aborted) {
            stoppedEarly = "interrupted";
            break rounds;
          }
          failures.push({ ...names, message: error instanceof Error ? error.message : String(error) });
        }
        done++;
      }
    }
    end();
    if (stoppedEarly === false) completedRounds++;
  }
  return { plan: { mode, rounds: mould.rounds, completedRounds, stoppedEarly }, observations, failures };
}

/** From the pace so far, and not beyond what the run may take. */
function timeLeft(elapsedMs: number, done: number, total: number, { limitMs }: Mould): number {
  return Math.min((elapsedMs / done) * (total - done), Math.max(0, limitMs - elapsedMs));
}

function withSetting(
  { pinnedTo, ...measured }: Measurement,
  paddingBytes: number,
): Omit<Measurement, "pinnedTo"> & Pick<Observation, "setting"> {
  return { ...measured, setting: { paddingBytes, ...(pinnedTo === undefined ? {} : { pinnedTo }) } };
}
