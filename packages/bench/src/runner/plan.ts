// What a run is going to observe, and in which order.
import { contenders } from "../contenders/index.ts";
import type { Contender } from "../contenders/index.ts";
import type { Plan, Skip } from "../record/run.ts";
import type { Entrant, Scenario } from "../scenarios/index.ts";
import { randomFor, shuffled } from "../statistics/index.ts";

/** One contender at one level of one scenario: what is observed once in each round. */
export interface Cell {
  readonly scenario: Scenario;
  readonly contender: Contender;
  readonly entrant: Entrant;
  readonly level: number;
}

export type Mode = Plan["mode"];

export interface Selection {
  readonly cells: readonly Cell[];
  readonly skipped: readonly Skip[];
  /** Whoever is among the cells or the skipped. */
  readonly contenders: readonly Contender[];
}

/** What a run is to observe of one scenario. */
export interface Wanted {
  readonly scenario: Scenario;
  /** The names of its contenders; a twin comes with the one that it repeats. */
  readonly contenders: ReadonlySet<string>;
  /** Ascending. */
  readonly levels: readonly number[];
  /** By contender, twins among them: those of the levels at which it is wanted, where not at all of them. */
  readonly levelsOf?: ReadonlyMap<string, readonly number[]>;
  /** The name of a contender that is observed twice where the scenario has no twin of its own, to know the noise. */
  readonly repeated?: string;
}

/** Everything of a scenario. */
export function allOf(scenario: Scenario, mode: Mode): Wanted {
  return {
    scenario,
    contenders: new Set(Object.keys(scenario.entrants)),
    levels: mode === "quick" ? scenario.quickLevels : scenario.levels,
  };
}

/** The cells that this machine can run, and for every other one the reason why not. */
export function select(wanted: readonly Wanted[]): Selection {
  const cells: Cell[] = [];
  const skipped: Skip[] = [];
  const takingPart = new Map<string, Contender>();
  for (const { scenario, contenders: chosen, levels, levelsOf, repeated } of wanted) {
    for (const { contender, entrant } of candidatesOf(scenario, repeated)) {
      if (!chosen.has(contender.twinOf ?? contender.name)) continue;
      takingPart.set(contender.name, contender);
      const names = { scenario: scenario.name, contender: contender.name };
      const missing = missingFor(scenario, contender);
      if (missing !== undefined) {
        skipped.push({ ...names, reason: missing });
        continue;
      }
      const own = levelsOf?.get(contender.name);
      for (const level of levels) {
        if (own?.includes(level) === false) continue;
        const { maximumLevel } = entrant;
        if (maximumLevel !== undefined && level > maximumLevel.level) {
          skipped.push({ ...names, level, reason: maximumLevel.reason });
        } else {
          cells.push({ scenario, contender, entrant, level });
        }
      }
    }
  }
  return { cells, skipped, contenders: [...takingPart.values()] };
}

interface Candidate {
  readonly contender: Contender;
  readonly entrant: Entrant;
}

/** Those of the registry, and their twins: those that the scenario names, and the one that is to be repeated. */
function candidatesOf({ entrants }: Scenario, repeated: string | undefined): Candidate[] {
  return contenders.flatMap((contender) => {
    const entrant = entrants[contender.name];
    if (entrant === undefined) return [];
    const twin = twinOf(contender);
    const repetition = entrants[twin.name] ?? (contender.name === repeated ? entrant : undefined);
    const itself = { contender, entrant };
    return repetition === undefined ? [itself] : [itself, { contender: twin, entrant: repetition }];
  });
}

/** The same program under another name. */
function twinOf(contender: Contender): Contender {
  return {
    ...contender,
    name: `${contender.name} (twin)`,
    description: "The same program once more: what differs is noise",
    twinOf: contender.name,
  };
}

function missingFor(scenario: Scenario, contender: Contender): string | undefined {
  for (const requirement of [...(scenario.needs ?? []), ...contender.needs, ...(contender.prepare ?? [])]) {
    const reason = requirement();
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/**
 * All cells once, in an order of this round's own: scenario after scenario, so that what is compared is observed close together, and
 * contenders and levels of one mixed.
 */
export function orderOfRound(cells: readonly Cell[], seed: number, round: number): readonly (readonly Cell[])[] {
  const random = randomFor(seed, `order of round ${round}`);
  const blocks = [...Map.groupBy(cells, ({ scenario }) => scenario).values()];
  return shuffled(blocks, random).map((block) => shuffled(block, random));
}
