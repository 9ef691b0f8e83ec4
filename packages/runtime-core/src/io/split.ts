// The two directions of a stream as two objects, for two tasks.
import type { Context } from "../future/context.ts";
import type { Poll } from "../future/poll.ts";
import type { AsyncRead } from "./async-read.ts";
import type { AsyncWrite } from "./async-write.ts";
import { pollWriteViews } from "./write.ts";

/** Two halves that are not of one stream, or no longer, were to be put together. */
export class ReuniteError extends Error {
  override readonly name = "ReuniteError";
  constructor() {
    super("these halves cannot be reunited: they come from different calls of split, or have been reunited before");
  }
}

/** The direction of a stream that is read from. */
export class ReadHalf<S extends AsyncRead & AsyncWrite> implements AsyncRead {
  /** Null once it was reunited. */
  private stream: S | null;
  private readonly other: WriteHalf<S>;

  constructor(stream: S, other: WriteHalf<S>) {
    this.stream = stream;
    this.other = other;
  }

  pollRead(cx: Context, view: Uint8Array): Poll<number> {
    return (this.stream ?? reunited()).pollRead(cx, view);
  }

  forgetReader(): void {
    this.stream?.forgetReader?.();
  }

  /**
   * The stream again, when `other` is the other half of it. Both halves are then of no more use.
   *
   * @throws ReuniteError otherwise
   */
  reunite(other: WriteHalf<S>): S {
    const { stream } = this;
    if (stream === null || other !== this.other) throw new ReuniteError();
    this.stream = null;
    other.detach();
    return stream;
  }
}

/** The direction of a stream that is written to. */
export class WriteHalf<S extends AsyncRead & AsyncWrite> implements AsyncWrite {
  /** Null once it was reunited. */
  private stream: S | null;

  constructor(stream: S) {
    this.stream = stream;
  }

  pollWrite(cx: Context, view: Uint8Array): Poll<number> {
    return (this.stream ?? reunited()).pollWrite(cx, view);
  }

  pollWriteVectored(cx: Context, views: readonly Uint8Array[]): Poll<number> {
    return pollWriteViews(cx, this.stream ?? reunited(), views);
  }

  pollFlush(cx: Context): Poll<void> {
    return (this.stream ?? reunited()).pollFlush(cx);
  }

  pollShutdown(cx: Context): Poll<void> {
    return (this.stream ?? reunited()).pollShutdown(cx);
  }

  forgetWriter(): void {
    this.stream?.forgetWriter?.();
  }

  /** For `ReadHalf.reunite`: this half is of no more use. */
  detach(): void {
    this.stream = null;
  }
}

function reunited(): never {
  throw new Error("this half has been reunited with the other; use the stream");
}

/** Two objects for the two directions of `stream`. Letting go of one does nothing: shut the writing half down to end it. */
export function split<S extends AsyncRead & AsyncWrite>(stream: S): [ReadHalf<S>, WriteHalf<S>] {
  const writeHalf = new WriteHalf(stream);
  return [new ReadHalf(stream, writeHalf), writeHalf];
}
