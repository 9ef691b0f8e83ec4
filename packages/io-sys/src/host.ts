// Descriptors that Node's event loop waits for on behalf of a driver, so that a runtime can be a guest on a thread whose event
// loop runs too. The addon is one of its own: it needs libuv, which not every engine that loads the others has.
import { loadAddon } from "./addon.ts";
import { systemError } from "./errors.ts";

/** What native/host.c exports. Each function returns a value >= 0 or a negated errno. */
interface NativeHost {
  watchReadable(fd: number, callback: () => void): number;
  ref(watch: number): number;
  unref(watch: number): number;
  close(watch: number): number;
}

let loaded: NativeHost | undefined;

function native(): NativeHost {
  return (loaded ??= loadAddon<NativeHost>(new URL("../", import.meta.url), "host"));
}

/**
 * Calls a function, as a callback of the thread's event loop, in each turn of the loop in which a descriptor is readable.
 * Promises and `process.nextTick` go on after each call. What the function throws is an uncaught exception.
 */
export class HostWatch {
  readonly #watch: number;
  #open = true;

  /**
   * Does not keep the thread alive until it is told to.
   *
   * @throws AddonMissingError; SystemError such as EEXIST when the loop watches the descriptor already, EBADF, EPERM for a
   *   regular file
   */
  constructor(fd: number, onReadable: () => void) {
    this.#watch = native().watchReadable(fd, onReadable);
    if (this.#watch < 0) throw systemError(this.#watch, "uv_poll_start");
    this.unref();
  }

  /** Lets the watch keep the thread alive. */
  ref(): void {
    if (this.#open) native().ref(this.#watch);
  }

  /** Lets the thread end although the watch is open. */
  unref(): void {
    if (this.#open) native().unref(this.#watch);
  }

  /** Ends the watch: nothing is called any more, and the descriptor may be closed at once. Idempotent, also from `onReadable`. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    native().close(this.#watch);
  }
}
