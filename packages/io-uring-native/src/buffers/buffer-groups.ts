// The groups of provided buffers of one ring, and the numbers that entries name them by.
import { BufferPool } from "@pollab/io-sys";
import type { Counters } from "../counters.ts";
import type { Features } from "../features.ts";
import type { Registrar } from "../registrar.ts";
import { BufferGroup, type BufferGroupOptions, type GroupMemory } from "./buffer-group.ts";

/** A number has 16 bits. */
const MAX_GROUPS = 0x1_0000;

const MAX_COUNT = 32768;

/** What a pool aligns its buffers to. */
const LINE_BYTES = 64;

export class BufferGroups {
  readonly #registrar: Registrar;
  readonly #features: Features;
  readonly #counters: Counters;
  readonly #groups = new Set<BufferGroup>();
  /** Numbers that were used and are free again. */
  readonly #freeIds: number[] = [];
  #nextId = 0;
  readonly #memoryFor: (options: BufferGroupOptions) => GroupMemory;

  /** @param memoryFor the memory of one group; a pool of its own unless given */
  constructor(
    registrar: Registrar,
    features: Features,
    counters: Counters,
    memoryFor: (options: BufferGroupOptions) => GroupMemory = ownPool,
  ) {
    this.#registrar = registrar;
    this.#features = features;
    this.#counters = counters;
    this.#memoryFor = memoryFor;
  }

  /** @throws RangeError for sizes that are none, and when there are too many groups; SystemError ENOMEM */
  create(options: BufferGroupOptions): BufferGroup {
    const { count } = options;
    if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT || (count & (count - 1)) !== 0) {
      throw new RangeError(`count: expected a power of two from 1 to ${MAX_COUNT}, got ${count}`);
    }
    const id = this.#freeIds.pop() ?? this.#nextId++;
    if (id >= MAX_GROUPS) throw new RangeError(`expected at most ${MAX_GROUPS} groups of buffers at a time`);
    try {
      const group = this.#open(id, options);
      this.#groups.add(group);
      return group;
    } catch (error) {
      this.#freeIds.push(id);
      throw error;
    }
  }

  #open(id: number, options: BufferGroupOptions): BufferGroup {
    const memory = this.#memoryFor(options);
    return new BufferGroup(id, options, this.#registrar, this.#features, this.#counters, memory, (closed) => {
      this.#groups.delete(closed);
      this.#freeIds.push(id);
    });
  }

  /** The ring is closed. */
  abandon(): void {
    for (const group of this.#groups) group.abandon();
  }
}

/** One slab for all of them. */
function ownPool({ count, bufferBytes }: BufferGroupOptions): GroupMemory {
  return new BufferPool({ bufferBytes, slabBytes: Math.ceil(bufferBytes / LINE_BYTES) * LINE_BYTES * count });
}
