// A kernel on ordinary memory that does what io_uring may do and a quiet machine never shows: it delays, reorders and repeats
// completions, submits in part, returns EINTR, EAGAIN and EBUSY, transfers short counts, decides cancel races either way, denies
// knowing an operation that it goes on with, ends multishot operations early, has its provided buffers run out, and takes its time
// with the notifications of zero-copy sends. Its choices come from a seed.
//
// Sockets deliver an endless stream of bytes, of which each is a function of the descriptor and the position; files likewise. So every
// byte that a program receives can be checked.
import { constants } from "node:os";
import {
  CQE_BUFFER_SHIFT,
  CQE_F_BUF_MORE,
  CQE_F_BUFFER,
  CQE_F_MORE,
  CQE_F_NOTIF,
  FEATURE_EXT_ARG,
  FEATURE_FAST_POLL,
  FEATURE_NODROP,
  NOTIF_USAGE_ZC_COPIED,
  OP_ACCEPT,
  OP_ASYNC_CANCEL,
  OP_CONNECT,
  OP_FSYNC,
  OP_LINK_TIMEOUT,
  OP_OPENAT,
  OP_POLL_ADD,
  OP_READ,
  OP_RECV,
  OP_RECVMSG,
  OP_SEND,
  OP_SEND_ZC,
  OP_SENDMSG,
  OP_TIMEOUT,
  OP_WRITE,
  PBUF_RING_INC,
  SEND_ZC_REPORT_USAGE,
  SQ_CQ_OVERFLOW,
  SQ_TASKRUN,
  SQE_IO_HARDLINK,
} from "../../src/abi.ts";
import type { DescriptorCalls } from "../../src/descriptor.ts";
import type { Kernel, RingMapping } from "../../src/kernel.ts";
import { FakeBufferRing } from "./fake-buffer-ring.ts";
import type { FakeMemory, KernelUse } from "./fake-memory.ts";
import { isLinked, isMultishot, readRequest, type Request, selectsBuffer } from "./fake-request.ts";
import type { Random } from "./random.ts";

const {
  EAGAIN,
  EALREADY,
  EBADF,
  EBUSY,
  ECANCELED,
  ECONNRESET,
  EFAULT,
  EINTR,
  EINVAL,
  EMFILE,
  ENOBUFS,
  ENOENT,
  EOPNOTSUPP,
  ETIME,
} = constants.errno;

const SQ_HEAD = 0;
const SQ_TAIL = 1;
const SQ_FLAGS = 2;
const CQ_HEAD = 3;
const CQ_TAIL = 4;
const SQ_ARRAY = 8;
const RING_FD = 3;

/** Operations that nothing but chance or a cancel ends. */
const WAITING: ReadonlySet<number> = new Set([OP_ACCEPT, OP_POLL_ADD, OP_TIMEOUT, OP_LINK_TIMEOUT]);

/** The byte at a position of what a descriptor delivers. */
export function byteAt(fd: number, position: number): number {
  return (Math.imul(fd + 1, 0x9e37_79b1) + Math.imul(position + 1, 0x85eb_ca6b)) >>> 24;
}

/** The buffer that memory at an address belongs to; none where there is no buffer. */
function usesOf(address: number, length: number, memories: readonly FakeMemory[]): KernelUse[] {
  return memories.flatMap((memory) => {
    const offset = memory.offsetOf(address);
    return offset === undefined ? [] : [memory.kernelBegins(offset, length)];
  });
}

interface Completion {
  readonly slot: number;
  readonly generation: number;
  readonly result: number;
  readonly flags: number;
}

/** What this kernel does not have. */
export interface Lacks {
  readonly multishot?: boolean;
  readonly bufferRings?: boolean;
  readonly zeroCopy?: boolean;
  /** Peers that acknowledge what was sent to them. */
  readonly notifications?: boolean;
}

