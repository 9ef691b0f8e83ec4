// Arrays of items: full ones, those that a time limit cuts short, and whatever is there. An error of the source passes at once
// and leaves the items gathered so far to the next array.
import type { Context } from "../../future/context.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { type Sleep, sleep } from "../../time/sleep.ts";
import { End, ended, type Source } from "../source.ts";

/** Full arrays; only the last one may be shorter. */
export class Chunks<T> implements Source<T[]> {
  private source: Source<T>;
  protected items: T[] = [];
  private readonly size: number;

  constructor(source: Source<T>, size: number) {
    this.source = source;
    this.size = size;
  }

  pollNext(cx: Context): Poll<T[] | End> {
    for (;;) {
      const item = this.source.pollNext(cx);
      if (item === Pending) return this.items.length === 0 ? Pending : this.cutShort(cx);
      if (item === End) {
        // After a last array it is polled once more.
        this.source = ended;
        return this.items.length === 0 ? End : this.take();
      }
      this.items.push(item);
      if (this.items.length === this.size) return this.take();
    }
  }

  /** There are items, but none more for now: what to do? */
  protected cutShort(_cx: Context): Poll<T[]> {
    return Pending;
  }

  protected take(): T[] {
    const { items } = this;
    this.items = [];
    return items;
  }

  drop(): void {
    this.items = [];
    this.source.drop();
  }
}

/** Arrays of what is there without waiting. */
export class ReadyChunks<T> extends Chunks<T> {
  protected override cutShort(): T[] {
    return this.take();
  }
}

/** Arrays that are full, or that hold what came within a time from their first item. */
export class ChunksTimeout<T> extends Chunks<T> {
  private readonly durationMs: number;
  /** Runs while an array waits for more. */
  private delay: Sleep | null = null;

  constructor(source: Source<T>, size: number, durationMs: number) {
    super(source, size);
    this.durationMs = durationMs;
  }

  protected override cutShort(cx: Context): Poll<T[]> {
    this.delay ??= sleep(this.durationMs);
    // Its budget is the source's: a source that has used it up is late all the same.
    return this.delay.hasPassed(cx) ? this.take() : Pending;
  }

  protected override take(): T[] {
    this.dropDelay();
    return super.take();
  }

  private dropDelay(): void {
    this.delay?.drop();
    this.delay = null;
  }

  override drop(): void {
    this.dropDelay();
    super.drop();
  }
}
