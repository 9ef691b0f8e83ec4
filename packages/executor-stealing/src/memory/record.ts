// The record of a task: a header of 32 bytes, whose words belong to several protocols, and the body behind it. This is the map.
//
//   0  state              task-state.ts   atomic
//   1  joiner             task-state.ts   protected by the state's flag Watched
//   2  joiner generation  task-state.ts
//   3  type               this file       written before the task is created
//   4  outcome            this file       written before the task is complete
//   5  payload            this file       likewise: the block with the error, or with a pinned task's call or result; 0 for none
//   6  spawner            this file       the task whose poll made this one and has not kept its handle yet, or 0; it belongs to
//   7  its generation                     whoever has the handle
//   8 on                  the state and the result of a sendable task
//
// What only some tasks need is in a second table, so that a task with a small state takes 64 bytes: what it costs to hand such a task
// over is what it costs to move them.
//
//   0 to 4                wait-list.ts    waiting for a turn
//   5 to 8                cancellation.ts listening to a token
//   9  home               this file       atomic: whose mailbox it is, of a pinned task and of a waker
export const TYPE = 3;
export const OUTCOME = 4;
export const PAYLOAD = 5;
export const SPAWNER = 6;
export const SPAWNER_GENERATION = 7;
export const BODY = 8;

/** In the second table. */
export const HOME = 9;
/** The second table has so many words for each record: 64 bytes. */
export const WAIT_STRIDE = 16;

/** The type of a pinned task's record. Types of sendable tasks are numbered from 1. */
export const PINNED_TYPE = 0;
/** The type of a record that stands for a waker of one thread. */
export const WAKER_TYPE = -1;

/** The task returned: its result is in the body, or in the payload of a pinned task. */
export const Returned = 0;
/** It threw: the error is in the payload. */
export const Failed = 1;
/** It was aborted, or its runtime was shut down. */
export const Cancelled = 2;
export type Outcome = typeof Returned | typeof Failed | typeof Cancelled;

/** Records are this far apart, in words, for bodies of up to `bodyWords`: multiples of 64 bytes. */
export function recordStride(bodyWords: number): number {
  return Math.ceil((BODY + bodyWords) / 16) * 16;
}