export class FakeKernel implements Kernel, DescriptorCalls {
  /** Off: everything is done at once and in order, so that a test comes to its end. */
  mischief = true;
  lacks: Lacks = {};
  readonly violations: string[] = [];
  /** Everything that happened, for comparison with another run; null where nobody compares. */
  log: string[] | null = [];
  readonly openDescriptors = new Set<number>();
  /** Sockets whose peer says nothing: receiving from them ends only by a cancel or a shutdown. */
  readonly silent = new Set<number>();
  inFlight: Request[] = [];
  readonly received = new Map<number, number>();
  readonly sent = new Map<number, number[]>();
  readonly bufferRings = new Map<number, FakeBufferRing>();
  readonly #shutDown = new Set<number>();
  readonly #random: Random;
  readonly #memories: readonly FakeMemory[];
  #words = new Int32Array(0);
  #sqes = new Int32Array(0);
  #sqMask = 0;
  #cqMask = 0;
  #cqesAt = 0;
  #overflown: Completion[] = [];
  /** Finished, but shown only to an `enter` that asks: what SQ_TASKRUN announces. */
  #deferred: Completion[] = [];
  #lastCompletion: Completion | null = null;
  #nextDescriptor = 100;

  /** @param memories all that operations may be given; that of provided buffers is the last */
  constructor(random: Random, ...memories: readonly FakeMemory[]) {
    this.#random = random;
    this.#memories = memories;
  }

