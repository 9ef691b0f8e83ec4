// The smallest source and destination: nothing, one byte for ever, and a hole. Always ready, so they count against the budget.
import type { Context } from "../future/context.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncBufRead, AsyncRead } from "./async-read.ts";
import type { AsyncWrite } from "./async-write.ts";
import { requireByte } from "./read-until.ts";

const NOTHING = new Uint8Array(0);

class Empty implements AsyncBufRead {
  pollRead(cx: Context): Poll<number> {
    if (cx.exhausted()) return Pending;
    cx.budget--;
    return 0;
  }

  pollFillBuf(cx: Context): Poll<Uint8Array> {
    if (cx.exhausted()) return Pending;
    cx.budget--;
    return NOTHING;
  }

  consume(n: number): void {
    if (n !== 0) throw new RangeError(`expected to consume 0 bytes of an empty source, got ${n}`);
  }
}

class Repeat implements AsyncRead {
  private readonly byte: number;

  constructor(byte: number) {
    this.byte = byte;
  }

  pollRead(cx: Context, view: Uint8Array): Poll<number> {
    if (cx.exhausted()) return Pending;
    cx.budget--;
    view.fill(this.byte);
    return view.byteLength;
  }
}

class Sink implements AsyncWrite {
  pollWrite(cx: Context, view: Uint8Array): Poll<number> {
    if (cx.exhausted()) return Pending;
    cx.budget--;
    return view.byteLength;
  }

  pollWriteVectored(cx: Context, views: readonly Uint8Array[]): Poll<number> {
    if (cx.exhausted()) return Pending;
    cx.budget--;
    return views.reduce((total, view) => total + view.byteLength, 0);
  }

  pollFlush(): Poll<void> {
    return undefined;
  }

  pollShutdown(): Poll<void> {
    return undefined;
  }
}

/** A source that is at its end. */
export function empty(): AsyncBufRead {
  return new Empty();
}

/** A source of the same byte without end. @throws RangeError unless `byte` is one */
export function repeat(byte: number): AsyncRead {
  requireByte("byte", byte);
  return new Repeat(byte);
}

/** A destination that takes everything and keeps nothing. */
export function sink(): AsyncWrite {
  return new Sink();
}
