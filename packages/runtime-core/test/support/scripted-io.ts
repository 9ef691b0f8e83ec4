// Sources and destinations of bytes that do what a script says: how much at a time, when to wait, when to fail. They know nothing
// of budgets, as those of a user may, and hold a waker exactly while somebody waits.
import fc from "fast-check";
import { type Context, type Future, Pending, type Poll, type Waker } from "../../src/future/index.ts";
import type { AsyncRead, AsyncSeek, AsyncWrite, Whence } from "../../src/io/index.ts";
import { HandDriven } from "./bench-stand.ts";

/** What may leave a waker behind. */
export interface Waiting {
  /** The wakers that are held. */
  readonly held: readonly Waker[];
  /** Calls them, as the event that they wait for would. */
  wakeAll(): void;
}

export type ReadStep = Uint8Array | "wait" | Error;

/** Reads what the script says; then it is at its end. */
export class ScriptedReader implements AsyncRead, Waiting {
  polls = 0;
  private readonly steps: ReadStep[];
  private waker: Waker | null = null;

  constructor(steps: readonly ReadStep[]) {
    this.steps = [...steps];
  }

  get held(): readonly Waker[] {
    return this.waker === null ? [] : [this.waker];
  }

  /** What has not been read. */
  get left(): Uint8Array {
    return concat(this.steps.filter((step) => step instanceof Uint8Array));
  }

  wakeAll(): void {
    const { waker } = this;
    this.waker = null;
    waker?.wake();
  }

  pollRead(cx: Context, view: Uint8Array): Poll<number> {
    this.polls++;
    this.waker = null;
    const step = this.steps[0];
    if (step === undefined || view.byteLength === 0) return 0;
    this.steps.shift();
    if (step === "wait") {
      this.waker = cx.waker;
      return Pending;
    }
    if (step instanceof Error) throw step;
    const n = Math.min(view.byteLength, step.byteLength);
    view.set(step.subarray(0, n));
    if (n < step.byteLength) this.steps.unshift(step.subarray(n));
    return n;
  }

  forgetReader(): void {
    this.waker = null;
  }
}

/** A number is the most bytes that one write takes. */
export type WriteStep = number | "wait" | Error;

/** Takes what the script says; then everything. */
export class ScriptedWriter implements AsyncWrite, Waiting {
  /** The number of bytes of each write that took some, `"flush"` and `"shutdown"`. */
  readonly log: (number | "flush" | "shutdown")[] = [];
  protected readonly taken: Uint8Array[] = [];
  private readonly writes: WriteStep[];
  private readonly flushes: ("wait" | Error)[];
  private waker: Waker | null = null;

  /** @param flushes what flushes and shutdowns do before they are ready */
  constructor(writes: readonly WriteStep[] = [], flushes: readonly ("wait" | Error)[] = []) {
    this.writes = [...writes];
    this.flushes = [...flushes];
  }

  get held(): readonly Waker[] {
    return this.waker === null ? [] : [this.waker];
  }

  get received(): Uint8Array {
    return concat(this.taken);
  }

  wakeAll(): void {
    const { waker } = this;
    this.waker = null;
    waker?.wake();
  }

  pollWrite(cx: Context, view: Uint8Array): Poll<number> {
    return this.take(cx, view);
  }

  pollFlush(cx: Context): Poll<void> {
    return this.settle(cx, "flush");
  }

  pollShutdown(cx: Context): Poll<void> {
    return this.settle(cx, "shutdown");
  }

  forgetWriter(): void {
    this.waker = null;
  }

  protected take(cx: Context, view: Uint8Array): Poll<number> {
    this.waker = null;
    const step = this.writes.shift() ?? Infinity;
    if (step === "wait") {
      this.waker = cx.waker;
      return Pending;
    }
    if (step instanceof Error) throw step;
    const n = Math.min(step, view.byteLength);
    this.taken.push(view.slice(0, n));
    this.log.push(n);
    return n;
  }

  private settle(cx: Context, what: "flush" | "shutdown"): Poll<void> {
    this.waker = null;
    const step = this.flushes.shift();
    if (step === "wait") {
      this.waker = cx.waker;
      return Pending;
    }
    if (step instanceof Error) throw step;
    this.log.push(what);
    return undefined;
  }
}

/** As above, from several views at once. */
export class ScriptedVectoredWriter extends ScriptedWriter {
  pollWriteVectored(cx: Context, views: readonly Uint8Array[]): Poll<number> {
    return this.take(cx, concat(views));
  }
}

/** Both directions of a connection. */
export class ScriptedStream extends ScriptedWriter implements AsyncRead {
  readonly reader: ScriptedReader;

  constructor(
    reads: readonly ReadStep[],
    writes: readonly WriteStep[] = [],
    flushes: readonly ("wait" | Error)[] = [],
  ) {
    super(writes, flushes);
    this.reader = new ScriptedReader(reads);
  }

  override get held(): readonly Waker[] {
    return [...super.held, ...this.reader.held];
  }

