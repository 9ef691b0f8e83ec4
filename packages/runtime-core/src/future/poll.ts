// What one poll of a future returns.

/** Says that a future is not finished yet. It has arranged for its waker to be called when polling it again is worth while. */
export const Pending: unique symbol = Symbol("pollab.Pending");
export type Pending = typeof Pending;

/** The value of a finished future, or {@link Pending}. No wrapper: a poll allocates nothing. */
export type Poll<T> = T | Pending;
