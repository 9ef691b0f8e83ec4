// Bytes that an earlier read had received, in the form in which a stream gives out what it receives.
import type { ReadLane } from "../net/read-lane.ts";
import type { RingBuffer } from "../operation.ts";
import { type Home, ReceivedBuffer } from "./received-buffer.ts";

/** As much of what the lane kept as fits into `buffer`, which is taken over. */
export function keptBytes(lane: ReadLane, buffer: RingBuffer): ReceivedBuffer {
  const n = lane.fill(buffer.bytes);
  return new ReceivedBuffer(new SingleHome(buffer), 0, n);
}

/** A buffer of a pool with one received buffer in it. */
class SingleHome implements Home {
  readonly memory: Uint8Array;
  readonly retired = false;
  readonly #buffer: RingBuffer;

  constructor(buffer: RingBuffer) {
    this.memory = buffer.bytes;
    buffer.lend();
    this.#buffer = buffer;
  }

  get addressLow(): number {
    return this.#buffer.addressLow;
  }

  get addressHigh(): number {
    return this.#buffer.addressHigh;
  }

  get slab(): number {
    return this.#buffer.slab;
  }

  release(): void {
    this.#buffer.giveBack();
    this.#buffer.free();
  }
}
