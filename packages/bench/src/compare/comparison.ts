// Two runs side by side: what was counted first, then what was timed, and whether anything is worse.
import { figure } from "../claims/index.ts";
import type { Run } from "../record/run.ts";
import { comparable } from "../record/comparable.ts";
import { type ExactCount, exactCounts } from "./counts.ts";
import { type Difference, differences, type Verdict } from "./differences.ts";
import { type Explanation, explanationOf } from "./explanations.ts";
import { isYardstick, yardsticks } from "./pairs.ts";
import { type Absence, sharedPlaces, sideOf } from "./places.ts";

/** Differences below 2 % decide nothing, unless asked for otherwise: interleaved rounds of the same program differ by less. */
export const LEAST_EFFECT = 0.02;

/** How strictly runs are compared, and what is known beforehand. */
export interface ComparisonOptions {
  /** Relative differences below it count as none. */
  readonly leastEffect?: number;
  readonly explanations?: readonly Explanation[];
}

/** What became of all that two runs share. */
export interface RunComparison {
  readonly base: Run;
  readonly head: Run;
  /** Whether they were made in one session, and are paired by round. */
  readonly paired: boolean;
  readonly leastEffect: number;
  /** Counts without noise, at all places that both runs have. */
  readonly counts: readonly ExactCount[];
  /** Everything else: regressions first, and within a verdict what tells of work before what tells of time. */
  readonly differences: readonly Difference[];
  readonly absences: readonly Absence[];
  /** What to know before trusting the verdicts. */
  readonly cautions: readonly string[];
  /** Whether anything is worse: a regression, a count that is not explained, or what fails now and did not. */
  readonly isWorse: boolean;
}

/** Two runs that cannot be compared; the message says why. */
export class NothingSharedError extends Error {
  override readonly name = "NothingSharedError";
}

/** The same runs give the same comparison, to the last digit. @throws NothingSharedError when no place is in both */
export function compareRuns(base: Run, head: Run, options: ComparisonOptions = {}): RunComparison {
  const { leastEffect = LEAST_EFFECT, explanations = [] } = options;
  const paired = base.plan.session !== undefined && base.plan.session === head.plan.session;
  const question = { base: sideOf(base), head: sideOf(head), paired, leastEffect };
  const { places, absences, unlike } = sharedPlaces(question.base, question.head);
  if (places.length === 0) {
    const why = unlike.length > 0 ? unlike : absences.slice(0, 3).map(({ name, because }) => `${name}: ${because}`);
    throw new NothingSharedError(`the runs have nothing in common that could be compared. ${why.join(". ")}`.trim());
  }
  const judged = places.filter((place) => !isYardstick(place));
  const counts = exactCounts(question.base, question.head, judged, explanations);
  const exact = new Set(counts.map(({ place, name }) => `${name} ${place.name}`));
  const found = differences(question, places, (place, { id }) => exact.has(`${id} ${place.name}`));
  return {
    ...{ base, head, paired, leastEffect, counts, absences },
    differences: found.toSorted((a, b) => rank(a) - rank(b)),
    cautions: [
      ...comparable(base.environment, head.environment).map(
        (unlikeness) => `The machines are not alike: ${unlikeness}.`,
      ),
      ...unlike.map((sentence) => `${sentence}.`),
      ...moved(question.paired ? [] : yardsticks(question, places)),
      ...unused(explanations, counts),
      ...[base, head].flatMap((run, index) => stopped(run, index === 0 ? "base" : "head")),
    ],
    isWorse:
      found.some(({ verdict }) => verdict === "regressed") ||
      counts.some(({ verdict }) => verdict === "regressed") ||
      absences.some(({ failed, presentIn }) => failed && presentIn === "base"),
  };
}

const ORDER: Readonly<Record<Verdict, number>> = { regressed: 0, improved: 2, unknown: 4, "within noise": 6 };

function rank({ verdict, isWork }: Difference): number {
  return ORDER[verdict] + (isWork ? 0 : 1);
}

/** The machine, or the programs in C, changed between the runs. */
function moved(changes: ReturnType<typeof yardsticks>): string[] {
  return changes
    .filter(({ change }) => change.low > LEAST_EFFECT || change.high < -LEAST_EFFECT)
    .map(
      ({ name, change }) =>
        `${name}, which stands for the machine, moved by ${figure(100 * change.value)} % from one run to the other: so may everything else. ` +
        "Runs that are interleaved (--git) do not have this doubt.",
    );
}

function unused(explanations: readonly Explanation[], counts: readonly ExactCount[]): string[] {
  return explanations
    .filter(
      (explanation) =>
        !counts.some(
          ({ verdict, name, place }) =>
            verdict === "explained" &&
            explanationOf([explanation], {
              scenario: place.scenario.name,
              contender: place.contender.name,
              count: name,
            }),
        ),
    )
    .map(({ about }) => `Nothing that differs is explained by "${about}".`);
}

function stopped({ plan }: Run, side: string): string[] {
  if (plan.stoppedEarly === false) return [];
  const why = plan.stoppedEarly === "time" ? "its time was up" : "it was interrupted";
  return [`The run of ${side} ended after ${plan.completedRounds} of ${plan.rounds} rounds, because ${why}.`];
}
