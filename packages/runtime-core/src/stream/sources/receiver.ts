// Receivers of channels and intervals as streams.
import type { Context } from "../../future/context.ts";
import type { Poll } from "../../future/poll.ts";
import type { End } from "../source.ts";
import { Stream } from "../stream.ts";

/** A receiver of a channel, as far as a stream is concerned. */
export interface Receiving<T> {
  /** The next message, or `End` when no more will come. */
  pollRecv(cx: Context): Poll<T | End>;
  /** Gives the receiver up. */
  drop(): void;
}

/** An interval, as far as a stream is concerned. */
export interface Ticking<T> {
  /** The next tick. */
  pollTick(cx: Context): Poll<T>;
  /** Releases its timer. */
  drop(): void;
}

/** The messages that `receiver` receives. Dropping the stream drops the receiver, so that the senders learn of it. */
export function fromReceiver<T>(receiver: Receiving<T>): Stream<T> {
  return Stream.from({
    pollNext: (cx: Context) => receiver.pollRecv(cx),
    drop: () => receiver.drop(),
  });
}

/** The ticks of `interval`, without end. Dropping the stream drops the interval. */
export function fromInterval<T>(interval: Ticking<T>): Stream<T> {
  return Stream.from({
    pollNext: (cx: Context) => interval.pollTick(cx),
    drop: () => interval.drop(),
  });
}
