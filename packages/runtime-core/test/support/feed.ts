// A stream that is fed by the test and that counts what is done to it.
import { type Context, Pending, type Poll, type Waker } from "../../src/future/index.ts";
import { End, type Source } from "../../src/stream/index.ts";

export class Feed<T> implements Source<T> {
  polls = 0;
  drops = 0;
  waker: Waker | null = null;
  private readonly queue: ({ readonly item: T | End } | { readonly error: unknown })[] = [];
  private over = false;

  /** @param items what it begins with */
  constructor(...items: T[]) {
    this.add(...items);
  }

  /** Adds items without waking anyone. */
  add(...items: T[]): this {
    for (const item of items) this.queue.push({ item });
    return this;
  }

  push(...items: T[]): void {
    this.add(...items);
    this.waker?.wake();
  }

  end(): this {
    this.queue.push({ item: End });
    this.waker?.wake();
    return this;
  }

  fail(error: unknown): void {
    this.queue.push({ error });
    this.waker?.wake();
  }

  /** @throws when it is polled after its end or after it was dropped, which nothing here may do */
  pollNext(cx: Context): Poll<T | End> {
    if (this.over || this.drops > 0) throw new Error("the feed was polled after it had ended or been dropped");
    this.polls++;
    const step = this.queue.shift();
    if (step === undefined) {
      this.waker = cx.waker;
      return Pending;
    }
    this.waker = null;
    if ("error" in step) throw step.error;
    if (step.item === End) this.over = true;
    return step.item;
  }

  drop(): void {
    if (this.over) return;
    this.drops++;
    this.waker = null;
  }
}
