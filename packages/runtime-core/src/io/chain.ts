// One source after another.
import type { Context } from "../future/context.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncBufRead, AsyncRead } from "./async-read.ts";

class Chain<R extends AsyncRead> implements AsyncRead {
  protected readonly first: R;
  protected readonly second: R;
  protected firstEnded = false;

  constructor(first: R, second: R) {
    this.first = first;
    this.second = second;
  }

  pollRead(cx: Context, view: Uint8Array): Poll<number> {
    if (!this.firstEnded) {
      const n = this.first.pollRead(cx, view);
      // Reading nothing into an empty view is no end.
      if (n !== 0 || view.byteLength === 0) return n;
      this.firstEnded = true;
    }
    return this.second.pollRead(cx, view);
  }

  forgetReader(): void {
    if (this.firstEnded) this.second.forgetReader?.();
    else this.first.forgetReader?.();
  }
}

class BufChain extends Chain<AsyncBufRead> implements AsyncBufRead {
  pollFillBuf(cx: Context): Poll<Uint8Array> {
    if (!this.firstEnded) {
      const bytes = this.first.pollFillBuf(cx);
      if (bytes === Pending || bytes.byteLength > 0) return bytes;
      this.firstEnded = true;
    }
    return this.second.pollFillBuf(cx);
  }

  consume(n: number): void {
    if (this.firstEnded) this.second.consume(n);
    else this.first.consume(n);
  }
}

function isBuffered(reader: AsyncRead): reader is AsyncBufRead {
  return "pollFillBuf" in reader;
}

/** All bytes of `first`, then those of `second`. */
export function chain(first: AsyncBufRead, second: AsyncBufRead): AsyncBufRead;
export function chain(first: AsyncRead, second: AsyncRead): AsyncRead;
export function chain(first: AsyncRead, second: AsyncRead): AsyncRead {
  return isBuffered(first) && isBuffered(second) ? new BufChain(first, second) : new Chain(first, second);
}
