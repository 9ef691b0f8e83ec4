// A least distance in time between items.
import type { Context } from "../../future/context.ts";
import type { Future } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { sleep } from "../../time/sleep.ts";
import { End, type Source } from "../source.ts";

export class Throttle<T> implements Source<T> {
  private readonly source: Source<T>;
  private readonly durationMs: number;
  /** Runs from each item on until the next may pass. */
  private delay: Future<void> | null = null;

  constructor(source: Source<T>, durationMs: number) {
    this.source = source;
    this.durationMs = durationMs;
  }

  pollNext(cx: Context): Poll<T | End> {
    if (this.delay !== null) {
      if (this.delay.poll(cx) === Pending) return Pending;
      this.delay = null;
    }
    const item = this.source.pollNext(cx);
    if (item !== Pending && item !== End) this.delay = sleep(this.durationMs);
    return item;
  }

  drop(): void {
    this.delay?.drop();
    this.delay = null;
    this.source.drop();
  }
}
