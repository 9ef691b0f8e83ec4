// Writes from the buffer's own memory. Such a send has two completions: the first says how much was sent, the second, a notification,
// that the network is through with the memory. Only then does the buffer come back. Where the kernel refuses, it is an ordinary send.
import { ERRNO } from "@pollab/io-sys";
import type { Context, Poll } from "@pollab/runtime-core/future";
import type { BufferSlice, Transfer, VectoredTransfer } from "@pollab/runtime-core/io";
import {
  CQE_F_NOTIF,
  MSG_NOSIGNAL,
  MSG_WAITALL,
  NOTIF_USAGE_ZC_COPIED,
  OP_SEND,
  OP_SEND_ZC,
  OP_SENDMSG,
  OP_SENDMSG_ZC,
  RECVSEND_FIXED_BUF,
  SEND_ZC_REPORT_USAGE,
} from "../abi.ts";
import type { OwnedBuffer } from "@pollab/runtime-core/io";
import type { Descriptor } from "../descriptor.ts";
import type { Feature } from "../features.ts";
import type { Operation, RingBuffer } from "../operation.ts";
import type { Operations } from "../operations.ts";
import type { Lane } from "./lane.ts";
import { SteppedLaneFuture } from "./lane-future.ts";
import { Message, vectorsWithin } from "./message.ts";
import type { NetSite } from "./site.ts";
import { lendOrRelease, unsentOf } from "./vectored.ts";

/** What a zero-copy write returns. */
export interface ZeroCopyTransfer<B extends OwnedBuffer> extends Transfer<B> {
  /** Whether the kernel copied after all, at least in part: as it does over loopback, and where it does not say. */
  readonly copied: boolean;
}

/** What the two kinds have in common. Subclasses prepare the entries. */
abstract class ZeroCopyWrite<T> extends SteppedLaneFuture<T, Lane> {
  protected sent = 0;
  protected copied = false;
  readonly #feature: Feature;
  readonly #total: number;
  #zeroCopy = false;
  #reports = false;
  /** This connection has no zero-copy. */
  #ordinary = false;

  constructor(operations: Operations, descriptor: Descriptor, lane: Lane, feature: Feature, total: number) {
    super("write", operations, descriptor, lane);
    this.#feature = feature;
    this.#total = total;
  }

  /** An entry for the rest: a zero-copy one, or an ordinary one. */
  protected abstract prepare(zeroCopy: boolean): Operation;

  protected abstract result(): T;

  protected override start(cx: Context): Poll<T> {
    if (this.sent === this.#total) {
      this.leave();
      return this.result();
    }
    const { features } = this.operations;
    this.#zeroCopy = !this.#ordinary && features.offers(this.#feature);
    this.#reports = this.#zeroCopy && features.offers("send zero-copy report");
    const operation = this.prepare(this.#zeroCopy);
    operation.flags = MSG_NOSIGNAL | MSG_WAITALL;
    if (this.#reports) operation.priority |= SEND_ZC_REPORT_USAGE;
    return this.enqueue(operation, cx);
  }

  protected override proceed(cx: Context, operation: Operation): Poll<T> {
    const { buffer, completionFlags } = operation;
    const notified = (completionFlags & CQE_F_NOTIF) !== 0;
    const sent = this.operations.take(operation);
    this.release(buffer);
    if (this.descriptor.closed) return this.fail(-ERRNO.ECANCELED);
    if (sent >= 0) {
      this.sent += sent;
      if (this.#zeroCopy) this.#learn();
      this.copied ||= !notified || !this.#reports || (completionFlags & NOTIF_USAGE_ZC_COPIED) !== 0;
      return this.attempt(cx);
    }
    if (sent === -ERRNO.EINTR || this.#refused(sent)) return this.attempt(cx);
    return this.fail(sent);
  }

  /** After each operation: frees what it had besides the payload. */
  protected release(_memory: Operation["buffer"]): void {}

  #learn(): void {
    const { features } = this.operations;
    features.works(this.#feature);
    if (this.#reports) features.works("send zero-copy report");
  }

  /** Whether to go on with less. */
  #refused(error: number): boolean {
    const { features } = this.operations;
    if (!this.#zeroCopy) return false;
    // Before 6.2 a kernel does not report, and says EINVAL as it does without any zero-copy.
    if (this.#reports && error === -ERRNO.EINVAL && features.refuses("send zero-copy report", error)) return true;
    // RLIMIT_MEMLOCK: pages on their way are pinned.
    if (error === -ERRNO.ENOMEM) features.count(this.#feature, error);
    else if (!features.refuses(this.#feature, error)) return false;
    this.#ordinary = true;
    return true;
  }
}

/** The future of one write. */
export class WriteAllZeroCopy<B extends RingBuffer> extends ZeroCopyWrite<ZeroCopyTransfer<B>> {
  readonly #buf: B;
  readonly #start: number;
  readonly #end: number;

  constructor(operations: Operations, descriptor: Descriptor, lane: Lane, buf: B, start: number, end: number) {
    super(operations, descriptor, lane, "send zero-copy", end - start);
    this.#buf = buf;
    this.#start = start;
    this.#end = end;
  }

  protected override prepare(zeroCopy: boolean): Operation {
    const { operations, descriptor } = this;
    const buf = this.#buf;
    const from = this.#start + this.sent;
    if (!zeroCopy) return operations.prepareTransfer(OP_SEND, descriptor, buf, from, this.#end - from);
    const index = operations.registeredBuffers?.indexOf(buf) ?? -1;
    const operation = operations.prepareTransfer(OP_SEND_ZC, descriptor, buf, from, this.#end - from);
    if (index >= 0) {
      operation.bufferIndex = index;
      operation.priority = RECVSEND_FIXED_BUF;
    }
    return operation;
  }

  protected override result(): ZeroCopyTransfer<B> {
    return { n: this.#end - this.#start, buf: this.#buf, copied: this.copied };
  }
}

/** The future of one write from several slices. */
export class WriteAllVectoredZeroCopy<B extends RingBuffer> extends ZeroCopyWrite<
  VectoredTransfer<B> & { readonly copied: boolean }
> {
  readonly #site: NetSite;
  readonly #slices: readonly BufferSlice<B>[];

  constructor(site: NetSite, descriptor: Descriptor, lane: Lane, slices: readonly BufferSlice<B>[]) {
    const total = slices.reduce((bytes, { start, end }) => bytes + end - start, 0);
    super(site.operations, descriptor, lane, "sendmsg zero-copy", total);
    this.#site = site;
    this.#slices = slices;
  }

  protected override prepare(zeroCopy: boolean): Operation {
    const memory = this.#site.argumentBuffers.take();
    const operation = this.operations.prepare(zeroCopy ? OP_SENDMSG_ZC : OP_SENDMSG, this.descriptor);
    const vectors = unsentOf(this.#slices, this.sent, vectorsWithin(memory.capacityBytes));
    lendOrRelease(this.operations, operation, new Message(memory), vectors);
    return operation;
  }

  protected override release(memory: Operation["buffer"]): void {
    memory?.free();
  }

  protected override result(): VectoredTransfer<B> & { readonly copied: boolean } {
    return { n: this.sent, bufs: this.#slices.map(({ buf }) => buf), copied: this.copied };
  }
}
