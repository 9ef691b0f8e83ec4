// What precedes everything in shared memory that tasks share (a semaphore, a channel, a token, a buffer): how many own it, an atomic
// word, and of which kind it is, written before anybody else knows it.
export const OWNERS = -2;
export const KIND = -1;
export const THING_HEADER_WORDS = 2;

export const SEMAPHORE_KIND = 1;
export const CHANNEL_KIND = 2;
export const TOKEN_KIND = 3;
export const BUFFER_KIND = 4;
