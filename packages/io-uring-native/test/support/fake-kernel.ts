// A kernel on ordinary memory that does what io_uring may do and a quiet machine never shows: it delays, reorders and repeats
// completions, submits in part, returns EINTR, EAGAIN and EBUSY, transfers short counts, decides cancel races either way, and denies
// knowing an operation that it goes on with. Its choices come from a seed.
//
// Sockets deliver an endless stream of bytes, of which each is a function of the descriptor and the position; files likewise. So every
// byte that a program receives can be checked.
import { constants } from "node:os";
import {
  FEATURE_EXT_ARG,
  FEATURE_FAST_POLL,
  FEATURE_NODROP,
  OP_ACCEPT,
  OP_ASYNC_CANCEL,
  OP_CONNECT,
  OP_OPENAT,
  OP_POLL_ADD,
  OP_READ,
  OP_RECV,
  OP_SEND,
  SQ_CQ_OVERFLOW,
  SQ_TASKRUN,
} from "../../src/abi.ts";
import type { DescriptorCalls } from "../../src/descriptor.ts";
import type { Kernel, RingMapping } from "../../src/kernel.ts";
import type { FakeMemory, KernelUse } from "./fake-memory.ts";
import { NO_REGISTRATIONS } from "./kernels.ts";
import type { Random } from "./random.ts";

const { EAGAIN, EALREADY, EBADF, EBUSY, ECANCELED, ECONNRESET, EINTR, ENOENT, ETIME } = constants.errno;

const SQ_HEAD = 0;
const SQ_TAIL = 1;
const SQ_FLAGS = 2;
const CQ_HEAD = 3;
const CQ_TAIL = 4;
const SQ_ARRAY = 8;
const RING_FD = 3;

/** The byte at a position of what a descriptor delivers. */
export function byteAt(fd: number, position: number): number {
  return (Math.imul(fd + 1, 0x9e37_79b1) + Math.imul(position + 1, 0x85eb_ca6b)) >>> 24;
}

interface Request {
  readonly opcode: number;
  readonly fd: number;
  readonly position: number;
  readonly target: bigint;
  readonly userData: bigint;
  readonly length: number;
  readonly use: KernelUse | null;
  cancelled: boolean;
}

interface Completion {
  readonly userData: bigint;
  readonly result: number;
}

export class FakeKernel implements Kernel, DescriptorCalls {
  /** Off: everything is done at once and in order, so that a test comes to its end. */
  mischief = true;
  readonly violations: string[] = [];
  /** Everything that happened, for comparison with another run. */
  readonly log: string[] = [];
  readonly openDescriptors = new Set<number>();
  /** Sockets whose peer says nothing: receiving from them ends only by a cancel or a shutdown. */
  readonly silent = new Set<number>();
  inFlight: Request[] = [];
  readonly received = new Map<number, number>();
  readonly sent = new Map<number, number[]>();
  readonly #shutDown = new Set<number>();
  readonly #random: Random;
  readonly #memory: FakeMemory;
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

