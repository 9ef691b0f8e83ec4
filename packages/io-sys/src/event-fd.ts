// An eventfd(2): a descriptor that any thread of the process can make readable, to end another thread's wait.
import { closeFd } from "./descriptors.ts";
import { systemError } from "./errors.ts";
import { native } from "./native.ts";

/** Non-blocking and close-on-exec. Owned by the thread that made it. */
export class EventFd {
  /** For other threads, which call {@link signalEventFd} with it. It means nothing after `close`. */
  readonly fd: number;
  #open = true;

  private constructor(fd: number) {
    this.fd = fd;
  }

  /** @throws SystemError such as EMFILE */
  static create(): EventFd {
    const fd = native().createEvent();
    if (fd < 0) throw systemError(fd, "eventfd");
    return new EventFd(fd);
  }

  /** Makes it readable; nothing after `close`. */
  signal(): void {
    if (this.#open) signalEventFd(this.fd);
  }

  /** Makes it unreadable until the next signal. */
  drain(): void {
    if (!this.#open) return;
    const result = native().drainEvent(this.fd);
    if (result < 0) throw systemError(result, "read");
  }

  /** Idempotent. No other thread may signal the number from now on: the next descriptor may have it. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeFd(this.fd);
  }
}

/** Makes an eventfd readable by its number, from any thread. The owner must not have closed it. @throws SystemError */
export function signalEventFd(fd: number): void {
  const result = native().signalEvent(fd);
  if (result < 0) throw systemError(result, "write");
}
