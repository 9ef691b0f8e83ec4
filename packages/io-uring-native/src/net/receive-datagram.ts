// The future of one datagram.
import { ERRNO } from "@pollab/io-sys";
import type { Context, Poll } from "@pollab/runtime-core/future";
import type { BufferSource, Datagram } from "@pollab/runtime-core/io";
import { MSG_TRUNC, OP_RECVMSG } from "../abi.ts";
import type { Descriptor } from "../descriptor.ts";
import type { Operation, RingBuffer } from "../operation.ts";
import type { DatagramLane } from "./datagram-lane.ts";
import { SteppedLaneFuture } from "./lane-future.ts";
import { Message } from "./message.ts";
import type { NetSite } from "./site.ts";
import { lendOrRelease } from "./vectored.ts";

export class ReceiveDatagram<B extends RingBuffer, Address> extends SteppedLaneFuture<
  Datagram<B, Address>,
  DatagramLane
> {
  readonly #arguments: BufferSource<RingBuffer>;
  readonly #decode: (name: Uint8Array) => Address;
  readonly #buf: B;
  #message: Message | null = null;

  /** @param decode the sender's address */
  constructor(
    site: NetSite,
    descriptor: Descriptor,
    lane: DatagramLane,
    decode: (name: Uint8Array) => Address,
    buf: B,
  ) {
    super("read", site.operations, descriptor, lane);
    this.#arguments = site.argumentBuffers;
    this.#decode = decode;
    this.#buf = buf;
  }

  protected override start(cx: Context): Poll<Datagram<B, Address>> {
    const { lane } = this;
    const buf = this.#buf;
    if (lane.left !== 0) return this.#takeLeft();
    lane.memory = buf.bytes;
    const message = new Message(this.#arguments.take());
    message.wantName();
    const operation = this.operations.prepare(OP_RECVMSG, this.descriptor);
    lendOrRelease(this.operations, operation, message, [{ buf, start: 0, length: buf.capacityBytes }]);
    lane.message = message;
    this.#message = message;
    return this.enqueue(operation, cx);
  }

  protected override proceed(cx: Context, operation: Operation): Poll<Datagram<B, Address>> {
    const message = this.#message;
    this.#message = null;
    const n = this.operations.take(operation);
    const received = message?.received;
    message?.free();
    if (this.descriptor.closed) return this.fail(-ERRNO.ECANCELED);
    if (n === -ERRNO.EINTR) return this.attempt(cx);
    if (n < 0 || received === undefined) return this.fail(n);
    return this.#finish(n, received.name, (received.flags & MSG_TRUNC) !== 0);
  }

  #takeLeft(): Datagram<B, Address> {
    const { lane } = this;
    const { left } = lane;
    lane.left = 0;
    if (typeof left === "number") return this.fail(left);
    const { bytes } = this.#buf;
    const n = Math.min(left.bytes.byteLength, bytes.byteLength);
    bytes.set(left.bytes.subarray(0, n));
    return this.#finish(n, left.name, left.truncated || n < left.bytes.byteLength);
  }

  #finish(n: number, name: Uint8Array, truncated: boolean): Datagram<B, Address> {
    this.leave();
    return { n, buf: this.#buf, from: this.#decode(name), truncated };
  }
}
