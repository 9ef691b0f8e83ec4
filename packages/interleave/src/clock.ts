// Vector clocks: for each thread, how much of it is known to have happened before.

/** The entry at a thread's own number counts its own releases; the others say what it has learnt of them. */
export type Clock = number[];

export function newClock(threads: number): Clock {
  const clock: Clock = [];
  reset(clock, threads);
  return clock;
}

/** Makes `clock` say that nothing is known. */
export function reset(clock: Clock, threads: number): void {
  clock.length = threads;
  for (let thread = 0; thread < threads; thread++) clock[thread] = 0;
}

/** Learns what `other` knows. */
export function join(clock: Clock, other: Clock): void {
  for (let thread = 0; thread < clock.length; thread++) {
    const known = other[thread] ?? 0;
    if (known > (clock[thread] ?? 0)) clock[thread] = known;
  }
}

/** Makes `clock` say what `other` says, and no more. */
export function assign(clock: Clock, other: Clock): void {
  for (let thread = 0; thread < clock.length; thread++) clock[thread] = other[thread] ?? 0;
}
