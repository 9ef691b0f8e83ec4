// A kernel that does nothing of itself: the test says which completion comes when. For rules that are about one moment.
import { CQE_F_MORE, FEATURE_EXT_ARG, FEATURE_FAST_POLL, FEATURE_NODROP, SQ_CQ_OVERFLOW } from "../../src/abi.ts";
import { newCounters } from "../../src/counters.ts";
import { Descriptor, type DescriptorCalls } from "../../src/descriptor.ts";
import type { Kernel, RingMapping } from "../../src/kernel.ts";
import { Operations } from "../../src/operations.ts";
import { openRing } from "../../src/setup.ts";
import { NO_REGISTRATIONS } from "./kernels.ts";

const SQ_HEAD = 0;
const SQ_TAIL = 1;
const SQ_FLAGS = 2;
const CQ_HEAD = 3;
const CQ_TAIL = 4;
const SQ_ARRAY = 8;

/** An entry that was submitted. */
export interface Entry {
  readonly opcode: number;
  readonly entryFlags: number;
  readonly fd: number;
  readonly targetSlot: number;
  readonly targetGeneration: number;
  readonly slot: number;
  readonly generation: number;
}

/** One call of `enter`. */
export interface Entered {
  readonly toSubmit: number;
  readonly minComplete: number;
  readonly flags: number;
}

export class ScriptedKernel implements DescriptorCalls {
  /** What was submitted, in its order. */
  readonly entries: Entry[] = [];
  readonly enters: Entered[] = [];
  /** What was asked for on descriptors and rings, in its order: "shutdown 5", "close 5", "close ring". */
  readonly calls: string[] = [];
  /** How many entries each of the next enters consumes, or the -errno that it returns; all unless said. */
  readonly answers: number[] = [];
  /** Called in each `enter`. */
  onEnter: () => void = () => {};
  readonly operations: Operations;
  readonly #words: Int32Array;
  readonly #sqes: Int32Array;
  readonly #cqesAt: number;
  readonly #cqMask: number;
  readonly #sqMask: number;

  constructor(sqEntries: number = 8, cqEntries: number = 16) {
    this.#cqesAt = SQ_ARRAY + sqEntries;
    this.#sqMask = sqEntries - 1;
    this.#cqMask = cqEntries - 1;
    const ring = new ArrayBuffer((this.#cqesAt + cqEntries * 4) * 4);
    const sqes = new ArrayBuffer(sqEntries * 64);
    this.#words = new Int32Array(ring);
    this.#sqes = new Int32Array(sqes);
    const mapping: RingMapping = {
      fd: 3,
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
    const kernel: Kernel = {
      ...NO_REGISTRATIONS,
      setup: () => mapping,
      enter: (_fd, toSubmit, minComplete, flags) => this.#enter({ toSubmit, minComplete, flags }),
      close: () => {
        this.calls.push("close ring");
        return 0;
      },
    };
    const counters = newCounters();
    this.operations = new Operations(openRing(kernel, sqEntries, cqEntries, counters), this, counters);
  }

  descriptor(fd: number): Descriptor {
    return new Descriptor(this.operations, fd);
  }

  /** The submitted entry with this opcode, the latest of several. */
  entry(opcode: number): Entry {
    const found = this.entries.findLast((entry) => entry.opcode === opcode);
    if (found === undefined) throw new Error(`operation ${opcode} was not submitted`);
    return found;
  }

  /** The operation of an entry completes. */
  complete({ slot, generation }: Entry, result: number, flags: number = 0): void {
    const words = this.#words;
    const tail = words[CQ_TAIL] ?? 0;
    const at = this.#cqesAt + ((tail & this.#cqMask) << 2);
    words.set([slot, generation, result, flags], at);
    words[CQ_TAIL] = (tail + 1) | 0;
  }

  /** The same, and more is to come. */
  completeOneOfMany(entry: Entry, result: number, flags: number = 0): void {
    this.complete(entry, result, flags | CQE_F_MORE);
  }

  /** Flags of the submission queue's ring, such as `SQ_TASKRUN`. */
  set flags(flags: number) {
    this.#words[SQ_FLAGS] = flags;
  }

  adoptFd(): void {
    // Nothing that a thread could leave open.
  }

  closeFd(fd: number): number {
    this.calls.push(`close ${fd}`);
    return 0;
  }

  shutdownSocket(fd: number): number {
    this.calls.push(`shutdown ${fd}`);
    return 0;
  }

  #enter(call: Entered): number {
    this.enters.push(call);
    const answer = this.answers.shift() ?? call.toSubmit;
    const words = this.#words;
    for (let left = answer; left > 0; left--) {
      const head = words[SQ_HEAD] ?? 0;
      const at = (words[SQ_ARRAY + (head & this.#sqMask)] ?? 0) << 4;
      const word = (offset: number): number => this.#sqes[at + offset] ?? 0;
      this.entries.push({
        opcode: word(0) & 0xff,
        entryFlags: (word(0) >>> 8) & 0xff,
        fd: word(1),
        targetSlot: word(4),
        targetGeneration: word(5),
        slot: word(8),
        generation: word(9),
      });
      words[SQ_HEAD] = (head + 1) | 0;
    }
    words[SQ_FLAGS] = (words[SQ_FLAGS] ?? 0) & ~SQ_CQ_OVERFLOW;
    this.onEnter();
    return answer;
  }
}
