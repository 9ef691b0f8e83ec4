// The event of the workload with spurious wakes, and how a pass is composed. Each event is preceded by the same number of turns; in
// some of them the waiting task is woken for nothing. So two levels differ in the spurious polls alone.

/** Turns before each event. */
export const TURNS = 10;
