// System calls on a socket that are not the ring's: options, addresses, names.
import { ERRNO, systemError } from "@pollab/io-sys";
import type { Counters } from "../counters.ts";
import type { Descriptor } from "../descriptor.ts";
import type { NetSite } from "./site.ts";

/** A call that counters know. */
export type SocketCall = keyof Counters["systemCalls"];

/** Counts a call, which is one crossing into native code as well. */
export function countCall({ operations: { counters } }: NetSite, call: SocketCall, times: number = 1): void {
  counters.crossings += times;
  counters.systemCalls[call] += times;
}

/**
 * The result of a call on an open descriptor of the process.
 *
 * @throws SystemError ECANCELED when it is closed; EBADF when only the ring knows it: `installDescriptor` gives it a number of the
 *   process
 */
export function callOn<T>(site: NetSite, descriptor: Descriptor, call: SocketCall, make: (fd: number) => T): T {
  descriptor.assertOpen(call);
  if (descriptor.direct) throw systemError(ERRNO.EBADF, call);
  countCall(site, call);
  return make(descriptor.fd);
}
