// The loads that are shared out: how many tasks there are, and how long each of them takes. What a task takes is given in rounds of
// one computation, about 1.5 ns each.

export interface Load {
  readonly name: string;
  readonly tasks: number;
  /** Rounds of the task with this index. */
  readonly rounds: (index: number) => number;
}

/** About ten microseconds. */
const TEN_US = 6700;

/** By the scenario's levels. */
export const LOADS: readonly Load[] = [
  { name: "balanced, 10 us", tasks: 2000, rounds: () => TEN_US },
  // The first tenth has half of the work.
  { name: "skewed", tasks: 2000, rounds: (index) => (index < 200 ? 5 * TEN_US : Math.round(TEN_US / 1.8)) },
  { name: "2 us", tasks: 10_000, rounds: () => TEN_US / 5 },
  { name: "tiny, 0.1 us", tasks: 20_000, rounds: () => 67 },
];

export function loadOf(level: number): Load {
  const load = LOADS[level - 1];
  if (load === undefined) throw new RangeError(`there is no load ${level}`);
  return load;
}

/** One task: Marsaglia's xorshift, which no compiler folds, so many times. Returns ten bits of it. */
export function work(index: number, rounds: number): number {
  let x = index + 1;
  for (let round = 0; round < rounds; round++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return (x >>> 0) & 1023;
}

/** All tasks from `from` on, up to `to`, one after the other. */
export function workAll({ rounds }: Load, from: number, to: number): number {
  let sum = 0;
  for (let index = from; index < to; index++) sum += work(index, rounds(index));
  return sum;
}