  override wakeAll(): void {
    super.wakeAll();
    this.reader.wakeAll();
  }

  pollRead(cx: Context, view: Uint8Array): Poll<number> {
    return this.reader.pollRead(cx, view);
  }

  forgetReader(): void {
    this.reader.forgetReader();
  }
}

/** Makes every second attempt wait: what holds for `inner` has to hold for this. */
export class EveryOtherWaits<T extends AsyncRead & AsyncWrite & AsyncSeek>
  implements AsyncRead, AsyncWrite, AsyncSeek, Waiting
{
  readonly inner: T;
  private turn = false;
  private waker: Waker | null = null;

  constructor(inner: T) {
    this.inner = inner;
  }

  get held(): readonly Waker[] {
    return this.waker === null ? [] : [this.waker];
  }

  wakeAll(): void {
    const { waker } = this;
    this.waker = null;
    waker?.wake();
  }

  pollRead(cx: Context, view: Uint8Array): Poll<number> {
    return this.waits(cx) ? Pending : this.inner.pollRead(cx, view);
  }

  pollWrite(cx: Context, view: Uint8Array): Poll<number> {
    return this.waits(cx) ? Pending : this.inner.pollWrite(cx, view);
  }

  pollFlush(cx: Context): Poll<void> {
    return this.waits(cx) ? Pending : this.inner.pollFlush(cx);
  }

  pollShutdown(cx: Context): Poll<void> {
    return this.waits(cx) ? Pending : this.inner.pollShutdown(cx);
  }

  pollSeek(cx: Context, offset: number, whence: Whence): Poll<number> {
    return this.waits(cx) ? Pending : this.inner.pollSeek(cx, offset, whence);
  }

  forgetReader(): void {
    this.waker = null;
  }

  forgetWriter(): void {
    this.waker = null;
  }

  private waits(cx: Context): boolean {
    this.turn = !this.turn;
    this.waker = this.turn ? cx.waker : null;
    return this.turn;
  }
}

/** A runtime that polls one future with a fresh budget each time, and wakes whoever waits when nothing has been woken. */
export class Stand {
  readonly runtime: HandDriven = new HandDriven();
  /** How often a poll was `Pending`. */
  suspensions = 0;
  private readonly waiting: readonly Waiting[];

  constructor(...waiting: readonly Waiting[]) {
    this.waiting = waiting;
  }

  get held(): readonly Waker[] {
    return this.waiting.flatMap(({ held }) => held);
  }

  get wakes(): number {
    return this.runtime.waker.wakes;
  }

  poll<T>(future: Future<T>): Poll<T> {
    this.runtime.context.budget = 128;
    return this.runtime.poll(future);
  }

  /** Polls to the end. A wait that nothing would ever end is an error. */
  finish<T>(future: Future<T>): T {
    for (let polls = 0; polls < 100_000; polls++) {
      const { wakes } = this;
      const result = this.poll(future);
      if (result !== Pending) return result;
      this.suspensions++;
      if (this.wakes === wakes) this.wakeAll();
      if (this.wakes === wakes) throw new Error("a wait has left its waker nowhere");
    }
    throw new Error("the future does not come to an end");
  }

  wakeAll(): void {
    for (const each of this.waiting) each.wakeAll();
  }
}

/** Polls with the given budget; returns the result and what is left. */
export function pollWithBudget<T>(runtime: HandDriven, future: Future<T>, budget: number): [Poll<T>, number] {
  runtime.context.budget = budget;
  const result = runtime.poll(future);
  return [result, runtime.context.budget];
}

export function bytes(...values: readonly (number | string)[]): Uint8Array {
  return concat(
    values.map((value) => (typeof value === "string" ? new TextEncoder().encode(value) : Uint8Array.of(value))),
  );
}

export function text(view: Uint8Array): string {
  return new TextDecoder().decode(view);
}

export function concat(views: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(views.flatMap((view) => [...view]));
}

/** The numbers from 0 on, as bytes. */
export function counting(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i & 0xff);
}

/** Ways in which `all` may arrive: in pieces of any size, with waits at any point. */
export function arrivals(all: Uint8Array): fc.Arbitrary<ReadStep[]> {
  const piece = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }) }, fc.constant("wait" as const));
  return fc.array(piece, { maxLength: 30 }).map((pieces) => {
    let at = 0;
    const steps: ReadStep[] = [];
    for (const size of pieces) {
      if (size === "wait") steps.push(size);
      else if (at < all.byteLength) {
        steps.push(all.subarray(at, at + size));
        at += size;
      }
    }
    if (at < all.byteLength) steps.push(all.subarray(at));
    return steps;
  });
}

/** Ways in which a destination may take bytes: as few as one, with waits at any point. */
export const departures: fc.Arbitrary<WriteStep[]> = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }) }, fc.constant("wait" as const)),
  { maxLength: 40 },
);

/** Waits of flushes and shutdowns. */
export const settlings: fc.Arbitrary<"wait"[]> = fc.array(fc.constant("wait" as const), { maxLength: 3 });
