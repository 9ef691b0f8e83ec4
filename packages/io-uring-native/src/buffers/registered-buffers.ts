// The ring's table of registered buffers: each slab as a whole, from the first operation on that uses a buffer of it. Its pages are
// pinned until the ring is closed, so the slab may be unmapped before.
// Relies on: a slab's number is never given to another slab.
import { constants } from "node:os";
import type { Features } from "../features.ts";
import type { RingBuffer } from "../operation.ts";
import type { Registrar } from "../registrar.ts";

/** How many slabs can be registered: at 1 MiB each far more than RLIMIT_MEMLOCK usually allows. */
const TABLE_ENTRIES = 64;

const NOT_REGISTERED = -1;

export class RegisteredBuffers {
  readonly #registrar: Registrar;
  readonly #features: Features;
  /** The place of each slab, by its number; `NOT_REGISTERED` for those that could not be. */
  readonly #places: (number | undefined)[] = [];
  #count = 0;
  #hasTable = false;

  constructor(registrar: Registrar, features: Features) {
    this.#registrar = registrar;
    this.#features = features;
  }

  /** The index of a buffer's memory for `READ_FIXED` and its kind, or -1 where there is none. The buffer must not be lent. */
  indexOf(buffer: RingBuffer): number {
    return this.#places[buffer.slab] ?? this.#register(buffer);
  }

  /** The system goes on without what it refuses to pin: RLIMIT_MEMLOCK is a common reason. */
  #register(buffer: RingBuffer): number {
    const place = this.#tryToRegister(buffer);
    this.#places[buffer.slab] = place;
    return place;
  }

  #tryToRegister(buffer: RingBuffer): number {
    const features = this.#features;
    if (!features.offers("registered buffers")) return NOT_REGISTERED;
    if (!this.#hasTable) {
      const made = this.#registrar.registerBuffers(TABLE_ENTRIES);
      if (made < 0) {
        features.refuse("registered buffers", made);
        return NOT_REGISTERED;
      }
      this.#hasTable = true;
    }
    const { buffer: memory } = buffer.bytes;
    if (this.#count === TABLE_ENTRIES || !(memory instanceof ArrayBuffer)) {
      features.count("registered buffers", -constants.errno.ENOSPC);
      return NOT_REGISTERED;
    }
    const updated = this.#registrar.updateBuffer(this.#count, memory);
    if (updated < 0) {
      features.refuse("registered buffers", updated);
      return NOT_REGISTERED;
    }
    return this.#count++;
  }
}
