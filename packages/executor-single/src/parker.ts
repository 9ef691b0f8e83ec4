// The driver of a runtime without I/O: the thread sleeps on a word of shared memory.
import type { Driver } from "@pollab/runtime-core/task";

const Empty = 0;
const Notified = 1;

export class Parker implements Driver {
  private readonly word: Int32Array;

  /** @param word one shared word; another thread that has it can make a parker of its own on it and call `unpark`. */
  constructor(word: Int32Array = new Int32Array(new SharedArrayBuffer(4))) {
    this.word = word;
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
