// The documents whose claims are tested.

/** The book. */
export const BOOK = "Async Rust: From Futures to Production";

/** The article on advanced patterns. */
export const PATTERNS = "Advanced asynchronous patterns in Rust (article)";

/** The introduction on what async is for. */
export const INTRODUCTION = "Async in Rust: what you need to know (introduction)";
