// Writing once, and writing everything.
import { ambient } from "../future/ambient.ts";
import type { Context } from "../future/context.ts";
import { type Future, noContext, SUSPENDED, type Suspension } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncWrite } from "./async-write.ts";
import { WriteZeroError } from "./errors.ts";
import { charge, Operation } from "./operation.ts";

class Write extends Operation<number> {
  private readonly writer: AsyncWrite;
  private readonly view: Uint8Array;

  constructor(writer: AsyncWrite, view: Uint8Array) {
    super();
    this.writer = writer;
    this.view = view;
  }

  override poll(cx: Context): Poll<number> {
    this.enter("write");
    const n = this.writer.pollWrite(cx, this.view);
    return n === Pending ? this.wait() : n;
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, number> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }

  protected override release(): void {
    this.writer.forgetWriter?.();
  }
}

class WriteVectored extends Operation<number> {
  private readonly writer: AsyncWrite;
  private readonly views: readonly Uint8Array[];

  constructor(writer: AsyncWrite, views: readonly Uint8Array[]) {
    super();
    this.writer = writer;
    this.views = views;
  }

  override poll(cx: Context): Poll<number> {
    this.enter("writeVectored");
    const n = pollWriteViews(cx, this.writer, this.views);
    return n === Pending ? this.wait() : n;
  }

  protected override release(): void {
    this.writer.forgetWriter?.();
  }
}

class WriteAll extends Operation<void> {
  private readonly writer: AsyncWrite;
  private readonly view: Uint8Array;
  private written = 0;

  constructor(writer: AsyncWrite, view: Uint8Array) {
    super();
    this.writer = writer;
    this.view = view;
  }

  override poll(cx: Context): Poll<void> {
    this.enter("writeAll");
    const { writer, view } = this;
    while (this.written < view.byteLength) {
      if (cx.exhausted()) return this.wait();
      const { budget } = cx;
      const n = writer.pollWrite(cx, this.written === 0 ? view : view.subarray(this.written));
      if (n === Pending) return this.wait();
      charge(cx, budget);
      if (n === 0) throw new WriteZeroError();
      this.written += n;
    }
    return undefined;
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, void> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }

  protected override release(): void {
    this.writer.forgetWriter?.();
  }
}

const NOTHING = new Uint8Array(0);

/** Writes from several views: all at once where the writer can, otherwise from the first that is not empty. */
export function pollWriteViews(cx: Context, writer: AsyncWrite, views: readonly Uint8Array[]): Poll<number> {
  if (writer.pollWriteVectored !== undefined) return writer.pollWriteVectored(cx, views);
  return writer.pollWrite(cx, views.find((view) => view.byteLength > 0) ?? NOTHING);
}

/**
 * Writes bytes from the beginning of `view` and returns how many were taken: at least one, unless the view is empty or the
 * destination is full for good.
 *
 * Cancel safe: dropped while it waits, nothing was taken.
 */
export function write(writer: AsyncWrite, view: Uint8Array): Future<number> {
  return new Write(writer, view);
}

/**
 * As {@link write}, from several views as if they were one; how many bytes were taken in all. A writer without vectored writes takes
 * bytes of the first view that is not empty.
 *
 * Cancel safe: dropped while it waits, nothing was taken.
 */
export function writeVectored(writer: AsyncWrite, views: readonly Uint8Array[]): Future<number> {
  return new WriteVectored(writer, views);
}

/**
 * Writes all of `view`.
 *
 * Not cancel safe: dropped while it waits, part of the view may have been taken, and it does not say how much.
 *
 * @throws WriteZeroError when the destination takes no more
 */
export function writeAll(writer: AsyncWrite, view: Uint8Array): Future<void> {
  return new WriteAll(writer, view);
}
