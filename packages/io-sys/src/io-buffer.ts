// A buffer of native memory that passes from its holder to an operation and back.
//
//                  lend                      orphan
//        ┌──────── HELD ─────────▶ LENT ───────────────▶ ORPHAN
//   free │           ▲   giveBack   │                      │
//        ▼           └──────────────┘      giveBack        │
//      FREED ◀─────────────────────────────────────────────┘
//
// The holder may touch `bytes` and free the buffer while it is HELD, and only then. FREED is final: the memory goes to the next
// IoBuffer that the pool makes, so an old one reaches none of it. Programs use `bytes`, `capacityBytes` and `free`; the rest is
// for drivers, who call `lend` before anything else.
import type { Slab, Slot } from "./slab.ts";

/** A buffer was touched, lent or freed while an operation has it. */
export class BufferLentError extends Error {
  override readonly name = "BufferLentError";
  constructor() {
    super("this buffer is lent to an operation; wait for the operation, which gives it back with its result");
  }
}

/** A buffer was touched or lent after it was freed, or its pool was closed. */
export class BufferFreedError extends Error {
  override readonly name = "BufferFreedError";
  constructor() {
    super(
      "this buffer was freed, by free(), by dropping the operation that had it, or with its pool; take another one",
    );
  }
}

const HELD = 0;
const LENT = 1;
const ORPHAN = 2;
const FREED = 3;

/** Where a buffer's memory returns to. */
export interface SlotOwner {
  reclaim(slot: Slot): void;
  /** The last lent buffer of a retired slab has come back. */
  retire(slab: Slab): void;
}

/** A buffer of native memory. Programs use `bytes`, `capacityBytes` and `free`; the rest is for drivers. */
export class IoBuffer {
  readonly capacityBytes: number;
  readonly #owner: SlotOwner;
  readonly #slot: Slot;
  #state: typeof HELD | typeof LENT | typeof ORPHAN | typeof FREED = HELD;

  /** For pools. @internal */
  constructor(owner: SlotOwner, slot: Slot) {
    this.#owner = owner;
    this.#slot = slot;
    this.capacityBytes = slot.bytes.byteLength;
  }

  /** The whole buffer. Fetch it anew after each operation instead of keeping it. @throws BufferLentError, BufferFreedError */
  get bytes(): Uint8Array<ArrayBuffer> {
    this.#mustBeHeld();
    return this.#slot.bytes;
  }

  /**
   * Gives the memory back to its pool. Idempotent. Nothing also for the buffer of a dropped operation, whose memory returns when
   * the kernel is done with it.
   *
   * @throws BufferLentError while an operation has it
   */
  free(): void {
    if (this.#state === FREED || this.#state === ORPHAN) return;
    if (this.#state === LENT) throw new BufferLentError();
    this.#free();
  }

  /** An operation takes the buffer. @throws BufferLentError, BufferFreedError */
  lend(): void {
    this.#mustBeHeld();
    this.#state = LENT;
    this.#slot.slab.countLent(1);
  }

  /** The operation has ended: the kernel does not touch the buffer any more. Frees it if it is an orphan. */
  giveBack(): void {
    if (this.#state !== LENT && this.#state !== ORPHAN) throw new Error("giveBack() of a buffer that was not lent");
    const { slab } = this.#slot;
    const orphaned = this.#state === ORPHAN;
    this.#state = HELD;
    slab.countLent(-1);
    if (slab.retired) {
      this.#state = FREED;
      if (slab.lent === 0) this.#owner.retire(slab);
    } else if (orphaned) {
      this.#free();
    }
  }

  /** The operation was dropped in flight: nobody waits for the buffer, but the kernel may still have it. */
  orphan(): void {
    if (this.#state !== LENT) throw new Error("orphan() of a buffer that was not lent");
    this.#state = ORPHAN;
  }

  /** The slab's id, for native calls. */
  get slab(): number {
    return this.#slot.slab.id;
  }

  /** Where in the slab the buffer begins. */
  get offsetBytes(): number {
    return this.#slot.offsetBytes;
  }

  /** The lower half of the address, as int32. */
  get addressLow(): number {
    return this.#slot.addressLow;
  }

  /** The upper half of the address, as int32. */
  get addressHigh(): number {
    return this.#slot.addressHigh;
  }

  #free(): void {
    this.#state = FREED;
    if (!this.#slot.slab.retired) this.#owner.reclaim(this.#slot);
  }

  #mustBeHeld(): void {
    if (this.#state === HELD && !this.#slot.slab.retired) return;
    throw this.#state === LENT || this.#state === ORPHAN ? new BufferLentError() : new BufferFreedError();
  }
}
