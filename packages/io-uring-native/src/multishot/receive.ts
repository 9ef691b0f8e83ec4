// What arrives on a connection, as a stream of buffers that the kernel picked: while nothing arrives, the connection holds none.
import { ERRNO } from "@pollab/io-sys";
import type { Context } from "@pollab/runtime-core/future";
import type { BufferSource } from "@pollab/runtime-core/io";
import { constants } from "node:os";
import { CQE_F_BUFFER, OP_RECV, RECV_MULTISHOT, SQE_BUFFER_SELECT } from "../abi.ts";
import type { BufferGroup, GroupBuffer } from "../buffers/buffer-group.ts";
import { keptBytes } from "../buffers/kept-bytes.ts";
import type { ReceivedBuffer } from "../buffers/received-buffer.ts";
import type { Descriptor } from "../descriptor.ts";
import type { ReadLane } from "../net/read-lane.ts";
import type { NetSite } from "../net/site.ts";
import type { Feature } from "../features.ts";
import type { Operation, RingBuffer } from "../operation.ts";
import { type Continuation, Multishot } from "./multishot.ts";

export class Receive extends Multishot<ReceivedBuffer> {
  readonly #descriptor: Descriptor;
  readonly #lane: ReadLane;
  readonly #group: BufferGroup;
  /** For what an earlier read left behind. */
  readonly #spare: BufferSource<RingBuffer>;
  /** Where the kernel does not pick: what the receive in flight fills. */
  #reserved: GroupBuffer | null = null;

  constructor(site: NetSite, descriptor: Descriptor, lane: ReadLane, group: BufferGroup, maxQueued: number) {
    super(site.operations, maxQueued);
    this.#descriptor = descriptor;
    this.#lane = lane;
    this.#group = group;
    this.#spare = site.buffers;
  }

  /** What has arrived and was not asked for is the beginning of the next read. */
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
    return "recv multishot";
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
    if (typeof lane.left === "number") {
      if (lane.left < 0) this.failWith(lane.left);
      lane.left = 0;
    }
    while (lane.left !== 0) this.queue(keptBytes(lane, this.#spare.take()));
    return true;
  }

  protected override prepare(): Operation | null {
    const group = this.#group;
    if (!group.picked) return this.#prepareReserved();
    const operation = this.operations.prepare(OP_RECV, this.#descriptor);
    operation.entryFlags |= SQE_BUFFER_SELECT;
    operation.bufferIndex = group.id;
    if (this.offersMany) operation.priority = RECV_MULTISHOT;
    return operation;
  }

  protected override itemOf(_operation: Operation, result: number, flags: number): ReceivedBuffer | undefined {
    const group = this.#group;
    if ((flags & CQE_F_BUFFER) !== 0) {
      const received = group.claim(flags, Math.max(result, 0)) ?? undefined;
      if (result > 0) return received;
      received?.free();
      return undefined;
    }
    const reserved = this.#reserved;
    if (reserved === null) return undefined;
    this.#reserved = null;
    if (result > 0) return group.fill(reserved, result, false);
    group.unreserve(reserved);
    return undefined;
  }

  protected override discard(item: ReceivedBuffer): void {
    this.#lane.keep(item.bytes);
    item.free();
  }

  protected override afterLast(result: number): Continuation {
    if (result > 0) return "again";
    if (this.#descriptor.closed) return -ERRNO.ECANCELED;
    if (result === 0) return "end";
    if (result === -constants.errno.ENOBUFS) return "starved";
    return this.refusesMany(result) ? "again" : result;
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

  #prepareReserved(): Operation | null {
    const group = this.#group;
    const reserved = group.reserve();
    if (reserved === null) return null;
    this.#reserved = reserved;
    const operation = this.operations.prepare(OP_RECV, this.#descriptor);
    operation.pointAt(reserved, 0);
    operation.length = group.bufferBytes;
    return operation;
  }
}
