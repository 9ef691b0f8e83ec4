// A connection that carries bytes, in the owned form.
import { requireRange, requireTargets, SHUTDOWN } from "@pollab/io-sys";
import type { Future } from "@pollab/runtime-core/future";
import type { BufferSlice, ByteStream, Transfer, VectoredTransfer } from "@pollab/runtime-core/io";
import type { Stream } from "@pollab/runtime-core/stream";
import type { BufferGroup } from "../buffers/buffer-group.ts";
import type { ReceivedBuffer } from "../buffers/received-buffer.ts";
import type { Descriptor } from "../descriptor.ts";
import { StreamSteps } from "../linked/stream-steps.ts";
import { DEFAULT_MAX_QUEUED } from "../multishot/multishot.ts";
import { Receive } from "../multishot/receive.ts";
import type { RingBuffer } from "../operation.ts";
import { InstallDescriptor } from "./install-descriptor.ts";
import { Lane } from "./lane.ts";
import { Read } from "./read.ts";
import { ReadLane } from "./read-lane.ts";
import type { NetSite } from "./site.ts";
import { ReadVectored, WriteAllVectored } from "./vectored.ts";
import { WriteAll } from "./write-all.ts";
import { WriteAllVectoredZeroCopy, WriteAllZeroCopy, type ZeroCopyTransfer } from "./zero-copy.ts";

/** How a stream of received data behaves. */
export interface ReceiveOptions {
  /** From how many buffers on that were not asked for the peer has to wait; 64 unless given. */
  readonly maxQueued?: number;
}

/**
 * A connection. Dropping a read in flight loses no bytes: the next one begins with them. Any kind of buffer that the driver has made
 * can be written from, also those that `receive` gives out.
 */
export class UringStream<B extends RingBuffer> implements ByteStream<B> {
  protected readonly site: NetSite;
  protected readonly descriptor: Descriptor;
  readonly #readLane = new ReadLane();
  readonly #writeLane = new Lane();

  /** For the driver. @internal */
  constructor(site: NetSite, descriptor: Descriptor) {
    this.site = site;
    this.descriptor = descriptor;
  }

  read<Buf extends RingBuffer = B>(buf: Buf): Future<Transfer<Buf>> {
    return new Read(this.site.operations, this.descriptor, this.#readLane, buf);
  }

  /** @throws RangeError when there is no buffer, or one twice */
  readVectored<Buf extends RingBuffer = B>(bufs: readonly Buf[]): Future<VectoredTransfer<Buf>> {
    requireTargets(bufs);
    return new ReadVectored(this.site, this.descriptor, this.#readLane, bufs);
  }

  /**
   * What arrives, in buffers of a group, until the peer has finished. One operation serves any number of arrivals, and no buffer is
   * taken before there is something to put into it. Free each buffer: when all of a group are in use, its streams wait. It has the
   * reading side of the connection until it ends or is dropped; what was not asked for by then is the beginning of the next read.
   *
   * @throws SystemError (the stream) such as ECONNRESET, ECANCELED
   */
  receive(group: BufferGroup, { maxQueued = DEFAULT_MAX_QUEUED }: ReceiveOptions = {}): Stream<ReceivedBuffer> {
    return new Receive(this.site, this.descriptor, this.#readLane, group, maxQueued);
  }

  /** @throws RangeError when the range is not within the buffer */
  writeAll<Buf extends RingBuffer = B>(buf: Buf, start: number, end: number): Future<Transfer<Buf>> {
    requireRange(buf, start, end);
    return new WriteAll(this.site.operations, this.descriptor, this.#writeLane, buf, start, end);
  }

  /** @throws RangeError when a range is not within its buffer */
  writeAllVectored<Buf extends RingBuffer = B>(slices: readonly BufferSlice<Buf>[]): Future<VectoredTransfer<Buf>> {
    for (const { buf, start, end } of slices) requireRange(buf, start, end);
    return new WriteAllVectored(this.site, this.descriptor, this.#writeLane, slices);
  }

  /**
   * As `writeAll`, from the buffer's own memory: the network device reads it there. The buffer comes back when the peer has
   * acknowledged what is in it, which takes a round trip; worth it from some kilobytes on. Where the kernel cannot, it copies.
   *
   * @throws RangeError when the range is not within the buffer
   */
  writeAllZeroCopy<Buf extends RingBuffer = B>(buf: Buf, start: number, end: number): Future<ZeroCopyTransfer<Buf>> {
    requireRange(buf, start, end);
    return new WriteAllZeroCopy(this.site.operations, this.descriptor, this.#writeLane, buf, start, end);
  }

  /** As `writeAllVectored`, from the buffers' own memory. @throws RangeError when a range is not within its buffer */
  writeAllVectoredZeroCopy<Buf extends RingBuffer = B>(
    slices: readonly BufferSlice<Buf>[],
  ): Future<VectoredTransfer<Buf> & { readonly copied: boolean }> {
    for (const { buf, start, end } of slices) requireRange(buf, start, end);
    return new WriteAllVectoredZeroCopy(this.site, this.descriptor, this.#writeLane, slices);
  }

  /**
   * A descriptor of the process for this connection, beside the one that only the ring knows. It is the caller's to close.
   *
   * @throws SystemError (the future) EINVAL where the kernel has no such operation (before 6.8), or when this connection has one anyway
   */
  installDescriptor(): Future<number> {
    return new InstallDescriptor(this.site.operations, this.descriptor);
  }

  /** Transfers as parts of a chain; see `UringRequests.link`. */
  get steps(): StreamSteps {
    return new StreamSteps(this.descriptor);
  }

  shutdownRead(): void {
    this.descriptor.shutdown(SHUTDOWN.read);
  }

  shutdownWrite(): void {
    this.descriptor.shutdown(SHUTDOWN.write);
  }

  close(): void {
    // The peer learns of it now, also when the kernel needs a while to end what is in flight.
    if (this.descriptor.inFlight > 0) this.descriptor.shutdown(SHUTDOWN.both);
    this.descriptor.close();
  }
}
