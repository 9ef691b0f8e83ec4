// The futures of one read or write of a file, with one buffer and with several.
import { ERRNO, systemError } from "@pollab/io-sys";
import {
  type Context,
  currentContext,
  Pending,
  type Poll,
  SUSPENDED,
  type Suspension,
} from "@pollab/runtime-core/future";
import type { BufferSlice, Transfer, VectoredTransfer } from "@pollab/runtime-core/io";
import { OP_READ, OP_READ_FIXED, OP_READV, OP_WRITE, OP_WRITE_FIXED, OP_WRITEV, SQE_FIXED_FILE } from "../abi.ts";
import type { Descriptor } from "../descriptor.ts";
import { ENDED, type Loan, type Operation, type RingBuffer } from "../operation.ts";
import { OperationFuture } from "../operation-future.ts";
import type { Operations } from "../operations.ts";
import type { CallSite } from "./call.ts";

/** A position in a file that is its own: where the last transfer of that kind ended. */
export const CURRENT_POSITION = -1;

const SYSCALLS: ReadonlyMap<number, string> = new Map([
  [OP_READ, "read"],
  [OP_WRITE, "write"],
  [OP_READV, "read"],
  [OP_WRITEV, "write"],
]);

function seek(operation: Operation, position: number): void {
  operation.seek(position);
  // The halves of -1, which `seek` is not made for.
  if (position === CURRENT_POSITION) operation.offsetHigh = -1;
}

/** The same transfer with a file that the ring knows already. */
function useRegisteredFile(operation: Operation, place: number): void {
  operation.fd = place;
  operation.head |= SQE_FIXED_FILE << 8;
}

/** The same transfer from or to memory that the ring knows already. */
function useRegisteredBuffer(operation: Operation, place: number): void {
  operation.opcode = operation.opcode === OP_READ ? OP_READ_FIXED : OP_WRITE_FIXED;
  operation.bufferIndex = place;
}

/** One read or write of one buffer. */
export class FileTransfer<B extends RingBuffer> extends OperationFuture<Transfer<B>> {
  readonly #opcode: number;
  protected readonly descriptor: Descriptor;
  protected readonly buf: B;
  protected readonly start: number;
  protected readonly length: number;
  protected readonly position: number;

  /** @param opcode `OP_READ` or `OP_WRITE` */
  constructor(
    operations: Operations,
    opcode: number,
    descriptor: Descriptor,
    buf: B,
    start: number,
    length: number,
    position: number,
  ) {
    super(operations, "transfer");
    this.#opcode = opcode;
    this.descriptor = descriptor;
    this.buf = buf;
    this.start = start;
    this.length = length;
    this.position = position;
  }

  override poll(cx: Context): Poll<Transfer<B>> {
    const { operation } = this;
    if (operation === null) return this.begin(cx);
    if (operation.state !== ENDED) {
      operation.waker = cx.waker;
      return Pending;
    }
    this.operation = null;
    return this.complete(cx, operation);
  }

