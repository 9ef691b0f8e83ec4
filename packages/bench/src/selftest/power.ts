// How likely the self-test finds what is put in, before anything is measured: made-up runs on a machine whose processes differ by a known
// amount, judged by the code that judges the real one. The seed is fixed, so the rates are facts about the code.
import type { ContenderRecord, Observation, Run } from "../record/run.ts";
import { RUN_SCHEMA_VERSION } from "../record/run.ts";
import { recordOf } from "../runner/run.ts";
import { type Random, randomFor } from "../statistics/index.ts";
import { AS_IS, INJECTED, isFound, SLOWED, slowed } from "./injected.ts";
import { normal, NOWHERE } from "./synthetic.ts";

/** What the same program differs by from process to process on a machine that has nothing else to do. */
const USUAL_SCATTER = 0.03;
const RUNS = 200;

const ITSELF: ContenderRecord = { name: "direct-call", description: "", kind: "blocking" };
const TWIN: ContenderRecord = { ...ITSELF, name: "direct-call (twin)", twinOf: ITSELF.name };

/** The share of runs with so many rounds in which the slowdown to so many steps is found. */
export function powerOf(steps: number, rounds: number, scatter: number = USUAL_SCATTER): number {
  const random = randomFor(21, `${steps} steps`);
  let found = 0;
  for (let run = 0; run < RUNS; run++) {
    if (isFound(madeUp([AS_IS, steps], rounds, scatter, random), steps)) found++;
  }
  return found / RUNS;
}

/** A sentence about each slowdown. */
export function describePower(rounds: number): string {
  const rates = SLOWED.map(
    (steps) => `a slowdown of ${steps - AS_IS} % in ${Math.round(100 * powerOf(steps, rounds))} %`,
  );
  return (
    `Where processes of one program differ by ${100 * USUAL_SCATTER} % (standard deviation), ${rounds} rounds find ` +
    `${rates.join(" and ")} of runs.`
  );
}

function madeUp(levels: readonly number[], rounds: number, scatter: number, random: Random): Run {
  const observations = [ITSELF, TWIN].flatMap(({ name }) =>
    levels.flatMap((level) =>
      Array.from({ length: rounds }, (_, round): Observation => ({
        ...{ scenario: slowed.name, contender: name, level, round, sequence: 0, operations: 1 },
        ...{ elapsedNs: level * Math.exp(scatter * normal(random)), cpuNs: 0, cpuUserNs: 0, cpuSystemNs: 0 },
      })),
    ),
  );
  return {
    schemaVersion: RUN_SCHEMA_VERSION,
    ...{ startedAt: "1970-01-01T00:00:00Z", elapsedMs: 0, seed: 1, skipped: [], failures: [], observations },
    plan: { mode: "default", rounds, completedRounds: rounds, stoppedEarly: false },
    environment: NOWHERE,
    scenarios: INJECTED.map(recordOf),
    contenders: [ITSELF, TWIN],
  };
}
