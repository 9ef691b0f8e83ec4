// The groups of provided buffers of one ring, and the numbers that entries name them by.
import type { Counters } from "../counters.ts";
import type { Features } from "../features.ts";
import type { Registrar } from "../registrar.ts";
import { BufferGroup, type BufferGroupOptions } from "./buffer-group.ts";

/** A number has 16 bits. */
const MAX_GROUPS = 0x1_0000;

export class BufferGroups {
  readonly #registrar: Registrar;
  readonly #features: Features;
  readonly #counters: Counters;
  readonly #groups = new Set<BufferGroup>();
  /** Numbers that were used and are free again. */
  readonly #freeIds: number[] = [];
  #nextId = 0;

  constructor(registrar: Registrar, features: Features, counters: Counters) {
    this.#registrar = registrar;
    this.#features = features;
    this.#counters = counters;
  }

  /** @throws RangeError for sizes that are none, and when there are too many groups; SystemError ENOMEM */
  create(options: BufferGroupOptions): BufferGroup {
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
    return new BufferGroup(id, options, this.#registrar, this.#features, this.#counters, (closed) => {
      this.#groups.delete(closed);
      this.#freeIds.push(id);
    });
  }

  /** The ring is closed. */
  abandon(): void {
    for (const group of this.#groups) group.abandon();
  }
}