  override next(_sent?: unknown): IteratorResult<Suspension, Transfer<B>> {
    const result = this.poll(currentContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }

  protected override submit(cx: Context): Poll<Transfer<B>> {
    if (this.descriptor.closed) this.descriptor.assertOpen(this.#syscall);
    const { operations } = this;
    const { registeredBuffers } = operations;
    // Asked before the buffer is lent.
    const place = registeredBuffers === null ? -1 : registeredBuffers.indexOf(this.buf);
    const operation = operations.prepareTransfer(this.#opcode, this.descriptor, this.buf, this.start, this.length);
    if (place >= 0) useRegisteredBuffer(operation, place);
    if (this.descriptor.place >= 0) useRegisteredFile(operation, this.descriptor.place);
    seek(operation, this.position);
    return this.enqueue(operation, cx);
  }

  protected override complete(cx: Context, operation: Operation): Poll<Transfer<B>> {
    const n = this.operations.take(operation);
    if (n >= 0) return { n, buf: this.buf };
    if (n === -ERRNO.EINTR && !this.descriptor.closed) return this.submit(cx);
    throw systemError(n, this.#syscall);
  }

  get #syscall(): string {
    return SYSCALLS.get(this.#opcode) ?? "transfer";
  }
}

const VECTOR_BYTES = 16;

/** Several buffers and the vector that names their parts: lent and given back together. */
class Vector<B extends RingBuffer> implements Loan {
  /** Each once, however many slices it has. */
  readonly #bufs: ReadonlySet<B>;
  readonly #vector: RingBuffer;

  constructor(slices: readonly BufferSlice<B>[], vector: RingBuffer) {
    this.#bufs = new Set(slices.map(({ buf }) => buf));
    this.#vector = vector;
    const { bytes } = vector;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    slices.forEach(({ buf, start, end }, index) => {
      const low = (buf.addressLow >>> 0) + start;
      const at = index * VECTOR_BYTES;
      view.setUint32(at, low, true);
      view.setInt32(at + 4, low > 0xffff_ffff ? buf.addressHigh + 1 : buf.addressHigh, true);
      view.setUint32(at + 8, end - start, true);
      view.setUint32(at + 12, 0, true);
    });
  }

  get place(): RingBuffer {
    return this.#vector;
  }

  /** All or none. @throws BufferLentError, BufferFreedError */
  lend(): void {
    const lent: B[] = [];
    try {
      for (const buf of this.#bufs) {
        buf.lend();
        lent.push(buf);
      }
    } catch (error) {
      for (const buf of lent) buf.giveBack();
      throw error;
    }
    this.#vector.lend();
  }

  giveBack(): void {
    for (const buf of this.#bufs) buf.giveBack();
    this.#vector.giveBack();
  }

  orphan(): void {
    for (const buf of this.#bufs) buf.orphan();
    this.#vector.orphan();
  }

  free(): void {
    this.#vector.free();
  }
}

/** One read or write of several buffers. */
export class VectoredFileTransfer<B extends RingBuffer> extends OperationFuture<VectoredTransfer<B>> {
  readonly #site: CallSite;
  readonly #opcode: number;
  readonly #descriptor: Descriptor;
  readonly #slices: readonly BufferSlice<B>[];
  readonly #position: number;
  #vector: Vector<B> | null = null;

  /** @param opcode `OP_READV` or `OP_WRITEV` */
  constructor(
    site: CallSite,
    opcode: number,
    descriptor: Descriptor,
    slices: readonly BufferSlice<B>[],
    position: number,
  ) {
    super(site.operations, "transfer");
    this.#site = site;
    this.#opcode = opcode;
    this.#descriptor = descriptor;
    this.#slices = slices;
    this.#position = position;
  }

  protected override submit(cx: Context): Pending {
    const { operations, argumentBuffers } = this.#site;
    operations.assertOpen();
    this.#descriptor.assertOpen(this.#syscall);
    const vector = new Vector(this.#slices, argumentBuffers.take());
    try {
      vector.lend();
    } catch (error) {
      vector.free();
      throw error;
    }
    const operation = operations.prepare(this.#opcode, this.#descriptor);
    operation.buffer = vector;
    operation.pointAt(vector.place, 0);
    operation.length = this.#slices.length;
    if (this.#descriptor.place >= 0) useRegisteredFile(operation, this.#descriptor.place);
    seek(operation, this.#position);
    this.#vector = vector;
    return this.enqueue(operation, cx);
  }

  protected override complete(cx: Context, operation: Operation): Poll<VectoredTransfer<B>> {
    const n = this.operations.take(operation);
    this.#vector?.free();
    this.#vector = null;
    if (n >= 0) return { n, bufs: this.#slices.map(({ buf }) => buf) };
    if (n === -ERRNO.EINTR && !this.#descriptor.closed) return this.submit(cx);
    throw systemError(n, this.#syscall);
  }

  get #syscall(): string {
    return SYSCALLS.get(this.#opcode) ?? "transfer";
  }
}
