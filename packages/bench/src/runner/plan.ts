// What a run is going to observe, and in which order.
import { contenders } from "../contenders/index.ts";
import type { Contender } from "../contenders/index.ts";
import type { Plan, Skip } from "../record/run.ts";
import type { Scenario } from "../scenarios/index.ts";
import { randomFor, shuffled } from "../statistics/index.ts";

/** One contender at one level of one scenario: what is observed once in each round. */
export interface Cell {
  readonly scenario: Scenario;
  readonly contender: Contender;
  readonly level: number;
}

export type Mode = Plan["mode"];

export interface Mould {
  readonly rounds: number;
  /** No round is begun that would end after it. */
  readonly limitMs: number;
}

/** Over the headline, a quick run answers within a minute, a default one within three; a full one takes the time that it takes. */
const MODES: Readonly<Record<Mode, Mould>> = {
  quick: { rounds: 3, limitMs: 50_000 },
  default: { rounds: 6, limitMs: 160_000 },
  full: { rounds: 30, limitMs: Infinity },
};

/** What a run is cast in. The promise about its time is for the headline alone: micro-benchmarks take the time that they take. */
export function mouldOf(mode: Mode, scenarios: readonly Scenario[]): Mould {
  const { rounds, limitMs } = MODES[mode];
  return { rounds, limitMs: scenarios.every(({ group }) => group === "headline") ? limitMs : Infinity };
}

export interface Selection {
  readonly cells: readonly Cell[];
  readonly skipped: readonly Skip[];
}

/** The cells that this machine can run, and for every other one the reason why not. */
export function select(scenarios: readonly Scenario[], mode: Mode): Selection {
  const cells: Cell[] = [];
  const skipped: Skip[] = [];
  for (const scenario of scenarios) {
    for (const contender of contenders) {
      const entrant = scenario.entrants[contender.name];
      if (entrant === undefined) continue;
      const names = { scenario: scenario.name, contender: contender.name };
      const missing = missingFor(scenario, contender);
      if (missing !== undefined) {
        skipped.push({ ...names, reason: missing });
        continue;
      }
      for (const level of levelsOf(scenario, mode)) {
        const { maximumLevel } = entrant;
        if (maximumLevel !== undefined && level > maximumLevel.level) {
          skipped.push({ ...names, level, reason: maximumLevel.reason });
        } else {
          cells.push({ scenario, contender, level });
        }
      }
    }
  }
  return { cells, skipped };
}

export function levelsOf(scenario: Scenario, mode: Mode): readonly number[] {
  return mode === "quick" ? scenario.quickLevels : scenario.levels;
}

function missingFor(scenario: Scenario, contender: Contender): string | undefined {
  for (const requirement of [...(scenario.needs ?? []), ...contender.needs, ...(contender.prepare ?? [])]) {
    const reason = requirement();
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** All cells once, in an order of this round's own. */
export function orderOfRound(cells: readonly Cell[], seed: number, round: number): readonly Cell[] {
  return shuffled(cells, randomFor(seed, `order of round ${round}`));
}
