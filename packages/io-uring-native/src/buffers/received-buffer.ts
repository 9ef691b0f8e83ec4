// What a stream of received data gives out: a part of a buffer that the kernel chose and filled. Whoever gets one owns it until it is
// freed; then the memory goes back to where the kernel takes it from.
//
//                  lend                      orphan
//        ┌──────── HELD ─────────▶ LENT ───────────────▶ ORPHAN
//   free │           ▲   giveBack   │                      │
//        ▼           └──────────────┘      giveBack        │
//      FREED ◀─────────────────────────────────────────────┘
import { BufferFreedError, BufferLentError } from "@pollab/io-sys";
import type { RingBuffer } from "../operation.ts";

/** The memory behind received buffers. */
export interface Home {
  readonly memory: Uint8Array;
  /** The halves of its address. */
  readonly addressLow: number;
  readonly addressHigh: number;
  readonly slab: number;
  /** Its memory is gone, or will be. */
  readonly retired: boolean;
  /** One of the buffers in it was freed. */
  release(): void;
}

const HELD = 0;
const LENT = 1;
const ORPHAN = 2;
const FREED = 3;

/** Received bytes, and the memory that they are in. It can be written from, too: an echo needs no copy. */
export class ReceivedBuffer implements RingBuffer {
  /** How many bytes there are. */
  readonly capacityBytes: number;
  readonly #home: Home;
  readonly #start: number;
  #state: typeof HELD | typeof LENT | typeof ORPHAN | typeof FREED = HELD;

  /** For streams. @internal */
  constructor(home: Home, start: number, capacityBytes: number) {
    this.#home = home;
    this.#start = start;
    this.capacityBytes = capacityBytes;
  }

  /** The bytes. Fetch them anew after each operation instead of keeping them. @throws BufferLentError, BufferFreedError */
  get bytes(): Uint8Array {
    this.#mustBeHeld();
    return this.#home.memory.subarray(this.#start, this.#start + this.capacityBytes);
  }

  /** Lets the kernel have the memory again. Idempotent. @throws BufferLentError while an operation has it */
  free(): void {
    if (this.#state === FREED || this.#state === ORPHAN) return;
    if (this.#state === LENT) throw new BufferLentError();
    this.#free();
  }

  /** The same without its first `bytes`, in its place. @internal */
  without(bytes: number): ReceivedBuffer {
    this.#mustBeHeld();
    this.#state = FREED;
    return new ReceivedBuffer(this.#home, this.#start + bytes, this.capacityBytes - bytes);
  }

  /** @internal */
  lend(): void {
    this.#mustBeHeld();
    this.#state = LENT;
  }

  /** @internal */
  giveBack(): void {
    if (this.#state === ORPHAN) this.#free();
    else if (this.#state === LENT) this.#state = HELD;
    else throw new Error("giveBack() of a buffer that was not lent");
  }

  /** @internal */
  orphan(): void {
    if (this.#state !== LENT) throw new Error("orphan() of a buffer that was not lent");
    this.#state = ORPHAN;
  }

  /** @internal */
  get slab(): number {
    return this.#home.slab;
  }

  /** @internal */
  get addressLow(): number {
    return (this.#home.addressLow + this.#start) | 0;
  }

  /** @internal */
  get addressHigh(): number {
    const { addressLow, addressHigh } = this.#home;
    return (addressLow >>> 0) + this.#start > 0xffff_ffff ? (addressHigh + 1) | 0 : addressHigh;
  }

  #free(): void {
    this.#state = FREED;
    this.#home.release();
  }

  #mustBeHeld(): void {
    if (this.#state === HELD && !this.#home.retired) return;
    throw this.#state === LENT || this.#state === ORPHAN ? new BufferLentError() : new BufferFreedError();
  }
}

/** A buffer without bytes, for a message that has none. */
export function emptyBuffer(): ReceivedBuffer {
  return new ReceivedBuffer(NOWHERE, 0, 0);
}

const NOWHERE: Home = {
  memory: new Uint8Array(0),
  addressLow: 0,
  addressHigh: 0,
  slab: -1,
  retired: false,
  release() {},
};
