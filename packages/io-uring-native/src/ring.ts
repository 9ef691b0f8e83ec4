// The two queues that are shared with the kernel, as typed arrays: entries are written to the one and completions read from the other
// without a system call. Knows the protocol of the indices and nothing of what the entries mean.
// Relies on: one thread uses the ring. The kernel consumes entries only inside `enter`, but may add completions at any time.
import { CQE_WORDS_LOG2, ENTER_GETEVENTS, SQE_WORDS_LOG2, SQ_CQ_OVERFLOW, SQ_TASKRUN } from "./abi.ts";
import type { Counters } from "./counters.ts";
import type { Kernel, RingMapping } from "./kernel.ts";
import type { Operation } from "./operation.ts";
import { Registrar } from "./registrar.ts";

const WORD_BYTES_LOG2 = 2;

export class Ring {
  readonly sqEntries: number;
  readonly cqEntries: number;
  /** The completion queue's words; {@link Ring.take} says where the next one begins. */
  readonly words: Int32Array;
  /** Readable while there are completions, unless the ring was set up with DEFER_TASKRUN. */
  readonly fd: number;
  readonly registrar: Registrar;
  protected readonly kernel: Kernel;
  readonly #counters: Counters;
  readonly #sqes: Int32Array;
  readonly #sqMask: number;
  protected readonly sqHeadAt: number;
  protected readonly sqTailAt: number;
  protected readonly sqFlagsAt: number;
  readonly #cqMask: number;
  readonly #cqHeadAt: number;
  readonly #cqTailAt: number;
  readonly #cqesAt: number;
  // Our own ends of the queues, ahead of what is published. All four indices run freely through the 32 bits.
  protected sqTail: number;
  #cqHead: number;
  /** Entries that the kernel has not consumed yet. */
  #unsubmitted = 0;

  constructor(kernel: Kernel, mapping: RingMapping, counters: Counters) {
    this.kernel = kernel;
    this.fd = mapping.fd;
    this.#counters = counters;
    this.registrar = new Registrar(kernel, mapping.fd, counters);
    this.words = new Int32Array(mapping.ring);
    this.#sqes = new Int32Array(mapping.sqes);
    this.sqEntries = mapping.sqEntries;
    this.cqEntries = mapping.cqEntries;
    this.#sqMask = mapping.sqEntries - 1;
    this.#cqMask = mapping.cqEntries - 1;
    this.sqHeadAt = mapping.sqHeadBytes >> WORD_BYTES_LOG2;
    this.sqTailAt = mapping.sqTailBytes >> WORD_BYTES_LOG2;
    this.sqFlagsAt = mapping.sqFlagsBytes >> WORD_BYTES_LOG2;
    this.#cqHeadAt = mapping.cqHeadBytes >> WORD_BYTES_LOG2;
    this.#cqTailAt = mapping.cqTailBytes >> WORD_BYTES_LOG2;
    this.#cqesAt = mapping.cqesBytes >> WORD_BYTES_LOG2;
    this.sqTail = Atomics.load(this.words, this.sqTailAt);
    this.#cqHead = Atomics.load(this.words, this.#cqHeadAt);
    // Entry i is always announced in place i.
    const sqArrayAt = mapping.sqArrayBytes >> WORD_BYTES_LOG2;
    for (let entry = 0; entry < mapping.sqEntries; entry++) this.words[sqArrayAt + entry] = entry;
  }

  /** How many entries can be written before the next `enter`. */
  get space(): number {
    return this.sqEntries - this.#unsubmitted;
  }

  /** Whether what was pushed needs an `enter` to reach the kernel. */
  announce(): boolean {
    return this.#unsubmitted > 0;
  }

  /** Writes an operation's entry. There must be {@link Ring.space}. */
  push(operation: Operation): void {
    const sqes = this.#sqes;
    const at = (this.sqTail & this.#sqMask) << SQE_WORDS_LOG2;
    sqes[at] = operation.head;
    sqes[at + 1] = operation.fd;
    sqes[at + 2] = operation.offsetLow;
    sqes[at + 3] = operation.offsetHigh;
    sqes[at + 4] = operation.addressLow;
    sqes[at + 5] = operation.addressHigh;
    sqes[at + 6] = operation.length;
    sqes[at + 7] = operation.flags;
    sqes[at + 8] = operation.tag;
    sqes[at + 9] = operation.generation;
    sqes[at + 10] = operation.bufferAndPersonality;
    sqes[at + 11] = operation.fileIndex;
    sqes[at + 12] = operation.address3Low;
    sqes[at + 13] = operation.address3High;
    this.sqTail = (this.sqTail + 1) | 0;
    this.#unsubmitted++;
  }

  /** How many completions can be taken now. */
  get ready(): number {
    return (Atomics.load(this.words, this.#cqTailAt) - this.#cqHead) | 0;
  }

  /** Takes the next of the {@link Ring.ready} completions: the index in {@link Ring.words} of its user data (two words), result and flags. */
  take(): number {
    const at = this.#cqesAt + ((this.#cqHead & this.#cqMask) << CQE_WORDS_LOG2);
    this.#cqHead = (this.#cqHead + 1) | 0;
    return at;
  }

  /** Lets the kernel overwrite the completions that were taken. */
  release(): void {
    Atomics.store(this.words, this.#cqHeadAt, this.#cqHead);
  }

  /** Whether completions exist that only `enter` brings into the queue: overflown ones, or ones whose last step is still to run. */
  get needsEnter(): boolean {
    const flags = Atomics.load(this.words, this.sqFlagsAt);
    if ((flags & SQ_CQ_OVERFLOW) !== 0) this.#counters.overflows++;
    return (flags & (SQ_CQ_OVERFLOW | SQ_TASKRUN)) !== 0;
  }

  /**
   * Submits what was pushed and collects, in one system call. May submit only a part; the rest stays pushed.
   *
   * @param waitNs how long to wait for a completion; 0 does not wait.
   * @returns the number of entries submitted, or -errno
   */
  enter(waitNs: number): number {
    Atomics.store(this.words, this.sqTailAt, this.sqTail);
    const result = this.call(this.#unsubmitted, 0, waitNs);
    if (result === this.#unsubmitted) this.#unsubmitted = 0;
    // What was consumed in part, or by a call that returns an error, is known only from the queue.
    else this.#unsubmitted = (this.sqTail - Atomics.load(this.words, this.sqHeadAt)) | 0;
    return result;
  }

  protected call(toSubmit: number, flags: number, waitNs: number): number {
    this.#counters.enters++;
    this.#counters.crossings++;
    this.#counters.systemCalls.io_uring_enter++;
    // GETEVENTS also without waiting: with DEFER_TASKRUN nothing completes before it is asked for.
    const waits = waitNs > 0;
    return this.kernel.enter(this.fd, toSubmit, waits ? 1 : 0, flags | ENTER_GETEVENTS, waits ? waitNs : -1);
  }

  /** Unmaps and closes. Nothing may be in flight: the kernel would finish it later. */
  close(): void {
    this.kernel.close(this.fd);
  }
}
