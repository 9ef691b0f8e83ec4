// A stream from a state and a step.
import type { Context } from "../../future/context.ts";
import type { Future } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { End, type Source } from "../source.ts";
import { Stream } from "../stream.ts";

class Unfold<S, T> implements Source<T> {
  private state: S;
  /** Null once it has ended. */
  private step: ((state: S) => Future<readonly [item: T, state: S] | End>) | null;
  /** The step that is under way. */
  private future: Future<readonly [item: T, state: S] | End> | null = null;

  constructor(initial: S, step: (state: S) => Future<readonly [item: T, state: S] | End>) {
    this.state = initial;
    this.step = step;
  }

  pollNext(cx: Context): Poll<T | End> {
    const { step } = this;
    if (step === null) return End;
    if (this.future === null) {
      if (cx.exhausted()) return Pending;
      cx.budget--;
    }
    // A step that throws is the last one.
    this.step = null;
    const future = this.future ?? step(this.state);
    this.future = null;
    const result = future.poll(cx);
    if (result === End) return End;
    this.step = step;
    if (result === Pending) {
      this.future = future;
      return Pending;
    }
    this.state = result[1];
    return result[0];
  }

  drop(): void {
    const { future } = this;
    this.step = this.future = null;
    future?.drop();
  }
}

/**
 * The items that `step` makes of a state: it is called with `initial` and then with each new state, one call after the other, and
 * finishes with an item and the next state, or with `End`. An error ends the stream.
 */
export function unfold<S, T>(initial: S, step: (state: S) => Future<readonly [item: T, state: S] | End>): Stream<T> {
  return Stream.from(new Unfold(initial, step));
}
