// One operation: what is asked of the kernel, and how far it has come. Records are recycled, so each use has a generation.
//
//             enqueue            submit              complete            take
//     FREE ───────────▶ QUEUED ──────────▶ SUBMITTED ───────────▶ ENDED ───────▶ FREE
//                        │  │                  │  ▲                 │
//                        │  └─ withdraw        │  └ more            └─ discard
//                        │       ▶ FREE        └─ abandon                ▶ FREE
//                        │                          ▼
//                        └─ detach ──────────▶ ORPHANED ── complete ──▶ FREE
//
// `take` is the future fetching its result; `withdraw`, `abandon` and `discard` are what dropping the future means in each state. What
// is withdrawn never was the kernel's. What is abandoned still is: its cancel is requested, its buffer stays lent, and only its *own*
// last completion frees it; the completion of the cancel says nothing about that. `detach` is for operations that no future waits for
// (cancels): they are submitted as orphans. `more` is a completion that announces another one: it goes to the heir.
// Relies on: `Operations` makes every transition; futures only fill in the request and read `state`, `result` and `completionFlags`.
import type { OwnedBuffer } from "@pollab/runtime-core/io";
import type { Waker } from "@pollab/runtime-core/future";
import type { Descriptor } from "./descriptor.ts";

export const FREE = 0;
export const QUEUED = 1;
export const SUBMITTED = 2;
export const ENDED = 3;
export const ORPHANED = 4;

/** Memory that is the kernel's until the operation has ended: a buffer, or several that belong together. */
export interface Loan {
  /** The kernel is done with it: the holder has it back, or if it is an orphan, the pool. */
  giveBack(): void;
  /** Its holder is gone. What is lent stays lent until `giveBack`. */
  orphan(): void;
  /** Gives the memory back to its pool. */
  free(): void;
}

/** An address, as two signed 32-bit numbers. */
export interface Place {
  readonly addressLow: number;
  readonly addressHigh: number;
}

/** What the driver needs of a buffer: that it can be lent, and where it is. */
export interface RingBuffer extends OwnedBuffer, Loan, Place {
  /** The number of the memory that it is a part of. */
  readonly slab: number;
  /** From here on the kernel may use the memory. @throws BufferLentError, BufferFreedError */
  lend(): void;
}

/** Told about the end of an operation whose future was dropped after it was enqueued. */
export interface Heir {
  /**
   * A completion that announces another one, of an operation with several, whether its future was dropped or not. Without this, its
   * result is kept until the last one, and is the operation's if that is but a notification.
   *
   * @param flags the completion's: `CQE_F_MORE`, and what else the kernel says
   */
  more?(operation: Operation, result: number, flags: number): void;

  /**
   * The kernel is done with the operation. `operation.result` may be a resource, which is the heir's now, and its buffer may hold data.
   */
  inherit(operation: Operation): void;
}

/**
 * In the lower word of the user data: the result is a descriptor of the process. Also native/core.c knows it, which closes what nobody
 * has collected when the thread is torn down.
 */
export const DESCRIPTOR_RESULT = 0x4000_0000;

export class Operation {
  readonly slot: number;
  /** The lower word of its user data: the slot, and `DESCRIPTOR_RESULT`. The upper word is the generation. */
  tag: number;
  generation = 0;
  state: number = FREE;

  // The request, in the kernel's terms (see io_uring_enter(2)); 64-bit values as signed 32-bit halves. What is shorter than 32 bits is
  // kept as the words of the entry have it: thousands of these wait at a time.

  /** The first word: the opcode, the entry's flags and the priority. */
  head = 0;
  fd = -1;
  offsetLow = 0;
  offsetHigh = 0;
  addressLow = 0;
  addressHigh = 0;
  length = 0;
  flags = 0;
  /** A word with the index of a registered buffer, or a buffer group, and above it registered credentials. */
  bufferAndPersonality = 0;
  /** The place of a direct descriptor, the source of a splice, or the length of an address. */
  fileIndex = 0;
  address3Low = 0;
  address3High = 0;

  /** The kernel's answer, from ENDED on: a count or a descriptor, or -errno. */
  result = 0;
  /** `CQE_F_BUFFER` and its kind, of the last completion; the sign bit says that a zero-copy send was copied. */
  completionFlags = 0;

  /** Whom to wake at the end. */
  waker: Waker | null = null;
  /** Whose end this postpones, if it is closed meanwhile. */
  descriptor: Descriptor | null = null;
  /** Lent for as long as the kernel may use it. */
  buffer: Loan | null = null;
  heir: Heir | null = null;
  cancelRequested = false;
  /** It has its result, and what is still to come is the notification that the network is through with its memory. */
  notifying = false;

  /** Neighbours in a queue, or in the free list. */
  previous: Operation | null = null;
  next: Operation | null = null;
  /** Neighbours among the operations of the same descriptor. */
  previousOfDescriptor: Operation | null = null;
  nextOfDescriptor: Operation | null = null;

  constructor(slot: number) {
    this.slot = slot;
    this.tag = slot;
  }

  /** Its result will be a descriptor of the process, which is this thread's as soon as it is there. */
  makeDescriptor(): void {
    this.tag = this.slot | DESCRIPTOR_RESULT;
  }

  get opcode(): number {
    return this.head & 0xff;
  }

  set opcode(opcode: number) {
    this.head = (this.head & ~0xff) | opcode;
  }

  /** `SQE_FIXED_FILE`, `SQE_IO_LINK` and their kind. */
  get entryFlags(): number {
    return (this.head >>> 8) & 0xff;
  }

  set entryFlags(flags: number) {
    this.head = (this.head & ~0xff00) | (flags << 8);
  }

  /** A priority, or the flags of the operation that live in its place. 16 bits. */
  get priority(): number {
    return this.head >>> 16;
  }

  set priority(priority: number) {
    this.head = (this.head & 0xffff) | (priority << 16);
  }

  /** The index of a registered buffer, or a buffer group. 16 bits. */
  set bufferIndex(index: number) {
    this.bufferAndPersonality = (this.bufferAndPersonality & ~0xffff) | index;
  }

  /** Registered credentials. 16 bits. */
  set personality(id: number) {
    this.bufferAndPersonality = (this.bufferAndPersonality & 0xffff) | (id << 16);
  }

  /** Whether its result can be taken. */
  get hasEnded(): boolean {
    return this.state === ENDED;
  }

  /** For positioned transfers: the byte in the file to begin with. */
  seek(position: number): void {
    this.offsetLow = position | 0;
    this.offsetHigh = (position / 0x1_0000_0000) | 0;
  }

  /** Points at the byte `start` of a buffer. */
  pointAt(buffer: Place, start: number): void {
    const low = (buffer.addressLow >>> 0) + start;
    this.addressLow = low | 0;
    this.addressHigh = low > 0xffff_ffff ? (buffer.addressHigh + 1) | 0 : buffer.addressHigh;
  }
}
