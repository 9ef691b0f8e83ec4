// IORING_SETUP_*, see io_uring_setup(2), each in the smallest set of flags with which it is valid.
import type { SetupParams, Workbench } from "./workbench.ts";
import type { Trial } from "./trial.ts";

const IOPOLL = 1 << 0;
const SQPOLL = 1 << 1;
const SQ_AFF = 1 << 2;
const CQSIZE = 1 << 3;
const CLAMP = 1 << 4;
const ATTACH_WQ = 1 << 5;
const R_DISABLED = 1 << 6;
const SUBMIT_ALL = 1 << 7;
const COOP_TASKRUN = 1 << 8;
const TASKRUN_FLAG = 1 << 9;
const SQE128 = 1 << 10;
const CQE32 = 1 << 11;
const SINGLE_ISSUER = 1 << 12;
const DEFER_TASKRUN = 1 << 13;
const NO_MMAP = 1 << 14;
const REGISTERED_FD_ONLY = 1 << 15;
const NO_SQARRAY = 1 << 16;
const HYBRID_IOPOLL = 1 << 17;
const CQE_MIXED = 1 << 18;
const SQE_MIXED = 1 << 19;
const SQ_REWIND = 1 << 20;

const UNREGISTER_RING_FDS = 21;
const USE_REGISTERED_RING = 2 ** 31;

function plain(flags: number): (bench: Workbench) => number {
  return (bench) => bench.setup({ flags });
}

function ownMemory(bench: Workbench): SetupParams {
  return { entriesAddress: bench.memory.takePages(1).address, ringAddress: bench.memory.takePages(1).address };
}

/** A ring without a descriptor: it is known, and let go of, by its place among the registered ones. */
function registeredOnly(bench: Workbench): number {
  const params = bench.params({ flags: NO_MMAP | REGISTERED_FD_ONLY, ...ownMemory(bench) });
  const index = bench.calls.setup(4, params);
  if (index < 0) return index;
  const update = bench.memory.take(16).u32(0, index);
  return bench.register(UNREGISTER_RING_FDS + USE_REGISTERED_RING, update, 1, { fd: index });
}

export const SETUP_FLAGS: readonly Trial[] = [
  { name: "IOPOLL", since: "5.1", use: "unused", attempt: plain(IOPOLL) },
  {
    name: "SQPOLL",
    since: "5.1",
    use: "preferred",
    without: "this thread submits itself, also where a submission thread was asked for",
    counted: ["submission thread"],
    attempt: plain(SQPOLL),
  },
  {
    name: "SQ_AFF",
    since: "5.1",
    use: "unused",
    attempt: (bench) => bench.setup({ flags: SQPOLL | SQ_AFF, sqThreadCpu: bench.allowedCpu }),
  },
  {
    name: "CQSIZE",
    since: "5.5",
    use: "preferred",
    without: "a completion queue of twice the submission queue's size",
    attempt: (bench) => bench.setup({ flags: CQSIZE, cqEntries: 16 }),
  },
  {
    name: "CLAMP",
    since: "5.6",
    use: "preferred",
    without: "sizes beyond the kernel's limit are refused",
    attempt: plain(CLAMP),
  },
  {
    name: "ATTACH_WQ",
    since: "5.6",
    use: "unused",
    attempt: (bench) => bench.setup({ flags: ATTACH_WQ, wqFd: bench.ring.fd }),
  },
  { name: "R_DISABLED", since: "5.10", use: "unused", attempt: plain(R_DISABLED) },
  {
    name: "SUBMIT_ALL",
    since: "5.18",
    use: "preferred",
    without: "a turn ends at an entry that is refused, and the next one submits the rest",
    attempt: plain(SUBMIT_ALL),
  },
  {
    name: "COOP_TASKRUN",
    since: "5.19",
    use: "preferred",
    without: "completions interrupt the thread",
    attempt: plain(COOP_TASKRUN),
  },
  {
    name: "TASKRUN_FLAG",
    since: "5.19",
    use: "preferred",
    without: "given up together with COOP_TASKRUN",
    attempt: plain(COOP_TASKRUN | TASKRUN_FLAG),
  },
  { name: "SQE128", since: "5.19", use: "unused", attempt: plain(SQE128) },
  { name: "CQE32", since: "5.19", use: "unused", attempt: plain(CQE32) },
  {
    name: "SINGLE_ISSUER",
    since: "6.0",
    use: "preferred",
    without: "the kernel locks as if several threads submitted",
    attempt: plain(SINGLE_ISSUER),
  },
  {
    name: "DEFER_TASKRUN",
    since: "6.1",
    use: "preferred",
    without: "COOP_TASKRUN",
    attempt: plain(SINGLE_ISSUER | DEFER_TASKRUN),
  },
  {
    name: "NO_MMAP",
    since: "6.5",
    use: "unused",
    attempt: (bench) => bench.setup({ flags: NO_MMAP, ...ownMemory(bench) }),
  },
  { name: "REGISTERED_FD_ONLY", since: "6.5", use: "unused", attempt: registeredOnly },
  { name: "NO_SQARRAY", since: "6.6", use: "unused", attempt: plain(NO_SQARRAY) },
  { name: "HYBRID_IOPOLL", since: "6.13", use: "unused", attempt: plain(IOPOLL | HYBRID_IOPOLL) },
  { name: "CQE_MIXED", since: "6.18", use: "unused", attempt: plain(CQE_MIXED) },
  { name: "SQE_MIXED", since: "6.19", use: "unused", attempt: plain(SQE_MIXED) },
  { name: "SQ_REWIND", since: "7.0", use: "unused", attempt: plain(NO_SQARRAY | SQ_REWIND) },
];
