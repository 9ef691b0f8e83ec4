// Datagrams as they come on a socket, as a stream of buffers that the kernel picked. Each has a header, which the kernel writes, before
// its bytes (io_uring_recvmsg_out(3)):
//
//     0 ─ 16                       16 ─ 144              144 ─
//     struct io_uring_recvmsg_out  the sender's address  the datagram
//
// Where the kernel has no such operation, each datagram is received by one of its own.
import { ERRNO } from "@pollab/io-sys";
import type { Context } from "@pollab/runtime-core/future";
import { constants } from "node:os";
import { CQE_F_BUFFER, MSG_TRUNC, OP_RECVMSG, RECV_MULTISHOT, SQE_BUFFER_SELECT } from "../abi.ts";
import type { BufferGroup, GroupBuffer } from "../buffers/buffer-group.ts";
import { emptyBuffer, type ReceivedBuffer } from "../buffers/received-buffer.ts";
import type { Descriptor } from "../descriptor.ts";
import type { DatagramLane } from "../net/datagram-lane.ts";
import { MAX_NAME_BYTES, Message } from "../net/message.ts";
import type { NetSite } from "../net/site.ts";
import type { Feature } from "../features.ts";
import type { Operation } from "../operation.ts";
import { type Continuation, Multishot } from "./multishot.ts";

const OUT_BYTES = 16;
const NAME_BYTES_AT = 0;
const FLAGS_AT = 12;
const PAYLOAD_OFFSET: number = OUT_BYTES + MAX_NAME_BYTES;

/** A datagram, and who sent it. */
export interface ReceivedDatagram<Address> {
  /** Its bytes. Free it. */
  readonly buf: ReceivedBuffer;
  readonly from: Address;
  /** The datagram was longer than the buffer, and its end is lost. */
  readonly truncated: boolean;
}

export class ReceiveDatagrams<Address> extends Multishot<ReceivedDatagram<Address>> {
  readonly #site: NetSite;
  readonly #descriptor: Descriptor;
  readonly #lane: DatagramLane;
  readonly #group: BufferGroup;
  readonly #decode: (name: Uint8Array) => Address;
  /** Of the operation in flight. */
  #message: Message | null = null;
  /** Where the kernel does not pick: what the receive in flight fills. */
  #reserved: GroupBuffer | null = null;

  /** @throws RangeError when the group's buffers have no room for a datagram */
  constructor(
    site: NetSite,
    descriptor: Descriptor,
    lane: DatagramLane,
    group: BufferGroup,
    decode: (name: Uint8Array) => Address,
    maxQueued: number,
  ) {
    super(site.operations, maxQueued);
    if (group.bufferBytes <= PAYLOAD_OFFSET) {
      throw new RangeError(
        `expected buffers of more than ${PAYLOAD_OFFSET} bytes, which precede each datagram; they have ${group.bufferBytes}`,
      );
    }
    this.#site = site;
    this.#descriptor = descriptor;
    this.#lane = lane;
    this.#group = group;
    this.#decode = decode;
  }

  override drop(): void {
    const lane = this.#lane;
    if (lane.user === this) {
      lane.exit(this);
      lane.ending = true;
    }
    this.#group.part(this);
    super.drop();
  }

  protected override get syscall(): string {
    return "read";
  }

  protected override get feature(): Feature {
    return "recvmsg multishot";
  }

  protected override get closed(): boolean {
    return this.#descriptor.closed;
  }

  protected override begin(cx: Context): boolean {
    const lane = this.#lane;
    if (!lane.enter(this, this.#descriptor, "read", cx.waker)) return false;
    try {
      this.#group.join(this);
    } catch (error) {
      lane.exit(this);
      throw error;
    }
    this.#descriptor.waiting = this;
    return true;
  }

  protected override prepare(): Operation | null {
    const { operations } = this;
    const group = this.#group;
    const reserved = group.picked ? null : group.reserve();
    if (!group.picked && reserved === null) return null;
    this.#reserved = reserved;
    const message = new Message(this.#site.argumentBuffers.take());
    this.#message = message;
    message.wantName();
    const operation = operations.prepare(OP_RECVMSG, this.#descriptor);
    if (reserved === null) {
      message.lendTo(operation, []);
      operation.entryFlags |= SQE_BUFFER_SELECT;
      operation.bufferIndex = group.id;
      if (this.offersMany) operation.priority = RECV_MULTISHOT;
    } else {
      message.lendToFill(operation, reserved, group.bufferBytes);
    }
    return operation;
  }

  protected override itemOf(
    operation: Operation,
    result: number,
    flags: number,
  ): ReceivedDatagram<Address> | undefined {
    if (result < 0) {
      this.#returnUnused(flags);
      return undefined;
    }
    if (operation.priority !== RECV_MULTISHOT) return this.#single(result, flags);
    const whole = this.#group.claim(flags, result);
    if (whole === null) return undefined;
    const header = whole.bytes;
    const view = new DataView(header.buffer, header.byteOffset, OUT_BYTES);
    const nameBytes = Math.min(view.getUint32(NAME_BYTES_AT, true), MAX_NAME_BYTES);
    return {
      from: this.#decode(header.slice(OUT_BYTES, OUT_BYTES + nameBytes)),
      truncated: (view.getUint32(FLAGS_AT, true) & MSG_TRUNC) !== 0,
      buf: whole.without(PAYLOAD_OFFSET),
    };
  }

  protected override discard({ buf }: ReceivedDatagram<Address>): void {
    buf.free();
  }

  protected override afterLast(result: number): Continuation {
    this.#message?.free();
    this.#message = null;
    if (this.closed) return -ERRNO.ECANCELED;
    if (result >= 0) return "again";
    if (result === -constants.errno.ENOBUFS) return "starved";
    return this.refusesMany(result) ? "again" : result;
  }

  /** ECONNREFUSED and its kind are about one datagram. */
  protected override survives(): boolean {
    return !this.closed;
  }

  protected override awaitBuffer(): void {
    this.#group.starve(this);
  }

  protected override leave(): void {
    const lane = this.#lane;
    if (this.#descriptor.waiting === this) this.#descriptor.waiting = null;
    this.#group.leave(this);
    if (lane.user === this) lane.exit(this);
    else lane.ended();
  }

  /** One datagram alone: what is about it is in the message. */
  #single(result: number, flags: number): ReceivedDatagram<Address> | undefined {
    const message = this.#message;
    const buf = this.#filled(result, flags);
    if (message === null || buf === null) return undefined;
    const { name, flags: messageFlags } = message.received;
    return { from: this.#decode(name), truncated: (messageFlags & MSG_TRUNC) !== 0, buf };
  }

  #filled(result: number, flags: number): ReceivedBuffer | null {
    const reserved = this.#reserved;
    this.#reserved = null;
    if (reserved !== null) return this.#group.fill(reserved, result, false);
    // For an empty datagram the kernel takes no buffer.
    return (flags & CQE_F_BUFFER) === 0 ? emptyBuffer() : this.#group.claim(flags, result);
  }

  #returnUnused(flags: number): void {
    const reserved = this.#reserved;
    this.#reserved = null;
    if (reserved !== null) this.#group.unreserve(reserved);
    else if ((flags & CQE_F_BUFFER) !== 0) this.#group.claim(flags, 0)?.free();
  }
}
