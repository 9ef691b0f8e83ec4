// The producer and the consumer of the workload in which one is ten times faster than the other.

/** Turns that the consumer takes for a message; the producer takes one. */
export const CONSUMER_TURNS = 10;
/** What a message holds. */
export const MESSAGE_BYTES = 1024;
export const CAPACITY = 1000;
/** Level of the scenario. */
export const BOUNDED = 1;
