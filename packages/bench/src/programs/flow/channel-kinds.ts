// What channels are for, each beside the one that would do instead, as the levels of the scenario.

export const RECEIVERS = 16;
/** Messages to all receivers between two turns in which these can receive. */
export const BURST = 64;
/** Room for several bursts: a turn of the sender may come before that of a receiver. */
export const CAPACITY: number = 4 * BURST;

/** By level. */
export const KINDS: readonly string[] = [
  "one value over a oneshot",
  "one value over an mpsc",
  "to sixteen over a broadcast",
  "to sixteen over an mpsc each",
  "the latest over a watch",
  "the latest over a broadcast",
];
