// One operation: what is asked of the kernel, and how far it has come. Records are recycled, so each use has a generation.
//
//             enqueue            submit              complete            take
//     FREE ───────────▶ QUEUED ──────────▶ SUBMITTED ───────────▶ ENDED ───────▶ FREE
//                        │  │                  │                    │
//                        │  └─ withdraw        └─ abandon           └─ discard
//                        │       ▶ FREE             ▼                    ▶ FREE
//                        └─ detach ──────────▶ ORPHANED ── complete ──▶ FREE
//
// `take` is the future fetching its result; `withdraw`, `abandon` and `discard` are what dropping the future means in each state. What
// is withdrawn never was the kernel's. What is abandoned still is: its cancel is requested, its buffer stays lent, and only its *own*
// completion frees it; the completion of the cancel says nothing about that. `detach` is for operations that no future waits for
// (cancels): they are submitted as orphans.
// Relies on: `Operations` makes every transition; futures only fill in the request and read `state` and `result`.
import type { OwnedBuffer } from "@pollab/runtime-core/io";
import type { Waker } from "@pollab/runtime-core/future";
import type { Descriptor } from "./descriptor.ts";

export const FREE = 0;
export const QUEUED = 1;
export const SUBMITTED = 2;
export const ENDED = 3;
export const ORPHANED = 4;

/** What the driver needs of a buffer: that it can be lent, and where it is. */
export interface RingBuffer extends OwnedBuffer {
  /** The halves of its address, each as a signed 32-bit number. */
  readonly addressLow: number;
  readonly addressHigh: number;
  /** From here on the kernel may use the memory. @throws BufferLentError, BufferFreedError */
  lend(): void;
  /** The kernel is done with it: the holder has it back, or if it is an orphan, the pool. */
  giveBack(): void;
  /** Its holder is gone. What is lent stays lent until `giveBack`. */
  orphan(): void;
}

/** Told about the end of an operation whose future was dropped after it was enqueued. */
export interface Heir {
  /**
   * The kernel is done with the operation. `operation.result` may be a resource, which is the heir's now, and its buffer may hold data.
   */
  inherit(operation: Operation): void;
}

export class Operation {
  readonly slot: number;
  generation = 0;
  state: number = FREE;

  // The request, in the kernel's terms (see io_uring_enter(2)); 64-bit values as signed 32-bit halves.
  opcode = 0;
  fd = -1;
  offsetLow = 0;
  offsetHigh = 0;
  addressLow = 0;
  addressHigh = 0;
  length = 0;
  flags = 0;

  /** The kernel's answer, from ENDED on: a count or a descriptor, or -errno. */
  result = 0;

  /** Whom to wake at the end. */
  waker: Waker | null = null;
  /** Whose end this postpones, if it is closed meanwhile. */
  descriptor: Descriptor | null = null;
  /** Lent for as long as the kernel may use it. */
  buffer: RingBuffer | null = null;
  heir: Heir | null = null;
  cancelRequested = false;

  /** Neighbours in a queue, or in the free list. */
  previous: Operation | null = null;
  next: Operation | null = null;

  constructor(slot: number) {
    this.slot = slot;
  }

  /** For positioned transfers: the byte in the file to begin with. */
  seek(position: number): void {
    this.offsetLow = position | 0;
    this.offsetHigh = (position / 0x1_0000_0000) | 0;
  }
}

/** First in, first out, and anything can leave in between. An operation is in at most one. */
export class OperationQueue {
  first: Operation | null = null;
  #last: Operation | null = null;

  append(operation: Operation): void {
    operation.previous = this.#last;
    operation.next = null;
    if (this.#last === null) this.first = operation;
    else this.#last.next = operation;
    this.#last = operation;
  }

  remove(operation: Operation): void {
    const { previous, next } = operation;
    if (previous === null) this.first = next;
    else previous.next = next;
    if (next === null) this.#last = previous;
    else next.previous = previous;
    operation.previous = null;
    operation.next = null;
  }
}