  setup(sqEntries: number, cqEntries: number): RingMapping {
    this.#cqesAt = SQ_ARRAY + sqEntries;
    const ring = new ArrayBuffer((this.#cqesAt + cqEntries * 4) * 4);
    const sqes = new ArrayBuffer(sqEntries * 64);
    this.#words = new Int32Array(ring);
    this.#sqes = new Int32Array(sqes);
    this.#sqMask = sqEntries - 1;
    this.#cqMask = cqEntries - 1;
    // Indices run freely; beginning near the end shows whether they may wrap.
    for (const index of [SQ_HEAD, SQ_TAIL, CQ_HEAD, CQ_TAIL]) this.#words[index] = 0x7fff_fff0;
    return {
      fd: RING_FD,
      features: FEATURE_NODROP | FEATURE_FAST_POLL | FEATURE_EXT_ARG,
      ring,
      sqes,
      sqEntries,
      cqEntries,
      sqHeadBytes: SQ_HEAD * 4,
      sqTailBytes: SQ_TAIL * 4,
      sqFlagsBytes: SQ_FLAGS * 4,
      sqArrayBytes: SQ_ARRAY * 4,
      cqHeadBytes: CQ_HEAD * 4,
      cqTailBytes: CQ_TAIL * 4,
      cqesBytes: this.#cqesAt * 4,
    };
  }

  enter(fd: number, toSubmit: number, minComplete: number): number {
    if (fd !== RING_FD) return -EBADF;
    if (this.mischief && this.#random.chance(0.1)) {
      const error = this.#random.pick([EINTR, EAGAIN, EBUSY]) ?? EINTR;
      this.log?.push(`enter: errno ${error}`);
      return -error;
    }
    const submitted = this.#consume(toSubmit);
    this.#flush();
    this.breathe();
    this.#flush();
    // What was submitted in part does not wait.
    const wanted = submitted === toSubmit ? minComplete : 0;
    for (let tries = 0; wanted > this.#visible() && tries < 100 && this.#canAdvance(); tries++) {
      this.breathe();
      this.#flush();
    }
    return submitted === 0 && minComplete > this.#visible() ? -ETIME : submitted;
  }

  registerBuffers(): number {
    return -EINVAL;
  }

  updateBuffer(): number {
    return -EINVAL;
  }

  registerFiles(): number {
    return -EINVAL;
  }

  updateFile(): number {
    return -EINVAL;
  }

  limitFileChoice(): number {
    return -EINVAL;
  }

  registerNapi(): number {
    return -EINVAL;
  }

  openBufferRing(_fd: number, group: number, entries: number, flags: number): ArrayBuffer | number {
    const memory = this.#memories.at(-1);
    if (this.lacks.bufferRings === true || memory === undefined) return -EINVAL;
    const ring = new ArrayBuffer(entries * 16);
    this.bufferRings.set(group, new FakeBufferRing(ring, memory, (flags & PBUF_RING_INC) !== 0));
    return ring;
  }

  closeBufferRing(_fd: number, group: number): number {
    return this.bufferRings.delete(group) ? 0 : -ENOENT;
  }

  /** Sometimes it does not know how, and sometimes it misses one. */
  cancelAll(): number {
    if (this.#random.chance(0.5)) return -EINVAL;
    for (const request of this.inFlight) if (!this.#random.chance(0.2)) request.cancelled = true;
    return 0;
  }

  close(fd: number): number {
    if (fd !== RING_FD) return -EBADF;
    const left = this.inFlight.filter(({ sent }) => !sent || this.lacks.notifications !== true).length;
    if (left > 0) this.violations.push(`the ring was closed with ${left} in flight`);
    return 0;
  }

  /** Has some of every file in memory, at times: none of it, a part, or all; and some files cannot tell. */
  readCached(fd: number, address: number, length: number, position: number): number {
    if (!this.openDescriptors.has(fd)) {
      this.violations.push(`descriptor ${fd} was read in place, but was not open`);
      return -EBADF;
    }
    if (fd % 4 === 0) return -EOPNOTSUPP;
    if (this.mischief && this.#random.chance(0.5)) return this.#random.chance(0.1) ? -EINTR : -EAGAIN;
    const [use] = usesOf(address, length, this.#memories);
    if (use === undefined) {
      this.violations.push(`descriptor ${fd} was read in place into memory outside of any buffer`);
      return -EFAULT;
    }
    const n = this.#deliver([use], fd, position, this.#random.chance(0.5) ? length : this.#short(length));
    use.memory.kernelEnds(use);
    this.log?.push(`cached read of ${fd}: ${n}`);
    return n;
  }

  adoptFd(): void {
    // A fake descriptor is nothing that a thread could leave open.
  }

  closeFd(fd: number): number {
    this.log?.push(`close ${fd}`);
    if (!this.openDescriptors.delete(fd)) this.violations.push(`descriptor ${fd} was closed, but was not open`);
    // What is sent needs its memory only.
    if (this.inFlight.some((request) => request.fd === fd && !request.sent)) {
      this.violations.push(`descriptor ${fd} was closed with an operation in flight`);
    }
    return 0;
  }

  shutdownSocket(fd: number): number {
    this.#shutDown.add(fd);
    return 0;
  }

  openDescriptor(): number {
    const fd = this.#nextDescriptor++;
    this.openDescriptors.add(fd);
    if (this.#random.chance(0.3)) this.silent.add(fd);
    return fd;
  }

  /** Time passes: some of what is in flight advances, in any order. */
  breathe(): void {
    for (const request of [...this.inFlight]) {
      if (this.#canAdvanceWith(request) && (!this.mischief || this.#random.chance(0.4))) this.#advance(request);
    }
    if (this.mischief && this.#lastCompletion !== null && this.#random.chance(0.05)) {
      const times = this.#random.chance(0.1) ? 2 * (this.#cqMask + 1) : 1;
      this.log?.push(`a completion is repeated ${times} times`);
      for (let i = 0; i < times; i++) this.#post(this.#lastCompletion);
    }
  }

  #consume(toSubmit: number): number {
    const words = this.#words;
    const published = ((words[SQ_TAIL] ?? 0) - (words[SQ_HEAD] ?? 0)) | 0;
    if (toSubmit > published) this.violations.push(`enter was asked for ${toSubmit} of ${published} entries`);
    const count = this.mischief && this.#random.chance(0.2) ? this.#random.below(toSubmit + 1) : toSubmit;
    let consumed = 0;
    while (consumed < count) consumed += this.#consumeChain(toSubmit - consumed);
    return consumed;
  }

  /** One entry and what is linked to it: a chain is not submitted in part. */
  #consumeChain(available: number): number {
    const head = this.#next();
    const members = [head];
    for (let last = head; isLinked(last) && members.length < available; members.push(last)) last = this.#next();
    if (isLinked(members.at(-1) ?? head)) this.violations.push("a chain goes on behind the end of its submission");
    head.chain = members.slice(1);
    this.#start(head);
    return members.length;
  }

  #next(): Request {
    const words = this.#words;
    const head = words[SQ_HEAD] ?? 0;
    const request = readRequest(
      this.#sqes,
      (words[SQ_ARRAY + (head & this.#sqMask)] ?? 0) << 4,
      this.#memories,
      this.violations,
    );
    words[SQ_HEAD] = (head + 1) | 0;
    this.log?.push(`submit ${request.opcode} on ${request.fd}`);
    if (request.fd >= 0 && request.opcode !== OP_POLL_ADD && !this.openDescriptors.has(request.fd)) {
      this.violations.push(`an operation was submitted on descriptor ${request.fd}, which is not open`);
    }
    return request;
  }

  /** The first of a chain, or what comes next in one. */
  #start(request: Request): void {
    this.inFlight.push(request);
    const [timeout, ...rest] = request.chain;
    if (timeout?.opcode !== OP_LINK_TIMEOUT) return;
    request.limit = timeout;
    request.chain = rest;
    timeout.limits = request;
    request.last = timeout;
    this.inFlight.push(timeout);
  }

  #canAdvanceWith(request: Request): boolean {
    if (request.sent) return this.lacks.notifications !== true;
    if (request.cancelled || this.#shutDown.has(request.fd)) return true;
    return WAITING.has(request.opcode) ? this.mischief : !this.silent.has(request.fd);
  }

  #canAdvance(): boolean {
    return (
      this.#deferred.length > 0 || this.#overflown.length > 0 || this.inFlight.some((r) => this.#canAdvanceWith(r))
    );
  }

  #advance(request: Request): void {
    // It may have ended with another one meanwhile.
    if (!this.inFlight.includes(request)) return;
    if (request.sent) {
      const copied = (request.priority & SEND_ZC_REPORT_USAGE) !== 0 && this.#random.chance(0.5);
      this.#finish(request, copied ? NOTIF_USAGE_ZC_COPIED : 0, CQE_F_NOTIF);
    } else if (request.cancelled && !(this.mischief && !this.silent.has(request.fd) && this.#random.chance(0.3))) {
      // An operation that was cancelled may just as well have gone on.
      this.#finish(request, -ECANCELED, 0);
    } else if (this.mischief && request.opcode !== OP_ASYNC_CANCEL && this.#random.chance(0.05)) {
      this.#finish(request, -EINTR, 0);
    } else if (isMultishot(request)) {
      this.#advanceMultishot(request);
    } else if (request.opcode === OP_SEND_ZC) {
      this.#sendZeroCopy(request);
    } else {
      const { result, flags } = this.#resultOf(request);
      this.#finish(request, result, flags);
    }
  }

  /** One of many completions, or the last. */
  #advanceMultishot(request: Request): void {
    if (this.lacks.multishot === true) {
      this.#finish(request, -EINVAL, 0);
      return;
    }
    const { result, flags } = this.#resultOf(request);
    const ends = result < 0 || (result === 0 && request.opcode === OP_RECV);
    // Without an error as well: the queue was full, or many were served at a time.
    if (ends || request.cancelled || (this.mischief && this.#random.chance(0.15))) this.#finish(request, result, flags);
    else this.#postFor(request, result, flags | CQE_F_MORE);
  }

  #sendZeroCopy(request: Request): void {
    if (this.lacks.zeroCopy === true) {
      this.#finish(request, -EINVAL, 0);
      return;
    }
    const { result } = this.#resultOf(request);
    // Where nothing was sent there may still be a notification.
    if (result < 0 && this.#random.chance(0.5)) {
      this.#finish(request, result, 0);
      return;
    }
    request.sent = true;
    this.#postFor(request, result, CQE_F_MORE);
  }

  /** The last completion, and what follows from it. */
  #finish(request: Request, result: number, flags: number): void {
    this.inFlight = this.inFlight.filter((other) => other !== request);
    this.#letGo(request);
    this.log?.push(`finish ${request.opcode} on ${request.fd}: ${result}`);
    this.#postFor(request, result, flags);
    if (request.limits !== null) {
      if (result === -ETIME) request.limits.cancelled = true;
      request.limits.limit = null;
      return;
    }
    const { limit } = request;
    if (limit !== null) {
      this.inFlight = this.inFlight.filter((other) => other !== limit);
      this.#letGo(limit);
      this.#postFor(limit, -ECANCELED, 0);
    }
    this.#goOn(request, result);
  }

  /** The next of the chain begins, or none of the rest does. */
  #goOn(request: Request, result: number): void {
    const [next, ...rest] = request.chain;
    if (next === undefined) return;
    const hard = ((request.last ?? request).entryFlags & SQE_IO_HARDLINK) !== 0;
    if (hard || this.#succeeded(request, result)) {
      next.chain = rest;
      this.#start(next);
      return;
    }
    for (const member of request.chain) {
      this.#letGo(member);
      this.#postFor(member, -ECANCELED, 0);
    }
  }

  #succeeded({ opcode, length }: Request, result: number): boolean {
    if (opcode === OP_TIMEOUT) return result === -ETIME;
    if (opcode === OP_READ || opcode === OP_WRITE || opcode === OP_SEND) return result === length;
    return result >= 0;
  }

  #letGo(request: Request): void {
    for (const use of request.uses) use.memory.kernelEnds(use);
    request.uses = [];
  }

  #resultOf(request: Request): { readonly result: number; readonly flags: number } {
    if (request.opcode === OP_RECV && selectsBuffer(request)) return this.#receivePicked(request);
    return { result: this.#plainResultOf(request), flags: 0 };
  }

  #plainResultOf(request: Request): number {
    const { opcode, fd } = request;
    switch (opcode) {
      case OP_ASYNC_CANCEL:
        return this.#cancel(request);
      case OP_ACCEPT:
        if (this.mischief && this.#random.chance(0.03)) return -EMFILE;
        return this.openDescriptor();
      case OP_OPENAT:
        return this.openDescriptor();
      case OP_RECV:
        return this.#receive(fd, request.uses, request.length);
      case OP_RECVMSG: {
        const parts = request.uses.slice(1);
        return this.#receive(fd, parts, lengthOf(parts));
      }
      case OP_READ:
        return this.#deliver(request.uses, fd, request.position, this.#short(request.length));
      case OP_SEND:
      case OP_SEND_ZC:
        return this.#send(fd, request.uses, request.length);
      case OP_SENDMSG: {
        const parts = request.uses.slice(1);
        return this.#send(fd, parts, lengthOf(parts));
      }
      case OP_WRITE:
        return this.#short(request.length);
      case OP_TIMEOUT:
      case OP_LINK_TIMEOUT:
        return -ETIME;
      default:
        return opcode === OP_CONNECT || opcode === OP_FSYNC ? 0 : 1;
    }
  }

  #receivePicked({ fd, group }: Request): { readonly result: number; readonly flags: number } {
    const failure = this.#failureToReceive(fd);
    if (failure !== undefined) return { result: failure, flags: 0 };
    const ring = this.bufferRings.get(group);
    if (ring === undefined || ring.isEmpty) return { result: -ENOBUFS, flags: 0 };
    const from = this.received.get(fd) ?? 0;
    const { n, piece } = ring.fill(this.#short(40), (i) => byteAt(fd, from + i));
    this.received.set(fd, from + n);
    return { result: n, flags: CQE_F_BUFFER | (piece.id << CQE_BUFFER_SHIFT) | (piece.more ? CQE_F_BUF_MORE : 0) };
  }

  #receive(fd: number, uses: readonly KernelUse[], length: number): number {
    const failure = this.#failureToReceive(fd);
    if (failure !== undefined) return failure;
    const from = this.received.get(fd) ?? 0;
    const count = this.#deliver(uses, fd, from, this.#short(length));
    this.received.set(fd, from + count);
    return count;
  }

  #failureToReceive(fd: number): number | undefined {
    if (this.#shutDown.has(fd)) return 0;
    return this.mischief && this.#random.chance(0.01) ? -ECONNRESET : undefined;
  }

  #send(fd: number, uses: readonly KernelUse[], length: number): number {
    const count = this.#short(length);
    const log = this.sent.get(fd) ?? [];
    let left = count;
    for (const { memory, offset, length: partBytes } of uses) {
      const n = Math.min(left, partBytes);
      log.push(...memory.bytes.subarray(offset, offset + n));
      left -= n;
    }
    this.sent.set(fd, log);
    return count;
  }

