// How much room there is in what the channel and lock workloads share; the peer in Rust has the same.

/** Messages that fit the channel from many producers to one consumer. */
export const CAPACITY = 1000;
/** Requests that fit the channel to the server. */
export const REQUESTS = 10;
/** Holders that fit the semaphore at once. */
export const PERMITS = 10;
/** Of so many uses of the read-write lock, one writes. */
export const WRITE_EVERY = 10;
/** Messages that a broadcast sends before it waits for the receivers, and the room that its channel has for them. */
export const BATCH = 100;
export const BROADCAST_CAPACITY = 128;
