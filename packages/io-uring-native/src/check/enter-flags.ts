// IORING_ENTER_*, see io_uring_enter(2).
import type { Trial } from "./trial.ts";
import type { Workbench } from "./workbench.ts";

const GETEVENTS = 1 << 0;
const SQ_WAKEUP = 1 << 1;
const SQ_WAIT = 1 << 2;
const EXT_ARG = 1 << 3;
const REGISTERED_RING = 1 << 4;
const ABS_TIMER = 1 << 5;
const EXT_ARG_REG = 1 << 6;
const NO_IOWAIT = 1 << 7;

const REGISTER_RING_FDS = 20;
const UNREGISTER_RING_FDS = 21;
const REGISTER_ENABLE_RINGS = 12;
const REGISTER_MEM_REGION = 34;
const SETUP_R_DISABLED = 1 << 6;
const MEM_REGION_TYPE_USER = 1;
const MEM_REGION_REG_WAIT_ARG = 1;
const REG_WAIT_BYTES = 64;

const WAIT_ARGUMENT_BYTES = 24;
const ETIME = 62;

const plain =
  (flags: number) =>
  ({ calls, ring }: Workbench): number =>
    calls.enter(ring.fd, 0, 0, flags, null, 0);

/** Waits for a nanosecond, or until an absolute time that has passed. */
function bounded(flags: number): (bench: Workbench) => number {
  return ({ calls, ring, memory }: Workbench): number => {
    const timeout = memory.take(16).u64(8, 1);
    const argument = memory.take(WAIT_ARGUMENT_BYTES).u64(16, timeout.address);
    return calls.enter(ring.fd, 0, 1, flags, argument.bytes, WAIT_ARGUMENT_BYTES);
  };
}

function registeredRing(bench: Workbench): number {
  const update = bench.memory
    .take(16)
    .u32(0, 2 ** 32 - 1)
    .u64(8, bench.ring.fd);
  const registered = bench.register(REGISTER_RING_FDS, update, 1);
  if (registered < 0) return registered;
  const result = bench.calls.enter(update.readU32(0), 0, 0, GETEVENTS | REGISTERED_RING, null, 0);
  bench.register(UNREGISTER_RING_FDS, bench.memory.take(16).u32(0, update.readU32(0)), 1);
  return result;
}

/** The wait's bound is in memory that the ring knows already. */
function registeredArgument(bench: Workbench): number {
  const ring = bench.ringWith(SETUP_R_DISABLED);
  const region = bench.memory.takePages(1).u64(8, 1).u32(20, 1);
  const description = bench.memory.take(64).u64(0, region.address).u64(8, 4096).u32(16, MEM_REGION_TYPE_USER);
  const registration = bench.memory.take(32).u64(0, description.address).u64(8, MEM_REGION_REG_WAIT_ARG);
  const registered = bench.register(REGISTER_MEM_REGION, registration, 1, ring);
  if (registered < 0) return registered;
  bench.register(REGISTER_ENABLE_RINGS, null, 0, ring);
  return bench.calls.enter(ring.fd, 0, 1, GETEVENTS | EXT_ARG | EXT_ARG_REG, null, REG_WAIT_BYTES);
}

export const ENTER_FLAGS: readonly Trial[] = [
  { name: "GETEVENTS", since: "5.1", use: "required", attempt: plain(GETEVENTS) },
  { name: "SQ_WAKEUP", since: "5.1", use: "required", attempt: plain(SQ_WAKEUP) },
  { name: "SQ_WAIT", since: "5.10", use: "required", attempt: plain(SQ_WAIT) },
  { name: "EXT_ARG", since: "5.11", use: "required", attempt: bounded(GETEVENTS | EXT_ARG), proof: [ETIME] },
  {
    name: "REGISTERED_RING",
    since: "5.18",
    use: "preferred",
    without: "the kernel looks the descriptor up at each call",
    attempt: registeredRing,
  },
  {
    name: "ABS_TIMER",
    since: "6.12",
    use: "unused",
    attempt: bounded(GETEVENTS | EXT_ARG | ABS_TIMER),
    proof: [ETIME],
  },
  { name: "EXT_ARG_REG", since: "6.13", use: "unused", attempt: registeredArgument, proof: [ETIME] },
  { name: "NO_IOWAIT", since: "6.15", use: "unused", attempt: plain(GETEVENTS | NO_IOWAIT) },
];
