// What a worker counts about itself, and where others read it.
import type { Words } from "../memory/words.ts";

/** What one worker has done since the runtime was started; of the present, `parked`. */
export interface WorkerMetrics {
  /** Tasks that it spawned. */
  readonly spawned: number;
  /** Polls of tasks, those of coroutines included, and drops of tasks that were aborted. */
  readonly polls: number;
  /** How often it stole. */
  readonly steals: number;
  /** Tasks that it got that way. */
  readonly stolenTasks: number;
  /** How often it went to sleep. */
  readonly parks: number;
  /** How often it looked for work of others. */
  readonly searches: number;
  /** Tasks that it put into the inject queue, because its own was full. */
  readonly injects: number;
  /** Wakes that it sent to the mailboxes of other threads. */
  readonly remoteWakes: number;
  /** How often a task of it had used up its cooperative budget. */
  readonly budgetYields: number;
}

/** In the order in which they are published. */
const NAMES = [
  "spawned",
  "polls",
  "steals",
  "stolenTasks",
  "parks",
  "searches",
  "injects",
  "remoteWakes",
  "budgetYields",
] as const satisfies readonly (keyof WorkerMetrics)[];

/** Counts take two words each: they go beyond 32 bits. */
const HIGH = 0x1_0000_0000;

/** Makes the counts of a worker known to other threads. */
export function publishMetrics(words: Words, at: number, metrics: WorkerMetrics): void {
  for (const [i, name] of NAMES.entries()) {
    const count = metrics[name];
    Atomics.store(words, at + 2 * i + 1, Math.floor(count / HIGH));
    Atomics.store(words, at + 2 * i, (count % HIGH) | 0);
  }
}

/** The counts that a worker published last. */
export function readMetrics(words: Words, at: number): WorkerMetrics {
  const count = (name: keyof WorkerMetrics): number => {
    const i = NAMES.indexOf(name);
    return Atomics.load(words, at + 2 * i + 1) * HIGH + (Atomics.load(words, at + 2 * i) >>> 0);
  };
  return {
    spawned: count("spawned"),
    polls: count("polls"),
    steals: count("steals"),
    stolenTasks: count("stolenTasks"),
    parks: count("parks"),
    searches: count("searches"),
    injects: count("injects"),
    remoteWakes: count("remoteWakes"),
    budgetYields: count("budgetYields"),
  };
}
