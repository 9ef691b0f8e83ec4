// Signals of the process, each told to eventfds, so that a thread which waits in a driver can wait for them. The handler behind
// `process.on` is called as well, and what Node.js installs when the last listener goes is put behind ours again: see
// native/signals.h for how.
import { constants } from "node:os";
import { isMainThread } from "node:worker_threads";
import { AddonMissingError } from "./addon.ts";
import { systemError } from "./errors.ts";
import { native } from "./native.ts";

const numbers: Readonly<Partial<Record<string, number>>> = constants.signals;

/**
 * A signal that a program can listen for, by its name in signal(7). Not those of a fault, and not SIGCHLD, which libuv needs for
 * itself: node:child_process tells of the end of a child.
 */
export type SignalName = Exclude<
  NodeJS.Signals,
  "SIGKILL" | "SIGSTOP" | "SIGILL" | "SIGFPE" | "SIGSEGV" | "SIGBUS" | "SIGTRAP" | "SIGABRT" | "SIGIOT" | "SIGCHLD"
>;

/**
 * Makes an eventfd readable whenever the process gets the signal, whose default action does not happen from then on. Listening for
 * SIGUSR1 still starts the inspector.
 *
 * @throws SystemError EINVAL for a signal that cannot be listened for, ENOSPC when 256 eventfds are told of signals
 */
export function watchSignal(name: SignalName, eventFd: number): void {
  const result = native().watchSignal(numberOf(name), eventFd);
  if (result < 0) throw systemError(result, "sigaction");
}

/** Ends it, so that the eventfd may be closed. The last one to go brings the default action back. @throws SystemError ENOENT */
export function unwatchSignal(name: SignalName, eventFd: number): void {
  const result = native().unwatchSignal(numberOf(name), eventFd);
  if (result < 0) throw systemError(result, "sigaction");
}

function numberOf(name: string): number {
  return numbers[name] ?? 0;
}

/**
 * libuv installs its handler over whatever there is when the first listener is added, and the default action when the last one goes.
 * Node.js has it do so in listeners of these same events, which are older than ours.
 */
function rearm(event: string | symbol): void {
  const number = typeof event === "string" ? numbers[event] : undefined;
  if (number === undefined) return;
  try {
    native().rearmSignal(number);
  } catch (error) {
    // Without the addon nobody listens.
    if (!(error instanceof AddonMissingError)) throw error;
  }
}

if (isMainThread) {
  process.on("newListener", rearm);
  process.on("removeListener", rearm);
}
