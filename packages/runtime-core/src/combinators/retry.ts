// Trying again what failed, after waits that grow. Relies on the runtime's timers for the waits and on its random source for
// the jitter, so a seed and a paused clock repeat a run exactly.
import { asyncFn } from "../future/coroutine.ts";
import { currentContext, type Future, type Suspension } from "../future/future.ts";
import { sleep } from "../time/sleep.ts";

/**
 * How much of a wait is left to chance, so that those who failed together do not come back together: `full`, from nothing to
 * the whole of it; `equal`, the second half; `none`. The names and the figures behind them are in "Exponential Backoff And
 * Jitter", AWS Architecture Blog, 2015.
 */
export type Jitter = "full" | "equal" | "none";

/** How often to try, how long to wait in between, and when to give up. */
export interface RetryOptions {
  /** How often to try in all, at least once; `Infinity` never gives up. */
  readonly attempts: number;
  /** Before the second attempt; 0 when not given. Each further wait is `factor` times as long. */
  readonly delayMs?: number;
  /** At least 1; 2 when not given. */
  readonly factor?: number;
  /** No wait is longer; `Infinity` when not given. */
  readonly maxDelayMs?: number;
  /** `full` when not given. */
  readonly jitter?: Jitter;
  /** Whether to go on after `error`, which ended attempt number `attempt`, the first being 1. Always, when not given. */
  readonly retryIf?: (error: unknown, attempt: number) => boolean;
}

type Policy = Required<RetryOptions>;

const run = asyncFn(function* <T>(
  attemptOnce: (attempt: number) => Future<T>,
  policy: Policy,
): Generator<Suspension, T, unknown> {
  for (let attempt = 1; ; attempt++) {
    try {
      return yield* attemptOnce(attempt);
    } catch (error) {
      if (attempt >= policy.attempts || !policy.retryIf(error, attempt)) throw error;
    }
    // Also a wait of nothing takes from the budget: attempts that fail at once let the other tasks run.
    yield* sleep(delayAfter(attempt, policy));
  }
});

/** How long to wait after attempt number `attempt`. Draws from the random source of the runtime in progress. */
function delayAfter(attempt: number, policy: Policy): number {
  // Without a delay there is nothing to multiply, and 0 * Infinity is not a number.
  const growth = policy.delayMs === 0 ? 0 : policy.delayMs * policy.factor ** (attempt - 1);
  const wholeMs = Math.min(growth, policy.maxDelayMs);
  if (policy.jitter === "none") return wholeMs;
  const share = currentContext().runtime.random.below(2 ** 32) / 2 ** 32;
  return policy.jitter === "full" ? wholeMs * share : (wholeMs / 2) * (1 + share);
}

/**
 * Awaits the futures that `attemptOnce` makes, one after another, until one returns a value. Gives up, with the error of the last
 * attempt, when all attempts are used up or `retryIf` says so. Limit each attempt with `timeout` inside, and all of them
 * together with `timeout` outside.
 *
 * @throws RangeError unless the options are in their bounds
 */
export function retry<T>(attemptOnce: (attempt: number) => Future<T>, options: RetryOptions): Future<T> {
  const policy: Policy = {
    delayMs: 0,
    factor: 2,
    maxDelayMs: Infinity,
    jitter: "full",
    retryIf: () => true,
    ...options,
  };
  atLeast("attempts", policy.attempts, 1);
  atLeast("delayMs", policy.delayMs, 0);
  atLeast("factor", policy.factor, 1);
  atLeast("maxDelayMs", policy.maxDelayMs, 0);
  if (policy.attempts !== Infinity && !Number.isInteger(policy.attempts))
    throw new RangeError(`retry expects a whole number of attempts, but was given ${policy.attempts}`);
  return run(attemptOnce, policy);
}

function atLeast(name: string, value: number, least: number): void {
  if (!(value >= least)) throw new RangeError(`retry expects ${name} to be at least ${least}, but was given ${value}`);
}
