// A limit on how long each item may take.
import type { Context } from "../../future/context.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { type Sleep, sleep } from "../../time/sleep.ts";
import { ElapsedError } from "../../time/timeout.ts";
import type { End, Source } from "../source.ts";

export class Timeout<T> implements Source<T> {
  private readonly source: Source<T>;
  private readonly durationMs: number;
  /** Runs while an item is waited for. */
  private delay: Sleep | null = null;
  /** The wait in progress was reported as too long: it is reported once. */
  private reported = false;

  constructor(source: Source<T>, durationMs: number) {
    this.source = source;
    this.durationMs = durationMs;
  }

  pollNext(cx: Context): Poll<T | End> {
    const item = this.pollSource(cx);
    if (item !== Pending) {
      this.endWait();
      return item;
    }
    if (this.reported) return Pending;
    this.delay ??= sleep(this.durationMs);
    // Without regard to the budget: a source that has used it up is late all the same.
    if (!this.delay.hasPassed(cx)) return Pending;
    this.endWait();
    this.reported = true;
    throw new ElapsedError(this.durationMs);
  }

  private pollSource(cx: Context): Poll<T | End> {
    try {
      return this.source.pollNext(cx);
    } catch (error) {
      this.endWait();
      throw error;
    }
  }

  private endWait(): void {
    this.delay?.drop();
    this.delay = null;
    this.reported = false;
  }

  drop(): void {
    this.endWait();
    this.source.drop();
  }
}
