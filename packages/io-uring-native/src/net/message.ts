// The memory of one sendmsg(2) or recvmsg(2): the header, an address and the vectors in one buffer of the driver's, and the payload's
// buffers, all of which the kernel has until the operation has ended.
//
//     0 ─ 56            64 ─ 192           192 ─
//     struct msghdr     socket address     struct iovec …
//
// Relies on: the layout of 64-bit little-endian machines.
import type { Loan, Operation, Place, RingBuffer } from "../operation.ts";

const NAME_AT = 0;
const NAME_BYTES_AT = 8;
const VECTORS_AT = 16;
const VECTOR_COUNT_AT = 24;
const FLAGS_AT = 48;

const NAME_OFFSET = 64;
/** sizeof(struct sockaddr_storage). */
export const MAX_NAME_BYTES = 128;
const VECTORS_OFFSET = 192;
const VECTOR_BYTES = 16;

/** A part of a buffer that is sent, or filled. */
export interface Vector {
  readonly buf: RingBuffer;
  readonly start: number;
  readonly length: number;
}

/** How many vectors fit behind the header of a buffer of this size. */
export function vectorsWithin(capacityBytes: number): number {
  return Math.floor((capacityBytes - VECTORS_OFFSET) / VECTOR_BYTES);
}

export class Message implements Loan {
  readonly #memory: RingBuffer;
  /** Its bytes, readable also while the buffer is lent. */
  readonly #header: Uint8Array;
  readonly #payload: RingBuffer[] = [];

  /** @param memory is this object's from now on */
  constructor(memory: RingBuffer) {
    this.#memory = memory;
    this.#header = memory.bytes;
    this.#header.fill(0, 0, VECTORS_OFFSET);
  }

  /** An address to send to. */
  setName(name: Uint8Array): void {
    this.#header.set(name, NAME_OFFSET);
    this.#pointAtName(name.byteLength);
  }

  /** Room for the address of the sender. */
  wantName(): void {
    this.#pointAtName(MAX_NAME_BYTES);
  }

  /**
   * Fills the header in, lends everything and makes it the operation's.
   *
   * @throws BufferLentError, BufferFreedError with everything as it was; the driver's buffer is freed
   */
  lendTo(operation: Operation, vectors: readonly Vector[]): void {
    this.#writeVectors(vectors);
    this.#lendHeaderTo(operation);
  }

  /** The same with memory that is lent already. */
  lendToFill(operation: Operation, place: Place, length: number): void {
    const view = viewOf(this.#header);
    this.#writeAddress(view, VECTORS_AT, this.#memory, VECTORS_OFFSET);
    view.setUint32(VECTOR_COUNT_AT, 1, true);
    this.#writeVector(view, VECTORS_OFFSET, place, 0, length);
    this.#lendHeaderTo(operation);
  }

  #lendHeaderTo(operation: Operation): void {
    this.#memory.lend();
    operation.pointAt(this.#memory, 0);
    operation.length = 1;
    operation.buffer = this;
  }

  /** What the kernel wrote about a received message: the sender's address, and flags. Also while the message is the kernel's. */
  get received(): { readonly name: Uint8Array; readonly flags: number } {
    const header = this.#header;
    const nameBytes = Math.min(viewOf(header).getUint32(NAME_BYTES_AT, true), MAX_NAME_BYTES);
    return {
      name: header.slice(NAME_OFFSET, NAME_OFFSET + nameBytes),
      flags: viewOf(header).getUint32(FLAGS_AT, true),
    };
  }

  giveBack(): void {
    this.#memory.giveBack();
    for (const buf of this.#payload) buf.giveBack();
  }

  orphan(): void {
    this.#memory.orphan();
    for (const buf of this.#payload) buf.orphan();
  }

  free(): void {
    this.#memory.free();
  }

  #pointAtName(nameBytes: number): void {
    const view = viewOf(this.#header);
    this.#writeAddress(view, NAME_AT, this.#memory, NAME_OFFSET);
    view.setUint32(NAME_BYTES_AT, nameBytes, true);
  }

  #writeVectors(vectors: readonly Vector[]): void {
    const view = viewOf(this.#header);
    this.#writeAddress(view, VECTORS_AT, this.#memory, VECTORS_OFFSET);
    view.setUint32(VECTOR_COUNT_AT, vectors.length, true);
    let at = VECTORS_OFFSET;
    for (const { buf, start, length } of vectors) {
      this.#lend(buf);
      this.#writeVector(view, at, buf, start, length);
      at += VECTOR_BYTES;
    }
  }

  #writeVector(view: DataView, at: number, place: Place, start: number, length: number): void {
    this.#writeAddress(view, at, place, start);
    view.setUint32(at + 8, length, true);
    view.setUint32(at + 12, 0, true);
  }

  #lend(buf: RingBuffer): void {
    // The parts of one buffer are lent together.
    if (this.#payload.includes(buf)) return;
    try {
      buf.lend();
    } catch (error) {
      for (const lent of this.#payload) lent.giveBack();
      this.#memory.free();
      throw error;
    }
    this.#payload.push(buf);
  }

  #writeAddress(view: DataView, at: number, { addressLow, addressHigh }: Place, start: number): void {
    const low = (addressLow >>> 0) + start;
    view.setUint32(at, low, true);
    view.setInt32(at + 4, low > 0xffff_ffff ? addressHigh + 1 : addressHigh, true);
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
