// Buffers out of which the kernel takes one when data has arrived, and not before: a connection that is silent holds none. They lie in
// a ring that the kernel reads (io_uring_setup_buf_ring(3)); where it has no such rings, a receive is given one of them beforehand.
//
// With incremental consumption one buffer holds the data of several receives, one after the other, and comes back as a whole.
// Relies on: the completions that name a buffer come in the order in which the kernel has filled it.
import { CQE_BUFFER_SHIFT, CQE_F_BUF_MORE, PBUF_RING_INC } from "../abi.ts";
import type { Counters } from "../counters.ts";
import type { Features } from "../features.ts";
import type { RingBuffer } from "../operation.ts";
import type { Registrar } from "../registrar.ts";
import { type Home, ReceivedBuffer } from "./received-buffer.ts";

/** Sizes of a group. */
export interface BufferGroupOptions {
  /** How many buffers there are. A power of two, up to 32768. */
  readonly count: number;
  /** The size of each: the most that one receive brings. */
  readonly bufferBytes: number;
  /**
   * Whether small receives may share a buffer: fewer bytes lie idle behind short messages, and long ones are cut less often. A shared
   * buffer comes back when all that is in it was freed. Where the kernel has no such thing, buffers are not shared.
   */
  readonly incremental?: boolean;
}

/** Where the memory of a group comes from. */
export interface GroupMemory {
  take(): RingBuffer;
  /** Frees everything that was given back. */
  close(): void;
}

/** Somebody who waits for a buffer. */
export interface Starved {
  /** There may be one now. */
  replenished(): void;
}

/** An entry of the ring has 4 words or 8 half-words: the address, the length, and the buffer's number. */
const ENTRY_WORDS_LOG2 = 2;
const ENTRY_HALVES_LOG2 = 3;
const ID_HALF = 6;
/** The tail of the ring lies in an unused part of its first entry. */
const TAIL_HALF = 7;

/** Buffers for receiving, shared by any number of streams. Make one with `net.provideBuffers`. */
export class BufferGroup {
  /** What entries name the group by. */
  readonly id: number;
  readonly count: number;
  readonly bufferBytes: number;
  /** Whether receives share buffers. */
  readonly incremental: boolean;
  readonly #memory: GroupMemory;
  readonly #lent: RingBuffer[] = [];
  readonly #buffers: GroupBuffer[] = [];
  readonly #registrar: Registrar;
  readonly #counters: Counters;
  readonly #onClose: (group: BufferGroup) => void;
  /** The entries; null where the kernel has no rings of buffers. */
  readonly #words: Int32Array | null;
  readonly #halves: Uint16Array | null;
  /** Without a ring: those that can be given to a receive. */
  readonly #idle: GroupBuffer[] = [];
  readonly #starved = new Set<Starved>();
  #tail = 0;
  /** Buffers that the kernel does not have. */
  #away = 0;
  /** Received buffers that were not freed. */
  #received = 0;
  readonly #users = new Set<Starved>();
  /** Those that were dropped, and of which the kernel still has an operation. */
  readonly #parting = new Set<Starved>();
  /** It is closed as soon as nobody is parting any more. */
  #closing = false;
  #closed = false;

  /** For `net.provideBuffers`. @param memory is this object's from now on @throws SystemError ENOMEM @internal */
  constructor(
    id: number,
    { count, bufferBytes, incremental = false }: BufferGroupOptions,
    registrar: Registrar,
    features: Features,
    counters: Counters,
    memory: GroupMemory,
    onClose: (group: BufferGroup) => void,
  ) {
    this.id = id;
    this.count = count;
    this.bufferBytes = bufferBytes;
    this.#registrar = registrar;
    this.#counters = counters;
    this.#onClose = onClose;
    this.#memory = memory;
    for (let number = 0; number < count; number++) this.#lent.push(memory.take());
    const { entries, shared } = openEntries(id, count, incremental, registrar, features);
    this.incremental = shared;
    this.#words = entries === null ? null : new Int32Array(entries);
    this.#halves = entries === null ? null : new Uint16Array(entries);
    for (const [number, lent] of this.#lent.entries()) {
      const buffer = new GroupBuffer(this, number, lent);
      // The kernel may write into it from now on.
      lent.lend();
      this.#buffers.push(buffer);
      this.#provide(buffer);
    }
  }

  /** How many received buffers were not freed yet. */
  get received(): number {
    return this.#received;
  }

  /** Whether the kernel picks the buffers. @internal */
  get picked(): boolean {
    return this.#words !== null;
  }

