// What a run is cast in: how many rounds, how long it may take, and how much time one observation gets.
import type { Scenario } from "../scenarios/index.ts";
import type { Mode } from "./plan.ts";

/** What a self-measured program may take for one observation. */
export interface Budget {
  /** It warms up at least as long. */
  readonly warmupMs: number;
  /** What it measures takes at least about as long. */
  readonly batchMs: number;
}

export interface Mould {
  readonly rounds: number;
  /** No round is begun that would end after it. */
  readonly limitMs: number;
  readonly budget: Budget;
}

/** Longer than the compiler takes for any of the workloads, on a busy machine too. */
const THOROUGH: Budget = { warmupMs: 500, batchMs: 50 };
/** Long enough for most: who is not steady yet gets more, and more rounds are worth more than longer ones. */
const EVEN: Budget = { warmupMs: 200, batchMs: 50 };
/** The compiler is done with the hot loop of many workloads; what is not steady by then is recorded as such. */
const BRIEF: Budget = { warmupMs: 40, batchMs: 15 };

/** Over the headline, a quick run answers within a minute, a default one within three; a full one takes the time that it takes. */
const HEADLINE: Readonly<Record<Mode, Mould>> = {
  quick: { rounds: 3, limitMs: 50_000, budget: THOROUGH },
  default: { rounds: 6, limitMs: 160_000, budget: THOROUGH },
  full: { rounds: 30, limitMs: Infinity, budget: THOROUGH },
};

const MINUTE_MS = 60_000;
/** Beyond it, a run that has time takes no more. */
const MOST_ROUNDS = 30;

/** Over the whole ledger, a quick run answers within three minutes, and two full ones within an hour. */
const CLAIMS: Readonly<Record<Mode, Mould>> = {
  quick: { rounds: 3, limitMs: 174_000, budget: BRIEF },
  default: { rounds: 6, limitMs: 20 * MINUTE_MS, budget: EVEN },
  full: { rounds: MOST_ROUNDS, limitMs: 27 * MINUTE_MS, budget: EVEN },
};

/**
 * For scenarios. The promise about its time is for the headline alone: micro-benchmarks take the time that they take.
 *
 * @param rounds instead of the mode's own, however long they take
 */
export function mouldOf(mode: Mode, scenarios: readonly Scenario[], rounds?: number): Mould {
  const mould = HEADLINE[mode];
  if (rounds !== undefined) return { ...mould, rounds, limitMs: Infinity };
  return scenarios.every(({ group }) => group === "headline") ? mould : { ...mould, limitMs: Infinity };
}

/** What a user may ask of the length of a run instead of the mode's own. */
export interface Length {
  /** So many, however long they take. */
  readonly rounds?: number | undefined;
  /** As many rounds as end within it, up to thirty. */
  readonly minutes?: number | undefined;
}

/** For claims. */
export function claimsMould(mode: Mode, { rounds, minutes }: Length = {}): Mould {
  const mould = CLAIMS[mode];
  if (rounds !== undefined) return { ...mould, rounds, limitMs: Infinity };
  return minutes === undefined ? mould : { ...mould, rounds: MOST_ROUNDS, limitMs: minutes * MINUTE_MS };
}
