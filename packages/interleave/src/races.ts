// Finds accesses to the same bytes that nothing orders. For each 8 bytes of shared memory it keeps who accessed which of
// them last and how, as ThreadSanitizer does; an access is compared with those of other threads there.
import type { Clock } from "./clock.ts";

/** An access that has happened. */
export interface Access {
  readonly thread: number;
  readonly atomic: boolean;
  readonly write: boolean;
  /** The lowest bit is the first of the 8 bytes. */
  readonly bytes: number;
  /** The thread's own time: it happened before all that know the thread at that time. */
  time: number;
  address: number;
  position: string | undefined;
}

interface Granule {
  execution: number;
  readonly accesses: Access[];
}

const granuleBytes = 8;

/** The accesses of one execution. */
export class Races {
  #execution = 0;
  readonly #granules = new Map<number, Granule>();

  /** Forgets all accesses: another execution begins. */
  clear(): void {
    this.#execution++;
  }

  /** Notes an access, and returns one that it races with, if there is such. */
  access(
    thread: number,
    clock: Clock,
    address: number,
    length: number,
    atomic: boolean,
    write: boolean,
    position: string | undefined,
  ): Access | undefined {
    for (let at = address; at < address + length;) {
      const offset = at % granuleBytes;
      const count = Math.min(granuleBytes - offset, address + length - at);
      const bytes = ((1 << count) - 1) << offset;
      const found = this.#accessGranule(at, bytes, thread, clock, atomic, write, position);
      if (found !== undefined) return found;
      at += count;
    }
    return undefined;
  }

  #accessGranule(
    address: number,
    bytes: number,
    thread: number,
    clock: Clock,
    atomic: boolean,
    write: boolean,
    position: string | undefined,
  ): Access | undefined {
    const { accesses } = this.#granule(address);
    let own: Access | undefined;
    for (const other of accesses) {
      if ((other.bytes & bytes) === 0) continue;
      if (other.thread === thread) {
        if (other.atomic === atomic && other.write === write && other.bytes === bytes) own = other;
        continue;
      }
      if (!write && !other.write) continue;
      // Atomic accesses are ordered among themselves, but only those of the same bytes.
      if (atomic && other.atomic && other.bytes === bytes) continue;
      if (other.time > (clock[other.thread] ?? 0)) return other;
    }
    const time = clock[thread] ?? 0;
    if (own === undefined) accesses.push({ thread, atomic, write, bytes, time, address, position });
    else {
      own.time = time;
      own.position = position;
    }
    return undefined;
  }

  #granule(address: number): Granule {
    const index = Math.floor(address / granuleBytes);
    let granule = this.#granules.get(index);
    if (granule === undefined) {
      granule = { execution: this.#execution, accesses: [] };
      this.#granules.set(index, granule);
    } else if (granule.execution !== this.#execution) {
      granule.execution = this.#execution;
      granule.accesses.length = 0;
    }
    return granule;
  }
}