  constructor(random: Random, memory: FakeMemory) {
    this.#random = random;
    this.#memory = memory;
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
      this.log.push(`enter: errno ${error}`);
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

  readonly registerBuffers: Kernel["registerBuffers"] = NO_REGISTRATIONS.registerBuffers;
  readonly updateBuffer: Kernel["updateBuffer"] = NO_REGISTRATIONS.updateBuffer;
  readonly registerFiles: Kernel["registerFiles"] = NO_REGISTRATIONS.registerFiles;
  readonly updateFile: Kernel["updateFile"] = NO_REGISTRATIONS.updateFile;
  readonly openBufferRing: Kernel["openBufferRing"] = NO_REGISTRATIONS.openBufferRing;
  readonly closeBufferRing: Kernel["closeBufferRing"] = NO_REGISTRATIONS.closeBufferRing;
  readonly registerNapi: Kernel["registerNapi"] = NO_REGISTRATIONS.registerNapi;
  readonly cancelAll: Kernel["cancelAll"] = NO_REGISTRATIONS.cancelAll;

  close(fd: number): number {
    if (fd !== RING_FD) return -EBADF;
    if (this.inFlight.length > 0) this.violations.push(`the ring was closed with ${this.inFlight.length} in flight`);
    return 0;
  }

  adoptFd(): void {
    // A fake descriptor is nothing that a thread could leave open.
  }

  closeFd(fd: number): number {
    this.log.push(`close ${fd}`);
    if (!this.openDescriptors.delete(fd)) this.violations.push(`descriptor ${fd} was closed, but was not open`);
    if (this.inFlight.some((request) => request.fd === fd)) {
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

  /** Time passes: some of what is in flight finishes, in any order. */
  breathe(): void {
    const candidates = this.inFlight.filter((request) => this.#canFinish(request));
    for (const request of candidates) if (!this.mischief || this.#random.chance(0.4)) this.#finish(request);
    if (this.mischief && this.#lastCompletion !== null && this.#random.chance(0.05)) {
      const times = this.#random.chance(0.1) ? 2 * (this.#cqMask + 1) : 1;
      this.log.push(`a completion is repeated ${times} times`);
      for (let i = 0; i < times; i++) this.#post(this.#lastCompletion);
    }
  }

  #consume(toSubmit: number): number {
    const words = this.#words;
    const published = ((words[SQ_TAIL] ?? 0) - (words[SQ_HEAD] ?? 0)) | 0;
    if (toSubmit > published) this.violations.push(`enter was asked for ${toSubmit} of ${published} entries`);
    const count = this.mischief && this.#random.chance(0.2) ? this.#random.below(toSubmit + 1) : toSubmit;
    for (let i = 0; i < count; i++) {
      const head = words[SQ_HEAD] ?? 0;
      this.#accept((words[SQ_ARRAY + (head & this.#sqMask)] ?? 0) << 4);
      words[SQ_HEAD] = (head + 1) | 0;
    }
    return count;
  }

  #accept(at: number): void {
    const word = (offset: number): number => this.#sqes[at + offset] ?? 0;
    const halves = (offset: number): bigint =>
      (BigInt.asUintN(32, BigInt(word(offset + 1))) << 32n) | BigInt.asUintN(32, BigInt(word(offset)));
    const opcode = word(0) & 0xff;
    const length = word(6);
    const hasMemory = opcode !== OP_ACCEPT && opcode !== OP_ASYNC_CANCEL && opcode !== OP_POLL_ADD;
    const request: Request = {
      opcode,
      fd: word(1),
      position: Number(halves(2)),
      target: halves(4),
      userData: halves(8),
      length,
      use: hasMemory ? this.#memory.kernelBegins(halves(4), length) : null,
      cancelled: false,
    };
    this.log.push(`submit ${opcode} on ${request.fd}`);
    if (request.fd >= 0 && opcode !== OP_POLL_ADD && !this.openDescriptors.has(request.fd)) {
      this.violations.push(`an operation was submitted on descriptor ${request.fd}, which is not open`);
    }
    this.inFlight.push(request);
  }

  #canFinish(request: Request): boolean {
    if (request.cancelled || this.#shutDown.has(request.fd)) return true;
    if (request.opcode === OP_ACCEPT || request.opcode === OP_POLL_ADD) return this.mischief;
    return !this.silent.has(request.fd);
  }

  #canAdvance(): boolean {
    return this.#deferred.length > 0 || this.#overflown.length > 0 || this.inFlight.some((r) => this.#canFinish(r));
  }

  #finish(request: Request): void {
    this.inFlight = this.inFlight.filter((other) => other !== request);
    const result = this.#resultOf(request);
    if (request.use !== null) this.#memory.kernelEnds(request.use);
    this.log.push(`finish ${request.opcode} on ${request.fd}: ${result}`);
    this.#post({ userData: request.userData, result });
  }

  #resultOf(request: Request): number {
    // An operation that was cancelled may just have been finished otherwise.
    if (request.cancelled && !(this.mischief && this.#canSucceed(request) && this.#random.chance(0.3)))
      return -ECANCELED;
    const { opcode, fd, use } = request;
    if (this.mischief && opcode !== OP_ASYNC_CANCEL && this.#random.chance(0.05)) return -EINTR;
    switch (opcode) {
      case OP_ASYNC_CANCEL:
        return this.#cancel(request.target);
      case OP_ACCEPT:
      case OP_OPENAT:
        return this.openDescriptor();
      case OP_RECV: {
        if (this.#shutDown.has(fd)) return 0;
        if (this.mischief && this.#random.chance(0.01)) return -ECONNRESET;
        const from = this.received.get(fd) ?? 0;
        const count = this.#deliver(use, fd, from, request.length);
        this.received.set(fd, from + count);
        return count;
      }
      case OP_READ:
        return this.#deliver(use, fd, request.position, request.length);
      case OP_SEND: {
        const count = this.mischief ? 1 + this.#random.below(request.length) : request.length;
        const log = this.sent.get(fd) ?? [];
        const offset = use?.offset ?? 0;
        log.push(...this.#memory.bytes.subarray(offset, offset + count));
        this.sent.set(fd, log);
        return count;
      }
      default:
        return opcode === OP_CONNECT ? 0 : 1;
    }
  }

  #canSucceed(request: Request): boolean {
    return !this.silent.has(request.fd);
  }

  #deliver(use: KernelUse | null, fd: number, from: number, length: number): number {
    const count = this.mischief ? 1 + this.#random.below(length) : length;
    const offset = use?.offset ?? 0;
    for (let i = 0; i < count; i++) this.#memory.bytes[offset + i] = byteAt(fd, from + i);
    return count;
  }

  #cancel(userData: bigint): number {
    const target = this.inFlight.find((request) => request.userData === userData);
    if (target === undefined) return -ENOENT;
    // Between two states of the target, when the real kernel cannot find it either.
    if (this.mischief && this.#random.chance(0.2)) return -ENOENT;
    const endsByItself = target.opcode !== OP_ACCEPT && target.opcode !== OP_POLL_ADD && this.#canFinish(target);
    if (this.mischief && endsByItself && this.#random.chance(0.2)) return -EALREADY;
    target.cancelled = true;
    return 0;
  }

  #post(completion: Completion): void {
    this.#lastCompletion = completion;
    if (this.mischief && this.#random.chance(0.3)) this.#deferred.push(completion);
    else this.#show(completion);
    this.#announce();
  }

  #show({ userData, result }: Completion): void {
    if (this.#visible() > this.#cqMask) {
      this.#overflown.push({ userData, result });
      return;
    }
    const words = this.#words;
    const tail = words[CQ_TAIL] ?? 0;
    const at = this.#cqesAt + ((tail & this.#cqMask) << 2);
    words[at] = Number(BigInt.asIntN(32, userData));
    words[at + 1] = Number(BigInt.asIntN(32, userData >> 32n));
    words[at + 2] = result;
    words[at + 3] = 0;
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
