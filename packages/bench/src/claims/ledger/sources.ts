// The documents whose claims are tested.

/** The book. */
export const BOOK = "Async Rust: From Futures to Production";
