// The first bytes of a source.
import type { Context } from "../future/context.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncBufRead, AsyncRead } from "./async-read.ts";
import { requireLimit } from "./errors.ts";

const NOTHING = new Uint8Array(0);

class TakeReader<R extends AsyncRead> implements Take {
  protected readonly inner: R;
  protected left: number;

  constructor(inner: R, limitBytes: number) {
    requireLimit("limitBytes", limitBytes, 0);
    this.inner = inner;
    this.left = limitBytes;
  }

  get limitBytes(): number {
    return this.left;
  }

  set limitBytes(limitBytes: number) {
    requireLimit("limitBytes", limitBytes, 0);
    this.left = limitBytes;
  }

  pollRead(cx: Context, view: Uint8Array): Poll<number> {
    if (this.left === 0) return 0;
    const n = this.inner.pollRead(cx, view.byteLength > this.left ? view.subarray(0, this.left) : view);
    if (n !== Pending) this.left -= n;
    return n;
  }

  forgetReader(): void {
    this.inner.forgetReader?.();
  }
}

class BufTakeReader extends TakeReader<AsyncBufRead> implements BufTake {
  pollFillBuf(cx: Context): Poll<Uint8Array> {
    // The source is not asked at the limit: it might wait for bytes that nobody wants.
    if (this.left === 0) return NOTHING;
    const bytes = this.inner.pollFillBuf(cx);
    if (bytes === Pending) return Pending;
    return bytes.byteLength > this.left ? bytes.subarray(0, this.left) : bytes;
  }

  consume(n: number): void {
    if (!(n <= this.left)) throw new RangeError(`expected to consume 0 to ${this.left} bytes, got ${n}`);
    this.inner.consume(n);
    this.left -= n;
  }
}

/** A source that ends early. */
export interface Take extends AsyncRead {
  /** How many bytes may still come. Set it to go on after the end. */
  limitBytes: number;
}

/** As {@link Take}, with a buffer. */
export interface BufTake extends Take, AsyncBufRead {}

/** The next bytes of `reader`, at most `limitBytes` of them. @throws RangeError when the limit is no whole number */
export function take(reader: AsyncBufRead, limitBytes: number): BufTake;
export function take(reader: AsyncRead, limitBytes: number): Take;
export function take(reader: AsyncRead, limitBytes: number): Take {
  return "pollFillBuf" in reader
    ? new BufTakeReader(reader as AsyncBufRead, limitBytes)
    : new TakeReader(reader, limitBytes);
}
