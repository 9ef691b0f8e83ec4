// How many turns tasks have between two looks at what has happened outside. Looking costs a system call, so between short turns it is
// done seldom; but a timer or a connection is not to wait for hundreds of long ones.
//
// Every tick that used all its turns, and follows one that did, tells how long turns are: the next has as many as fit into a
// millisecond. Where there was less to do than a tick allows, nothing is measured, and nothing kept waiting.
import type { Clock } from "@pollab/runtime-core/time";

/** Turns of a tick of which nothing is known yet; about as many as tokio's. */
const FIRST = 64;
const MOST = 256;
/** What a tick should take at most. */
const TICK_MS = 1;
const NEVER = -1;

export class Pace {
  /** Turns of the next tick. */
  turns: number;
  private readonly fixed: boolean;
  /** When the last tick ended, if it used all its turns. */
  private lastFullMs = NEVER;

  /** @param turns of every tick; unless given, as many as fit */
  constructor(turns?: number) {
    this.turns = turns ?? FIRST;
    this.fixed = turns !== undefined;
  }

  /** The tick has used its turns, and tasks are left that want one. */
  full(clock: Clock): void {
    if (this.fixed) return;
    const nowMs = clock.nowMs();
    if (this.lastFullMs !== NEVER) {
      const elapsedMs = nowMs - this.lastFullMs;
      const fitting = elapsedMs > 0 ? Math.floor((this.turns * TICK_MS) / elapsedMs) : MOST;
      // Long turns count at once; that they have become short is believed step by step.
      this.turns = Math.max(1, Math.min(fitting, 2 * this.turns, MOST));
    }
    this.lastFullMs = nowMs;
  }

  /** The tick begins now: what has passed since the last one was not the tasks' doing. */
  begin(clock: Clock): void {
    if (this.lastFullMs !== NEVER) this.lastFullMs = clock.nowMs();
  }

  /** The tick had turns left. */
  spare(): void {
    if (this.fixed) return;
    this.lastFullMs = NEVER;
    if (this.turns < FIRST) this.turns = FIRST;
  }
}
