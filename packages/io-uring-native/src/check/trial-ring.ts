// A small ring on which single operations are tried: entries go in, and their completions are waited for with a limit, without
// relying on anything that is to be found out.
import { ERRNO, systemError } from "@pollab/io-sys";
import type { Kernel, RingMapping } from "../kernel.ts";

const ENTRY_WORDS = 16;
const COMPLETION_WORDS = 4;
const GETEVENTS = 1;
const CQE_F_MORE = 2;
const OP_ASYNC_CANCEL = 14;

const WAIT_MS = 1000;
const NAP_MS = 1;

/** One submission entry by the names of `struct io_uring_sqe`; what is left out is 0, and the descriptor -1. */
export interface Entry {
  readonly opcode: number;
  /** IOSQE_* */
  readonly flags?: number;
  readonly ioprio?: number;
  readonly fd?: number;
  /** off, addr2, and cmd_op */
  readonly off?: number;
  readonly addr?: number;
  readonly len?: number;
  /** rw_flags, msg_flags and all the others in that place */
  readonly opFlags?: number;
  /** buf_index, buf_group */
  readonly bufIndex?: number;
  readonly personality?: number;
  /** splice_fd_in, file_index, addr_len */
  readonly fileIndex?: number;
  readonly addr3?: number;
}

export interface Completion {
  readonly result: number;
  readonly flags: number;
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

export class TrialRing {
  readonly fd: number;
  readonly features: number;
  readonly #kernel: Kernel;
  readonly #mapping: RingMapping;
  readonly #words: Int32Array;
  readonly #sqes: Int32Array;
  /** How many 64-byte entries one submission takes: two on a ring of 128-byte entries. */
  readonly #stride: number;
  #tail: number;
  #head: number;
  #nextUserData = 1;

  constructor(kernel: Kernel, mapping: RingMapping, stride: 1 | 2 = 1) {
    this.fd = mapping.fd;
    this.features = mapping.features;
    this.#kernel = kernel;
    this.#mapping = mapping;
    this.#stride = stride;
    this.#words = new Int32Array(mapping.ring);
    this.#sqes = new Int32Array(mapping.sqes);
    this.#tail = Atomics.load(this.#words, mapping.sqTailBytes >> 2);
    this.#head = Atomics.load(this.#words, mapping.cqHeadBytes >> 2);
  }

  /**
   * Submits the entries and returns the first completion of each. One that does not complete within a second is cancelled and has
   * -ETIME; one that goes on completing is cancelled after its first.
   *
   * @throws SystemError when the ring cannot be entered
   */
  run(...entries: readonly Entry[]): Completion[] {
    const userData = entries.map((entry) => this.#push(entry));
    this.#submit(entries.length * this.#stride);
    const first = new Map<number, Completion>();
    const open = new Set(userData);
    this.#collect(open, first, () => open.size === 0 || userData.every((data) => first.has(data)));
    if (open.size > 0) this.#cancel(open, first);
    return userData.map((data) => first.get(data) ?? { result: -TIMED_OUT, flags: 0 });
  }

  /** The result of a single entry. */
  result(entry: Entry): number {
    return this.run(entry)[0]?.result ?? -TIMED_OUT;
  }

  /** The result of the last entry, whether or not the ones before it complete. */
  resultOfLast(...entries: readonly Entry[]): number {
    const last = entries.map((entry) => this.#push(entry)).at(-1) ?? 0;
    this.#submit(entries.length * this.#stride);
    const first = new Map<number, Completion>();
    this.#collect(new Set(), first, () => first.has(last));
    return first.get(last)?.result ?? -TIMED_OUT;
  }

  close(): void {
    this.#kernel.close(this.fd);
  }

  #cancel(open: Set<number>, first: Map<number, Completion>): void {
    const cancels = [...open].map((data) => this.#push({ opcode: OP_ASYNC_CANCEL, addr: data }));
    this.#submit(cancels.length * this.#stride);
    for (const data of cancels) open.add(data);
    this.#collect(open, first, () => open.size === 0);
  }

  #push(entry: Entry): number {
    const userData = this.#nextUserData++;
    const mask = this.#mapping.sqEntries - 1;
    const index = this.#tail & mask;
    const at = index * ENTRY_WORDS;
    const sqes = this.#sqes;
    sqes.fill(0, at, at + ENTRY_WORDS * this.#stride);
    sqes[at] = entry.opcode | ((entry.flags ?? 0) << 8) | ((entry.ioprio ?? 0) << 16);
    sqes[at + 1] = entry.fd ?? -1;
    setWide(sqes, at + 2, entry.off ?? 0);
    setWide(sqes, at + 4, entry.addr ?? 0);
    sqes[at + 6] = entry.len ?? 0;
    sqes[at + 7] = entry.opFlags ?? 0;
    sqes[at + 8] = userData;
    sqes[at + 10] = (entry.bufIndex ?? 0) | ((entry.personality ?? 0) << 16);
    sqes[at + 11] = entry.fileIndex ?? 0;
    setWide(sqes, at + 12, entry.addr3 ?? 0);
    this.#words[(this.#mapping.sqArrayBytes >> 2) + index] = index;
    this.#tail = (this.#tail + this.#stride) | 0;
    return userData;
  }

  /** The kernel stops at an entry that it refuses: then the rest again. */
  #submit(count: number): void {
    Atomics.store(this.#words, this.#mapping.sqTailBytes >> 2, this.#tail);
    for (let left = count; left > 0;) {
      const taken = this.#enter(left);
      if (taken === 0) throw systemError(ERRNO.EAGAIN, "io_uring_enter");
      left -= taken;
    }
  }

  #collect(open: Set<number>, first: Map<number, Completion>, done: () => boolean): void {
    const giveUpAt = performance.now() + WAIT_MS;
    for (;;) {
      this.#reap(open, first);
      if (done() || performance.now() > giveUpAt) return;
      Atomics.wait(sleeper, 0, 0, NAP_MS);
      this.#enter(0);
    }
  }

  #enter(toSubmit: number): number {
    const result = this.#kernel.enter(this.fd, toSubmit, 0, GETEVENTS, -1);
    if (result >= 0) return result;
    if (result === -ERRNO.EINTR) return this.#enter(toSubmit);
    throw systemError(result, "io_uring_enter");
  }

  #reap(open: Set<number>, first: Map<number, Completion>): void {
    const words = this.#words;
    const { cqTailBytes, cqHeadBytes, cqesBytes, cqEntries } = this.#mapping;
    const tail = Atomics.load(words, cqTailBytes >> 2);
    for (; this.#head !== tail; this.#head = (this.#head + 1) | 0) {
      const at = (cqesBytes >> 2) + (this.#head & (cqEntries - 1)) * COMPLETION_WORDS;
      const data = words[at] ?? 0;
      const completion = { result: words[at + 2] ?? 0, flags: words[at + 3] ?? 0 };
      if (!first.has(data)) first.set(data, completion);
      if ((completion.flags & CQE_F_MORE) === 0) open.delete(data);
    }
    Atomics.store(words, cqHeadBytes >> 2, this.#head);
  }
}

/** ETIME: what a completion that did not come is reported as. */
const TIMED_OUT = 62;

function setWide(words: Int32Array, at: number, value: number): void {
  words[at] = value | 0;
  words[at + 1] = Math.floor(value / 0x1_0000_0000) | 0;
}
