// The driver of a runtime without I/O: the thread sleeps on a word of shared memory.
import type { Driver, UnparkHandle } from "@pollab/runtime-core/task";

const Empty = 0;
const Notified = 1;

/** Parks a thread without watching anything but `unpark` and the time. */
export class Parker implements Driver {
  private readonly word: Int32Array<SharedArrayBuffer>;

  /** @param word one shared word; another thread that has it can make a parker of its own on it and call `unpark`. */
  constructor(word: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(4))) {
    this.word = word;
  }

  get unparkHandle(): UnparkHandle {
    return { word: this.word };
  }

  park(timeoutMs: number): void {
    if (Atomics.exchange(this.word, 0, Empty) === Notified) return;
    Atomics.wait(this.word, 0, Empty, timeoutMs);
    Atomics.store(this.word, 0, Empty);
  }

  poll(): void {
    // Nothing arrives here but unpark, which has nothing to dispatch.
  }

  unpark(): void {
    Atomics.store(this.word, 0, Notified);
    Atomics.notify(this.word, 0);
  }

  close(): void {
    // Holds nothing.
  }
}
