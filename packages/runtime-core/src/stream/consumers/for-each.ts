// Something to do for each item of a stream.
import { dropAll } from "../../combinators/drop-all.ts";
import type { Context } from "../../future/context.ts";
import { PolledAfterCompletionError } from "../../future/errors.ts";
import { Future } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { End, type Source } from "../source.ts";

export class ForEach<T> extends Future<void> {
  /** Null once done. */
  private source: Source<T> | null;
  private readonly act: (item: T) => void | Future<unknown>;
  /** What the latest item started, until it has finished. */
  private action: Future<unknown> | null = null;

  constructor(source: Source<T>, act: (item: T) => void | Future<unknown>) {
    super();
    this.source = source;
    this.act = act;
  }

  override poll(cx: Context): Poll<void> {
    const { source } = this;
    if (source === null) throw new PolledAfterCompletionError("forEach of a stream");
    try {
      for (;;) {
        if (this.action === null) {
          const item = source.pollNext(cx);
          if (item === Pending) return Pending;
          if (item === End) break;
          this.action = this.act(item) ?? null;
        }
        if (this.action !== null && !this.finishes(this.action, cx)) return Pending;
      }
    } catch (error) {
      this.drop();
      throw error;
    }
    this.source = null;
    return undefined;
  }

  private finishes(action: Future<unknown>, cx: Context): boolean {
    this.action = null;
    if (action.poll(cx) !== Pending) return true;
    this.action = action;
    return false;
  }

  override drop(): void {
    const { source, action } = this;
    this.source = this.action = null;
    dropAll([action, source]);
  }
}
