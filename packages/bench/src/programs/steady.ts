// When a program has warmed up. What it does is timed in windows; it is steady when the last six of them agree:
//
//   - none is further than 15 % from their median: nothing is being compiled or thrown away in between,
//   - the medians of the earlier and the later three differ by less than 5 %: there is no trend.
//
// It warms up for the least time in any case, because a compiler may not even have begun, and for four times that at most. What is
// not steady by then is measured all the same, and the observation says so. The peer in Rust keeps the same rule.

const WINDOWS = 6;
const SPREAD = 0.15;
const TREND = 0.05;
/** The least time is cut into so many windows, if passes are short enough. */
const WINDOWS_IN_LEAST = 12;
const PATIENCE = 4;

/** How the warm-up ended. */
export interface Warmup {
  readonly passes: number;
  readonly steady: boolean;
  /** The mean time of a pass in the last window, in ms. */
  readonly passMs: number;
}

/** Whether the last windows agree; `times` are those of a pass in each window so far. */
export function isSteady(times: readonly number[]): boolean {
  if (times.length < WINDOWS) return false;
  const last = times.slice(-WINDOWS);
  const middle = median(last);
  const [earlier, later] = [median(last.slice(0, WINDOWS / 2)), median(last.slice(WINDOWS / 2))];
  return (
    last.every((time) => Math.abs(time - middle) <= SPREAD * middle) && Math.abs(later - earlier) <= TREND * middle
  );
}

/**
 * Repeats `pass` until it is steady.
 *
 * @param leastMs for how long in any case
 * @param leastPasses how often in any case
 */
export async function warmUp(pass: () => unknown, leastMs: number, leastPasses: number): Promise<Warmup> {
  const windowMs = leastMs / WINDOWS_IN_LEAST;
  const times: number[] = [];
  const began = performance.now();
  let windowBegan = began;
  let passesInWindow = 0;
  for (let passes = 1; ; passes++) {
    const doing = pass();
    if (doing instanceof Promise) await doing;
    passesInWindow++;
    const now = performance.now();
    if (now - windowBegan < windowMs) continue;
    times.push((now - windowBegan) / passesInWindow);
    windowBegan = now;
    passesInWindow = 0;
    const isLeast = now - began >= leastMs && passes >= leastPasses;
    const steady = isSteady(times);
    const isOver = now - began >= PATIENCE * leastMs && passes >= leastPasses;
    if (isOver || (isLeast && steady)) return { passes, steady, passMs: times.at(-1) ?? 0 };
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}