  /** A stream uses the group from now on. @throws Error when it is closed @internal */
  join(user: Starved): void {
    if (this.#closing) throw new Error("this group of buffers was closed; make another one");
    this.#users.add(user);
  }

  /** It was dropped; the kernel may still fill buffers for it, until it leaves. @internal */
  part(user: Starved): void {
    if (this.#users.delete(user)) this.#parting.add(user);
  }

  /** @internal */
  leave(user: Starved): void {
    this.#users.delete(user);
    this.#parting.delete(user);
    this.#starved.delete(user);
    if (this.#closing) this.#closeUnlessUsed();
  }

  /** Without a ring: a buffer for one receive; null when all are in use. @internal */
  reserve(): GroupBuffer | null {
    const buffer = this.#idle.pop();
    if (buffer === undefined) return null;
    buffer.inKernel = true;
    return buffer;
  }

  /** Without a ring: the receive brought nothing. @internal */
  unreserve(buffer: GroupBuffer): void {
    this.#provide(buffer);
    this.#replenish();
  }

  /** The part that a completion filled; null when the kernel does not have the buffer that it names. @internal */
  claim(flags: number, bytes: number): ReceivedBuffer | null {
    const buffer = this.#buffers[flags >>> CQE_BUFFER_SHIFT];
    if (buffer === undefined || !buffer.inKernel || buffer.filledBytes + bytes > this.bufferBytes) {
      this.#counters.stale++;
      return null;
    }
    return this.fill(buffer, bytes, this.incremental && (flags & CQE_F_BUF_MORE) !== 0);
  }

  /** The next `bytes` of a buffer were filled; the rest will be if there is `more`. @internal */
  fill(buffer: GroupBuffer, bytes: number, more: boolean): ReceivedBuffer {
    const received = new ReceivedBuffer(buffer, buffer.filledBytes, bytes);
    buffer.filledBytes += bytes;
    buffer.parts++;
    this.#received++;
    if (!more) {
      buffer.inKernel = false;
      this.#away++;
    }
    return received;
  }

  /** A received buffer was freed. @internal */
  released(buffer: GroupBuffer): void {
    buffer.parts--;
    this.#received--;
    if (this.#closed) {
      this.#tryToUnmap();
    } else if (buffer.parts === 0 && !buffer.inKernel) {
      this.#away--;
      this.#provide(buffer);
      this.#replenish();
    }
  }

  /** A receive ended because there was no buffer. It is told when one comes back. @internal */
  starve(starved: Starved): void {
    this.#counters.starvation++;
    this.#starved.add(starved);
    // By the time that this is known, one may have come back.
    if (this.picked ? this.#away < this.count : this.#idle.length > 0) this.#replenish();
  }

  /**
   * Gives the memory back once the received buffers were freed, and the kernel is done with what was dropped. Idempotent.
   *
   * @throws Error while a stream receives with it; drop the streams first
   */
  close(): void {
    if (this.#users.size > 0)
      throw new Error("this group of buffers is in use; drop the streams that receive with it first");
    this.#closing = true;
    this.#closeUnlessUsed();
  }

  /** The ring is closed, and the kernel does not have the buffers any more. @internal */
  abandon(): void {
    if (this.#closed) return;
    for (const buffer of this.#buffers) buffer.retired = true;
    this.#received = 0;
    this.#end();
  }

  #closeUnlessUsed(): void {
    if (this.#closed || this.#parting.size > 0) return;
    if (this.#words !== null) this.#registrar.closeBufferRing(this.id);
    this.#end();
  }

  #end(): void {
    this.#closing = true;
    this.#closed = true;
    this.#onClose(this);
    this.#tryToUnmap();
  }

  #tryToUnmap(): void {
    if (this.#received > 0) return;
    for (const lent of this.#lent) {
      lent.giveBack();
      lent.free();
    }
    this.#lent.length = 0;
    this.#memory.close();
  }

  /** Everybody, for a buffer: nobody knows who of them will use it. */
  #replenish(): void {
    if (this.#starved.size === 0) return;
    const starved = [...this.#starved];
    this.#starved.clear();
    for (const one of starved) one.replenished();
  }

  #provide(buffer: GroupBuffer): void {
    buffer.filledBytes = 0;
    const words = this.#words;
    const halves = this.#halves;
    if (words === null || halves === null) {
      buffer.inKernel = false;
      this.#idle.push(buffer);
      return;
    }
    buffer.inKernel = true;
    const entry = this.#tail & (this.count - 1);
    const at = entry << ENTRY_WORDS_LOG2;
    words[at] = buffer.addressLow;
    words[at + 1] = buffer.addressHigh;
    words[at + 2] = this.bufferBytes;
    halves[(entry << ENTRY_HALVES_LOG2) + ID_HALF] = buffer.number;
    this.#tail = (this.#tail + 1) & 0xffff;
    Atomics.store(halves, TAIL_HALF, this.#tail);
  }
}

/** One buffer of a group. @internal */
export class GroupBuffer implements Home {
  readonly number: number;
  readonly memory: Uint8Array;
  readonly addressLow: number;
  readonly addressHigh: number;
  readonly slab: number;
  /** The kernel may fill it, or what is left of it. */
  inKernel = false;
  filledBytes = 0;
  /** Received buffers in it that were not freed. */
  parts = 0;
  retired = false;
  readonly #group: BufferGroup;

  constructor(group: BufferGroup, number: number, memory: RingBuffer) {
    this.#group = group;
    this.number = number;
    this.memory = memory.bytes;
    this.addressLow = memory.addressLow;
    this.addressHigh = memory.addressHigh;
    this.slab = memory.slab;
  }

  release(): void {
    if (!this.retired) this.#group.released(this);
  }
}

/** The ring, with shared buffers if they are wanted and the kernel has them; null if it has no rings at all. */
function openEntries(
  id: number,
  count: number,
  incremental: boolean,
  registrar: Registrar,
  features: Features,
): { readonly entries: ArrayBuffer | null; readonly shared: boolean } {
  if (incremental && features.offers("incremental buffers")) {
    const entries = registrar.openBufferRing(id, count, PBUF_RING_INC);
    if (typeof entries !== "number") return { entries, shared: true };
    features.refuse("incremental buffers", entries);
  }
  if (features.offers("provided buffers")) {
    const entries = registrar.openBufferRing(id, count, 0);
    if (typeof entries !== "number") return { entries, shared: false };
    features.refuse("provided buffers", entries);
  }
  return { entries: null, shared: false };
}
