// What a listener needs to know of a connection that nobody wanted.

/** A connection, as far as its listener knows it. */
export interface Closable {
  /** Closes. Idempotent. */
  close(): void;
}