  #short(length: number): number {
    return this.mischief && length > 0 ? 1 + this.#random.below(length) : length;
  }

  #deliver(uses: readonly KernelUse[], fd: number, from: number, count: number): number {
    let done = 0;
    for (const { memory, offset, length } of uses) {
      for (let i = 0; i < length && done < count; i++) memory.bytes[offset + i] = byteAt(fd, from + done++);
    }
    return done;
  }

  #cancel({ targetLow, targetHigh }: Request): number {
    const target = this.inFlight.find(({ slot, generation }) => slot === targetLow && generation === targetHigh);
    // What is sent already only waits for its notification.
    if (target === undefined || target.sent) return -ENOENT;
    // Between two states of the target, when the real kernel cannot find it either.
    if (this.mischief && this.#random.chance(0.2)) return -ENOENT;
    const waits = WAITING.has(target.opcode) || isMultishot(target);
    if (this.mischief && !waits && this.#canAdvanceWith(target) && this.#random.chance(0.2)) return -EALREADY;
    target.cancelled = true;
    return 0;
  }

  #postFor({ slot, generation }: Request, result: number, flags: number): void {
    this.#post({ slot, generation, result, flags });
  }

  #post(completion: Completion): void {
    // One of many is not repeated: a repetition would be as good as the original.
    if ((completion.flags & CQE_F_MORE) === 0) this.#lastCompletion = completion;
    // Those of one operation stay in their order, and so do those that name buffers: pieces of one buffer follow each other.
    const { slot, flags } = completion;
    const behind = this.#deferred.some((other) => other.slot === slot || (other.flags & flags & CQE_F_BUFFER) !== 0);
    if (behind || (this.mischief && this.#random.chance(0.3))) this.#deferred.push(completion);
    else this.#show(completion);
    this.#announce();
  }

  #show(completion: Completion): void {
    if (this.#overflown.length > 0 || this.#visible() > this.#cqMask) {
      this.#overflown.push(completion);
      return;
    }
    const words = this.#words;
    const tail = words[CQ_TAIL] ?? 0;
    const at = this.#cqesAt + ((tail & this.#cqMask) << 2);
    words[at] = completion.slot;
    words[at + 1] = completion.generation;
    words[at + 2] = completion.result;
    words[at + 3] = completion.flags;
    words[CQ_TAIL] = (tail + 1) | 0;
  }

  /** What an `enter` with GETEVENTS does first. */
  #flush(): void {
    const hidden = [...this.#overflown, ...this.#deferred];
    this.#overflown = [];
    this.#deferred = [];
    for (const completion of hidden) this.#show(completion);
    this.#announce();
  }

  #announce(): void {
    this.#words[SQ_FLAGS] =
      (this.#overflown.length > 0 ? SQ_CQ_OVERFLOW : 0) | (this.#deferred.length > 0 ? SQ_TASKRUN : 0);
  }

  #visible(): number {
    return ((this.#words[CQ_TAIL] ?? 0) - (this.#words[CQ_HEAD] ?? 0)) | 0;
  }
}

function lengthOf(parts: readonly KernelUse[]): number {
  return parts.reduce((bytes, { length }) => bytes + length, 0);
}
