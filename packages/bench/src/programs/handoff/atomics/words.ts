// The two words, on cache lines of their own: each is written by one thread.
export const ASKED = 0;
export const ANSWERED = 32;
export const WORDS = 64;
