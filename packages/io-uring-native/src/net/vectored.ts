// Reads into several buffers and writes from several, each with one entry. What does not fit into one message goes into the next.
import { ERRNO } from "@pollab/io-sys";
import type { Context, Poll } from "@pollab/runtime-core/future";
import type { BufferSlice, BufferSource, VectoredTransfer } from "@pollab/runtime-core/io";
import { MSG_NOSIGNAL, MSG_WAITALL, OP_RECVMSG, OP_SENDMSG } from "../abi.ts";
import type { Descriptor } from "../descriptor.ts";
import type { Operation, RingBuffer } from "../operation.ts";
import type { Operations } from "../operations.ts";
import type { Lane } from "./lane.ts";
import { SteppedLaneFuture } from "./lane-future.ts";
import { Message, type Vector, vectorsWithin } from "./message.ts";
import type { ReadLane } from "./read-lane.ts";
import type { NetSite } from "./site.ts";

/** The future of one read into several buffers. */
export class ReadVectored<B extends RingBuffer> extends SteppedLaneFuture<VectoredTransfer<B>, ReadLane> {
  readonly #arguments: BufferSource<RingBuffer>;
  readonly #bufs: readonly B[];

  constructor(site: NetSite, descriptor: Descriptor, lane: ReadLane, bufs: readonly B[]) {
    super("read", site.operations, descriptor, lane);
    this.#arguments = site.argumentBuffers;
    this.#bufs = bufs;
  }

  protected override start(cx: Context): Poll<VectoredTransfer<B>> {
    const { lane } = this;
    const bufs = this.#bufs;
    if (lane.left !== 0) return this.#takeLeft();
    if (bufs.every(({ capacityBytes }) => capacityBytes === 0)) return this.#finish(0);
    const filled = bufs.slice(0, vectorsWithin(this.#arguments.bufferBytes));
    lane.memory = filled.map(({ bytes }) => bytes);
    const message = new Message(this.#arguments.take());
    const operation = this.operations.prepare(OP_RECVMSG, this.descriptor);
    lendOrRelease(this.operations, operation, message, filled.map(wholeOf));
    return this.enqueue(operation, cx);
  }

  protected override proceed(cx: Context, operation: Operation): Poll<VectoredTransfer<B>> {
    const { buffer } = operation;
    const n = this.operations.take(operation);
    buffer?.free();
    if (this.descriptor.closed) return this.fail(-ERRNO.ECANCELED);
    if (n >= 0) return this.#finish(n);
    return n === -ERRNO.EINTR ? this.attempt(cx) : this.fail(n);
  }

  #takeLeft(): VectoredTransfer<B> {
    const { lane } = this;
    const { left } = lane;
    if (typeof left === "number") {
      lane.left = 0;
      return this.fail(left);
    }
    let n = 0;
    for (const buf of this.#bufs) n += lane.fill(buf.bytes);
    return this.#finish(n);
  }

  #finish(n: number): VectoredTransfer<B> {
    this.leave();
    return { n, bufs: this.#bufs };
  }
}

/** The future of one write from several slices: as many sends as it takes. */
export class WriteAllVectored<B extends RingBuffer> extends SteppedLaneFuture<VectoredTransfer<B>, Lane> {
  readonly #arguments: BufferSource<RingBuffer>;
  readonly #slices: readonly BufferSlice<B>[];
  readonly #total: number;
  #sent = 0;

  constructor(site: NetSite, descriptor: Descriptor, lane: Lane, slices: readonly BufferSlice<B>[]) {
    super("write", site.operations, descriptor, lane);
    this.#arguments = site.argumentBuffers;
    this.#slices = slices;
    this.#total = slices.reduce((bytes, { start, end }) => bytes + end - start, 0);
  }

  protected override start(cx: Context): Poll<VectoredTransfer<B>> {
    if (this.#sent === this.#total) {
      this.leave();
      return { n: this.#total, bufs: this.#slices.map(({ buf }) => buf) };
    }
    const memory = this.#arguments.take();
    const operation = this.operations.prepare(OP_SENDMSG, this.descriptor);
    operation.flags = MSG_NOSIGNAL | MSG_WAITALL;
    const vectors = unsentOf(this.#slices, this.#sent, vectorsWithin(memory.capacityBytes));
    lendOrRelease(this.operations, operation, new Message(memory), vectors);
    return this.enqueue(operation, cx);
  }

  protected override proceed(cx: Context, operation: Operation): Poll<VectoredTransfer<B>> {
    const { buffer } = operation;
    const sent = this.operations.take(operation);
    buffer?.free();
    if (this.descriptor.closed) return this.fail(-ERRNO.ECANCELED);
    if (sent >= 0) this.#sent += sent;
    else if (sent !== -ERRNO.EINTR) return this.fail(sent);
    return this.attempt(cx);
  }
}

/** What is to be sent after the first `sent` bytes, in at most `most` vectors. */
export function unsentOf(slices: readonly BufferSlice<RingBuffer>[], sent: number, most: number): Vector[] {
  const vectors: Vector[] = [];
  let skipped = sent;
  for (const { buf, start, end } of slices) {
    const length = end - start - skipped;
    if (length > 0) vectors.push({ buf, start: start + skipped, length });
    skipped = Math.max(0, -length);
    if (vectors.length === most) break;
  }
  return vectors;
}

function wholeOf(buf: RingBuffer): Vector {
  return { buf, start: 0, length: buf.capacityBytes };
}

/** A record that could not be filled in must not be lost. */
export function lendOrRelease(operations: Operations, operation: Operation, message: Message, vectors: Vector[]): void {
  try {
    message.lendTo(operation, vectors);
  } catch (error) {
    operations.discard(operation);
    throw error;
  }
}
