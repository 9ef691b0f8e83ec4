// What a stream is to the one who polls it: items, one at a time, then the end.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import type { Poll } from "../future/poll.ts";

/** What a stream returns after its last item. */
export const End: unique symbol = Symbol("pollab.End");
export type End = typeof End;

/**
 * Anything that can be polled for items. `Stream` is a class with this contract and the adapters; `Stream.from` gives them to
 * whatever else fulfils it.
 */
export interface Source<T> {
  /**
   * Tries to get the next item. Returns it, `End`, or `Pending` after storing `cx.waker` wherever the event that it waits for
   * will find it. With `End` it has released all it held: whoever takes a stream to its end need not drop it, nor
   * poll it again (most say `End` again; `Stream.fuse` makes sure of it). An error that it
   * throws stands in the place of an item; whether others follow is for each source to say.
   */
  pollNext(cx: Context): Poll<T | End>;

  /** Gives up what has not been taken: releases every waker and registration. Idempotent, also after the end. */
  drop(): void;
}

/** What a source has for items. */
export type ItemOf<S> = S extends Source<infer T> ? T : never;

/** What stands in for a source that has come to its end, so that nothing keeps it alive. */
export const ended: Source<never> = {
  pollNext() {
    return End;
  },
  drop() {},
};

/** What stands in for a source that was dropped. */
export const dropped: Source<never> = {
  pollNext() {
    throw new PolledAfterCompletionError("stream");
  },
  drop() {},
};
