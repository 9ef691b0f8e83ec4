// Errors as values.
import { Adapter } from "../future/adapter.ts";
import type { Future } from "../future/future.ts";

/** How a future ended. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

class Capture<T> extends Adapter<T, Outcome<T>> {
  protected override onValue(value: T): Outcome<T> {
    return { ok: true, value };
  }

  protected override onError(error: unknown): Outcome<T> {
    return { ok: false, error };
  }
}

/** Never throws: the value or the error of `future`, as a value. The role of futures-rs' `catch_unwind`. */
export function capture<T>(future: Future<T>): Future<Outcome<T>> {
  return new Capture(future);
}
