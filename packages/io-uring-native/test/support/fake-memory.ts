// Memory with invented addresses, cut into buffers, in which both the holders and the fake kernel are watched: whoever is given a
// buffer that the kernel may still use, and any access of the kernel to a buffer that has changed hands, is written down.
import type { BufferSource } from "@pollab/runtime-core/io";
import type { RingBuffer } from "../../src/operation.ts";
import type { Random } from "./random.ts";

/** Just below a multiple of 4 GiB, so that offsets carry into the upper half of the address. */
const BASE = 0x7f12_ffff_ff80;

const HALF = 0x1_0000_0000;

/** From one region to the next. */
const REGION_STEP = 0x10_0000_0000;

export class FakeMemory {
  readonly bytes: Uint8Array;
  readonly bufferBytes: number;
  /** What must never happen and did. */
  readonly violations: string[] = [];
  /** For each buffer: how often it has been handed out, and how many operations of the kernel use it. */
  readonly owners: number[];
  readonly #base: number;
  readonly #kernelUses: number[];

  /** @param region of several that are used together, each has a number */
  constructor(buffers: number, bufferBytes: number, region: number = 0) {
    this.bufferBytes = bufferBytes;
    this.bytes = new Uint8Array(buffers * bufferBytes);
    this.#base = BASE + region * REGION_STEP;
    this.owners = Array.from({ length: buffers }, () => 0);
    this.#kernelUses = Array.from({ length: buffers }, () => 0);
  }

  addressOf(buffer: number): number {
    return this.#base + buffer * this.bufferBytes;
  }

  /** Where in this memory an address is; undefined if it is not there. */
  offsetOf(address: number): number | undefined {
    const offset = address - this.#base;
    return offset >= 0 && offset < this.bytes.byteLength ? offset : undefined;
  }

  handOut(buffer: number): void {
    this.owners[buffer] = (this.owners[buffer] ?? 0) + 1;
    if ((this.#kernelUses[buffer] ?? 0) > 0) {
      this.violations.push(`buffer ${buffer} was handed out while the kernel may write into it`);
    }
  }

  /** The kernel begins to use the memory at an offset. */
  kernelBegins(offset: number, length: number): KernelUse {
    const buffer = Math.floor(offset / this.bufferBytes);
    if (offset + length > (buffer + 1) * this.bufferBytes) {
      this.violations.push(`the kernel was given memory beyond a buffer: offset ${offset}, length ${length}`);
    }
    this.#kernelUses[buffer] = (this.#kernelUses[buffer] ?? 0) + 1;
    return { memory: this, buffer, offset, length, owner: this.owners[buffer] ?? 0 };
  }

  kernelEnds(use: KernelUse): void {
    if (this.owners[use.buffer] !== use.owner) {
      this.violations.push(`the kernel used buffer ${use.buffer} after it had been handed to somebody else`);
    }
    this.#kernelUses[use.buffer] = (this.#kernelUses[use.buffer] ?? 0) - 1;
  }
}

export interface KernelUse {
  readonly memory: FakeMemory;
  readonly buffer: number;
  readonly offset: number;
  readonly length: number;
  readonly owner: number;
}

/** What becomes of the memory of an operation whose future is dropped. */
export type OrphanRule = "kept until its completion" | "freed at the drop";

export class FakePool implements BufferSource<FakeBuffer> {
  readonly bufferBytes: number;
  readonly memory: FakeMemory;
  readonly rule: OrphanRule;
  readonly free: number[];
  readonly #random: Random;

  constructor(memory: FakeMemory, random: Random, rule: OrphanRule) {
    this.memory = memory;
    this.bufferBytes = memory.bufferBytes;
    this.rule = rule;
    this.#random = random;
    this.free = memory.owners.map((_, buffer) => buffer);
  }

  take(): FakeBuffer {
    const [buffer] = this.free.splice(this.#random.below(this.free.length), 1);
    if (buffer === undefined) throw new Error("the fake pool is empty");
    this.memory.handOut(buffer);
    return new FakeBuffer(this, buffer);
  }

  close(): void {}

  /** How many buffers somebody has. */
  get taken(): number {
    return this.memory.owners.length - this.free.length;
  }
}

/** The states of an IoBuffer, and errors where it has errors. */
export class FakeBuffer implements RingBuffer {
  readonly capacityBytes: number;
  readonly addressLow: number;
  readonly addressHigh: number;
  readonly slab = 0;
  state: "held" | "lent" | "orphaned" | "freed" = "held";
  readonly #pool: FakePool;
  readonly #buffer: number;

  constructor(pool: FakePool, buffer: number) {
    this.#pool = pool;
    this.#buffer = buffer;
    this.capacityBytes = pool.bufferBytes;
    const address = pool.memory.addressOf(buffer);
    this.addressLow = (address % HALF) | 0;
    this.addressHigh = Math.floor(address / HALF) | 0;
  }

  get bytes(): Uint8Array {
    this.#require("held");
    const start = this.#buffer * this.capacityBytes;
    return this.#pool.memory.bytes.subarray(start, start + this.capacityBytes);
  }

  free(): void {
    if (this.state === "freed" || this.state === "orphaned") return;
    this.#require("held");
    this.#return();
  }

  lend(): void {
    this.#require("held");
    this.state = "lent";
  }

  giveBack(): void {
    if (this.state === "orphaned") this.#return();
    else if (this.state === "lent") this.state = "held";
    else if (this.#pool.rule === "kept until its completion")
      throw new Error(`giveBack of a buffer that is ${this.state}`);
  }

  orphan(): void {
    if (this.#pool.rule === "freed at the drop") {
      if (this.state === "lent") this.#return();
      return;
    }
    if (this.state === "lent") this.state = "orphaned";
    else throw new Error(`orphan of a buffer that is ${this.state}`);
  }

  #return(): void {
    this.state = "freed";
    this.#pool.free.push(this.#buffer);
  }

  #require(state: "held"): void {
    if (this.state !== state) throw new Error(`expected a buffer that is ${state}, but it is ${this.state}`);
  }
}
