// Reading once, and reading until a view is full.
import { ambient } from "../future/ambient.ts";
import type { Context } from "../future/context.ts";
import { type Future, noContext, SUSPENDED, type Suspension } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncRead } from "./async-read.ts";
import { UnexpectedEndError } from "./errors.ts";
import { charge, Operation } from "./operation.ts";

class Read extends Operation<number> {
  private readonly reader: AsyncRead;
  private readonly view: Uint8Array;

  constructor(reader: AsyncRead, view: Uint8Array) {
    super();
    this.reader = reader;
    this.view = view;
  }

  override poll(cx: Context): Poll<number> {
    this.enter("read");
    const n = this.reader.pollRead(cx, this.view);
    return n === Pending ? this.wait() : n;
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, number> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }

  protected override release(): void {
    this.reader.forgetReader?.();
  }
}

class ReadExact extends Operation<Uint8Array> {
  private readonly reader: AsyncRead;
  private readonly view: Uint8Array;
  private filled = 0;

  constructor(reader: AsyncRead, view: Uint8Array) {
    super();
    this.reader = reader;
    this.view = view;
  }

  override poll(cx: Context): Poll<Uint8Array> {
    this.enter("readExact");
    const { reader, view } = this;
    while (this.filled < view.byteLength) {
      if (cx.exhausted()) return this.wait();
      const { budget } = cx;
      const n = reader.pollRead(cx, this.filled === 0 ? view : view.subarray(this.filled));
      if (n === Pending) return this.wait();
      charge(cx, budget);
      if (n === 0) throw new UnexpectedEndError(`expected ${view.byteLength} bytes, got ${this.filled}`);
      this.filled += n;
    }
    return view;
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, Uint8Array> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }

  protected override release(): void {
    this.reader.forgetReader?.();
  }
}

/**
 * Reads what there is, at least one byte, into the beginning of `view`, and returns how many bytes; 0 says that no more will come.
 *
 * Cancel safe: dropped while it waits, it has read nothing.
 */
export function read(reader: AsyncRead, view: Uint8Array): Future<number> {
  return new Read(reader, view);
}

/**
 * Fills `view` and returns it.
 *
 * Not cancel safe: dropped while it waits, it may have moved bytes into the view, and does not say how many.
 *
 * @throws UnexpectedEndError when the input ends before
 */
export function readExact(reader: AsyncRead, view: Uint8Array): Future<Uint8Array> {
  return new ReadExact(reader, view);
}
