// Ends a thread's wait from any thread, with a system call only when the thread does wait.
//
//      beginWait            unpark
//   AWAKE ────────▶ PARKED ────────▶ NOTIFIED    here alone the eventfd is signalled
//     │ ▲              │                 │
//     │ └── endWait ───┴──── endWait ────┘
//     └──── unpark ────▶ NOTIFIED, which makes the next beginWait refuse, so no unpark is lost
//
// An unpark that comes between the end of the wait and its signal makes one later wait return early, which is allowed.
import { type EventFd, signalEventFd } from "@pollab/io-sys";

const AWAKE = 0;
const PARKED = 1;
const NOTIFIED = 2;

/** What another thread needs to {@link unpark} a driver. It can be posted to a worker. */
export interface UnparkHandle {
  readonly word: Int32Array<SharedArrayBuffer>;
  readonly eventFd: number;
}

/** Makes the current or the next wait of a driver return at once. From any thread; nothing once the driver is closed. */
export function unpark({ word, eventFd }: UnparkHandle): void {
  if (Atomics.exchange(word, 0, NOTIFIED) === PARKED) signalEventFd(eventFd);
}

/** The waiting thread's side. */
export class Unparker {
  readonly handle: UnparkHandle;
  private readonly word: Int32Array<SharedArrayBuffer>;

  constructor(eventFd: EventFd) {
    this.word = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    this.handle = { word: this.word, eventFd: eventFd.fd };
  }

  /** Whether the thread may wait; if not, it was notified. Either way `endWait` follows. */
  beginWait(): boolean {
    return Atomics.compareExchange(this.word, 0, AWAKE, PARKED) === AWAKE;
  }

  endWait(): void {
    Atomics.store(this.word, 0, AWAKE);
  }

  /** From now on nobody signals the eventfd. */
  close(): void {
    Atomics.store(this.word, 0, NOTIFIED);
  }
}
