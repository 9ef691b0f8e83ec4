// Setting a ring up on whatever kernel this is: by trying, never by its version. The kernel refuses a flag that it does not know with
// EINVAL and does not say which one, so flags are given up one step at a time, newest first.
import { constants } from "node:os";
import {
  FEATURE_EXT_ARG,
  FEATURE_FAST_POLL,
  FEATURE_NODROP,
  SETUP_CLAMP,
  SETUP_COOP_TASKRUN,
  SETUP_CQSIZE,
  SETUP_DEFER_TASKRUN,
  SETUP_SINGLE_ISSUER,
  SETUP_SQPOLL,
  SETUP_SUBMIT_ALL,
  SETUP_TASKRUN_FLAG,
} from "./abi.ts";
import type { Counters } from "./counters.ts";
import type { Kernel, RingMapping } from "./kernel.ts";
import { PolledRing } from "./polled-ring.ts";
import { Ring } from "./ring.ts";
import { IoUringUnavailableError } from "./unavailable.ts";

const { errno: ERRNO } = constants;

/** Sets of flags for a ring whose thread waits in it. Each is tried after the one before it was refused. */
export const OWNED_RING: readonly number[] = giveUp([
  SETUP_DEFER_TASKRUN,
  SETUP_SINGLE_ISSUER,
  SETUP_COOP_TASKRUN | SETUP_TASKRUN_FLAG,
  SETUP_SUBMIT_ALL,
  SETUP_CLAMP,
  SETUP_CQSIZE,
]);

/**
 * For a ring that an event loop waits for. With DEFER_TASKRUN nothing completes before its thread enters it, and so its descriptor
 * would never become readable.
 */
export const HOSTED_RING: readonly number[] = OWNED_RING.slice(1);

/** For a ring with a thread of the kernel that submits. Its thread runs what the flags above defer. */
const POLLED_RING: readonly number[] = giveUp([SETUP_SINGLE_ISSUER, SETUP_SUBMIT_ALL, SETUP_CLAMP, SETUP_CQSIZE]).map(
  (flags) => flags | SETUP_SQPOLL,
);

/** All of them, all but the first, and so on down to none. */
function giveUp(newestFirst: readonly number[]): number[] {
  const steps = [0];
  for (const flags of newestFirst.toReversed()) steps.unshift((steps[0] ?? 0) | flags);
  return steps;
}

/** Without these, completions get lost, sockets block threads, or waits cannot be bounded. Linux 5.11 has all of them. */
const REQUIRED_FEATURES = FEATURE_NODROP | FEATURE_FAST_POLL | FEATURE_EXT_ARG;

/** @throws IoUringUnavailableError that says what is in the way and what to change */
export function openRing(
  kernel: Kernel,
  sqEntries: number,
  cqEntries: number,
  counters: Counters,
  flagSteps: readonly number[] = OWNED_RING,
): Ring {
  const mapping = tryFlags(counters, flagSteps, (flags) => kernel.setup(sqEntries, cqEntries, flags));
  if (typeof mapping === "number") throw new IoUringUnavailableError(mapping);
  return new Ring(kernel, usable(kernel, mapping), counters);
}

/** A ring with a thread of the kernel that submits; the -errno where that is refused. @throws IoUringUnavailableError as above */
export function openPolledRing(
  kernel: Kernel,
  sqEntries: number,
  cqEntries: number,
  counters: Counters,
  idleMs: number,
): Ring | number {
  const mapping = tryFlags(counters, POLLED_RING, (flags) => kernel.setup(sqEntries, cqEntries, flags, idleMs));
  return typeof mapping === "number" ? mapping : new PolledRing(kernel, usable(kernel, mapping), counters);
}

function tryFlags(
  counters: Counters,
  flagSteps: readonly number[],
  setup: (flags: number) => RingMapping | number,
): RingMapping | number {
  for (const flags of flagSteps) {
    counters.crossings++;
    counters.systemCalls.io_uring_setup++;
    const mapping = setup(flags);
    if (mapping !== -ERRNO.EINVAL) return mapping;
  }
  return -ERRNO.EINVAL;
}

function usable(kernel: Kernel, mapping: RingMapping): RingMapping {
  if ((mapping.features & REQUIRED_FEATURES) === REQUIRED_FEATURES) return mapping;
  kernel.close(mapping.fd);
  throw new IoUringUnavailableError(-ERRNO.ENOTSUP);
}
