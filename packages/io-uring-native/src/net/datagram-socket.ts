// What the datagram sockets of both address families do.
import { requireRange } from "@pollab/io-sys";
import type { Future } from "@pollab/runtime-core/future";
import type { Datagram, Transfer } from "@pollab/runtime-core/io";
import type { Stream } from "@pollab/runtime-core/stream";
import type { BufferGroup } from "../buffers/buffer-group.ts";
import type { Descriptor } from "../descriptor.ts";
import { DEFAULT_MAX_QUEUED } from "../multishot/multishot.ts";
import { type ReceivedDatagram, ReceiveDatagrams } from "../multishot/receive-datagrams.ts";
import type { RingBuffer } from "../operation.ts";
import { DatagramLane } from "./datagram-lane.ts";
import { Lane } from "./lane.ts";
import { ReceiveDatagram } from "./receive-datagram.ts";
import { SendDatagram, SendDatagramTo } from "./send-datagram.ts";
import type { NetSite } from "./site.ts";
import type { ReceiveOptions } from "./stream.ts";

/** A socket whose peers are `Address`es. A datagram that was received for a future that was dropped is the next one's. */
export abstract class UringDatagramSocket<B extends RingBuffer, Address> {
  protected readonly site: NetSite;
  protected readonly descriptor: Descriptor;
  readonly #readLane = new DatagramLane();
  readonly #writeLane = new Lane();

  /** For the driver. @internal */
  constructor(site: NetSite, descriptor: Descriptor) {
    this.site = site;
    this.descriptor = descriptor;
  }

  /** The address in a `struct sockaddr`. */
  protected abstract decode(name: Uint8Array): Address;

  /** The `struct sockaddr` of an address. @throws for an address that is none */
  protected abstract encode(address: Address): Uint8Array;

  /** The next datagram, and its sender. An empty one has `n` 0. @throws SystemError (the future) */
  recvFrom<Buf extends RingBuffer = B>(buf: Buf): Future<Datagram<Buf, Address>> {
    return new ReceiveDatagram(this.site, this.descriptor, this.#readLane, this.#decode, buf);
  }

  /** The next datagram of the connected peer. @throws SystemError (the future) such as ECONNREFUSED */
  recv<Buf extends RingBuffer = B>(buf: Buf): Future<Transfer<Buf>> {
    return this.recvFrom(buf);
  }

  /**
   * The datagrams as they come, in buffers of a group: one operation serves any number of them. A buffer holds 16 bytes and the
   * sender's address (128 bytes are kept for it) besides the datagram. What was not asked for is lost when the stream is dropped.
   *
   * @throws SystemError (the stream) such as ECANCELED; ECONNREFUSED, after which it goes on when it is polled again
   */
  receive(
    group: BufferGroup,
    { maxQueued = DEFAULT_MAX_QUEUED }: ReceiveOptions = {},
  ): Stream<ReceivedDatagram<Address>> {
    return new ReceiveDatagrams(this.site, this.descriptor, this.#readLane, group, this.#decode, maxQueued);
  }

  /** @throws RangeError when the range is not within the buffer; for an address that is none */
  sendTo<Buf extends RingBuffer = B>(buf: Buf, start: number, end: number, to: Address): Future<Transfer<Buf>> {
    requireRange(buf, start, end);
    const name = this.encode(to);
    return new SendDatagramTo(this.site, this.descriptor, this.#writeLane, name, buf, start, end);
  }

  /** @throws RangeError when the range is not within the buffer */
  send<Buf extends RingBuffer = B>(buf: Buf, start: number, end: number): Future<Transfer<Buf>> {
    requireRange(buf, start, end);
    return new SendDatagram(this.site.operations, this.descriptor, this.#writeLane, buf, start, end);
  }

  /** Closes. An operation in flight fails with ECANCELED. Idempotent. */
  close(): void {
    this.descriptor.close();
  }

  readonly #decode = (name: Uint8Array): Address => this.decode(name);
}
