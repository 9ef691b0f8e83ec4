// IORING_REGISTER_* and IORING_UNREGISTER_*, see io_uring_register(2). What a trial registers it also takes back.
import type { Region } from "./memory.ts";
import type { Trial } from "./trial.ts";
import type { TrialRing } from "./trial-ring.ts";
import type { Workbench } from "./workbench.ts";

const BUFFERS = 0;
const UNREGISTER_BUFFERS = 1;
const FILES = 2;
const UNREGISTER_FILES = 3;
const EVENTFD = 4;
const UNREGISTER_EVENTFD = 5;
const FILES_UPDATE = 6;
const EVENTFD_ASYNC = 7;
const PROBE = 8;
const PERSONALITY = 9;
const UNREGISTER_PERSONALITY = 10;
const RESTRICTIONS = 11;
const ENABLE_RINGS = 12;
const FILES2 = 13;
const FILES_UPDATE2 = 14;
const BUFFERS2 = 15;
const BUFFERS_UPDATE = 16;
const IOWQ_AFF = 17;
const UNREGISTER_IOWQ_AFF = 18;
const IOWQ_MAX_WORKERS = 19;
const RING_FDS = 20;
const UNREGISTER_RING_FDS = 21;
const PBUF_RING = 22;
const UNREGISTER_PBUF_RING = 23;
const SYNC_CANCEL = 24;
const FILE_ALLOC_RANGE = 25;
const PBUF_STATUS = 26;
const NAPI = 27;
const UNREGISTER_NAPI = 28;
const CLOCK = 29;
const CLONE_BUFFERS = 30;
const SEND_MSG_RING = 31;
const ZCRX_IFQ = 32;
const RESIZE_RINGS = 33;
const MEM_REGION = 34;
const QUERY = 35;
const ZCRX_CTRL = 36;
const BPF_FILTER = 37;

const SETUP_CQE32 = 1 << 11;
const SETUP_CQSIZE = 1 << 3;
const SETUP_R_DISABLED = 1 << 6;
const SETUP_SINGLE_ISSUER = 1 << 12;
const SETUP_DEFER_TASKRUN = 1 << 13;

const ENOENT = 2;
const CLOCK_MONOTONIC = 1;
const CANCEL_ANY = 1 << 2;
const OP_MSG_RING = 40;
const GROUP = 3;
const ENTRIES_OF_BUFFER_RING = 8;
const RSRC_BYTES = 32;
const PBUF_MMAP = 1;
const PBUF_INC = 2;
const MAX_PROBED = 256;

type Use = (registered: number) => number;

/** Registers, uses what is registered, and takes it back; `use` answers if registering succeeded. */
function between(registered: number, use: Use, unregister: Use): number {
  if (registered < 0) return registered;
  const used = use(registered);
  const unregistered = unregister(registered);
  return used < 0 ? used : unregistered;
}

const nothing: Use = () => 0;

function buffers(bench: Workbench, use: Use = nothing, ring: TrialRing = bench.ring): number {
  const vector = bench.vector(bench.memory.takePages(1));
  const registered = bench.register(BUFFERS, vector, 1, ring);
  return between(registered, use, () => bench.register(UNREGISTER_BUFFERS, null, 0, ring));
}

function files(bench: Workbench, use: Use = nothing): number {
  const table = bench.memory.take(4).u32(0, bench.file());
  const registered = bench.register(FILES, table, 1);
  return between(registered, use, () => bench.register(UNREGISTER_FILES, null, 0));
}

function eventFd(bench: Workbench, opcode: number): number {
  const registered = bench.register(opcode, bench.memory.take(4).u32(0, bench.eventFd()), 1);
  return between(registered, nothing, () => bench.register(UNREGISTER_EVENTFD, null, 0));
}

function personality(bench: Workbench): number {
  return between(bench.register(PERSONALITY, null, 0), nothing, (id) =>
    bench.register(UNREGISTER_PERSONALITY, null, id),
  );
}

/** On a ring that is not enabled yet: allows one call and nothing else. */
function restrictions(bench: Workbench): number {
  const ring = bench.ringWith(SETUP_R_DISABLED);
  const restriction = bench.memory.take(16);
  restriction.bytes[2] = ENABLE_RINGS;
  return bench.register(RESTRICTIONS, restriction, 1, ring);
}

/** `struct io_uring_rsrc_register` of one thing. */
function resource(bench: Workbench, data: Region): Region {
  return bench.memory.take(RSRC_BYTES).u32(0, 1).u64(16, data.address);
}

/** `struct io_uring_rsrc_update2` of the first thing. */
function resourceUpdate(bench: Workbench, data: Region): Region {
  return bench.memory.take(RSRC_BYTES).u64(8, data.address).u32(24, 1);
}

function files2(bench: Workbench): number {
  const argument = resource(bench, bench.memory.take(4).u32(0, bench.file()));
  const registered = bench.register(FILES2, argument, RSRC_BYTES);
  return between(registered, nothing, () => bench.register(UNREGISTER_FILES, null, 0));
}

function buffers2(bench: Workbench): number {
  const argument = resource(bench, bench.vector(bench.memory.takePages(1)));
  const registered = bench.register(BUFFERS2, argument, RSRC_BYTES);
  return between(registered, nothing, () => bench.register(UNREGISTER_BUFFERS, null, 0));
}

function workerAffinity(bench: Workbench): number {
  const mask = bench.memory.take(128);
  const cpu = bench.allowedCpu;
  mask.bytes[cpu >> 3] = 1 << (cpu & 7);
  const registered = bench.register(IOWQ_AFF, mask, mask.bytes.byteLength);
  return between(registered, nothing, () => bench.register(UNREGISTER_IOWQ_AFF, null, 0));
}

function ringDescriptor(bench: Workbench): number {
  const update = bench.memory
    .take(16)
    .u32(0, 2 ** 32 - 1)
    .u64(8, bench.ring.fd);
  const registered = bench.register(RING_FDS, update, 1);
  return between(registered, nothing, () => {
    return bench.register(UNREGISTER_RING_FDS, bench.memory.take(16).u32(0, update.readU32(0)), 1);
  });
}

/** `struct io_uring_buf_reg`, with memory of this process unless the kernel is to provide it. */
function bufferRing(bench: Workbench, flags: number = 0, use: Use = nothing): number {
  const ring = (flags & PBUF_MMAP) === 0 ? bench.memory.takePages(1).address : 0;
  const argument = bench.memory.take(40).u64(0, ring).u32(8, ENTRIES_OF_BUFFER_RING).u16(12, GROUP).u16(14, flags);
  const registered = bench.register(PBUF_RING, argument, 1);
  const again = bench.memory.take(40).u16(12, GROUP);
  return between(registered, use, () => bench.register(UNREGISTER_PBUF_RING, again, 1));
}

function busyPolling(bench: Workbench): number {
  const napi = (): Region => bench.memory.take(16).u32(0, 1);
  return between(bench.register(NAPI, napi(), 1), nothing, () =>
    bench.register(UNREGISTER_NAPI, bench.memory.take(16), 1),
  );
}

function cloneBuffers(bench: Workbench): number {
  const other = bench.ringWith(0);
  return buffers(bench, () => {
    const argument = bench.memory.take(32).u32(0, bench.ring.fd);
    return bench.register(CLONE_BUFFERS, argument, 1, other);
  });
}

/** A message to a ring, sent without having one. */
function sendMessage(bench: Workbench): number {
  const entry = bench.memory.take(64).u32(0, OP_MSG_RING).u32(4, bench.ringWith(0).fd).u32(24, 1);
  return bench.register(SEND_MSG_RING, entry, 1, { fd: -1 });
}

function resize(bench: Workbench): number {
  const ring = bench.ringWith(SETUP_SINGLE_ISSUER | SETUP_DEFER_TASKRUN);
  // The mapping of the old size stays valid until it is unmapped; nothing uses the ring after this.
  const params = bench.memory.take(120).u32(0, 8).u32(4, 64).u32(8, SETUP_CQSIZE);
  return bench.register(RESIZE_RINGS, params, 1, ring);
}

function memoryRegion(bench: Workbench): number {
  const description = bench.memory.take(64).u64(0, bench.memory.takePages(1).address).u64(8, 4096).u32(16, 1);
  const argument = bench.memory.take(32).u64(0, description.address);
  return bench.register(MEM_REGION, argument, 1, bench.ringWith(0));
}

/** How many opcodes there are. The answer is in the argument's own result. */
function query(bench: Workbench): number {
  const answer = bench.memory.take(64);
  const header = bench.memory.take(40).u64(8, answer.address).u32(20, answer.bytes.byteLength);
  const result = bench.register(QUERY, header, 0);
  return result < 0 ? result : header.readI32(24);
}

function zeroCopyQueue(bench: Workbench): number {
  const ring = bench.ringWith(SETUP_SINGLE_ISSUER | SETUP_DEFER_TASKRUN | SETUP_CQE32);
  return bench.register(ZCRX_IFQ, bench.memory.take(96), 1, ring);
}

function fileRange(bench: Workbench): number {
  return files(bench, () => bench.register(FILE_ALLOC_RANGE, bench.memory.take(16).u32(4, 1), 0));
}

function cancelAll(bench: Workbench): number {
  // No timeout: both halves are -1.
  const argument = bench.memory
    .take(64)
    .u32(8, 2 ** 32 - 1)
    .u32(12, CANCEL_ANY);
  argument.bytes.fill(0xff, 16, 32);
  return bench.register(SYNC_CANCEL, argument, 1);
}

const CARD = "a network card that splits headers from content, and the privilege to configure it";
const unused = "unused" as const;

/** One opcode of io_uring_register(2). */
export interface Registration extends Trial {
  readonly opcode: number;
}

export const REGISTRATIONS: readonly Registration[] = [
  { name: "BUFFERS", opcode: BUFFERS, since: "5.1", use: unused, attempt: (bench) => buffers(bench) },
  { name: "UNREGISTER_BUFFERS", opcode: 1, since: "5.1", use: unused, attempt: (bench) => buffers(bench) },
  { name: "FILES", opcode: FILES, since: "5.1", use: unused, attempt: (bench) => files(bench) },
  { name: "UNREGISTER_FILES", opcode: 3, since: "5.1", use: unused, attempt: (bench) => files(bench) },
  { name: "EVENTFD", opcode: EVENTFD, since: "5.2", use: unused, attempt: (bench) => eventFd(bench, EVENTFD) },
  { name: "UNREGISTER_EVENTFD", opcode: 5, since: "5.2", use: unused, attempt: (bench) => eventFd(bench, EVENTFD) },
  {
    name: "FILES_UPDATE",
    opcode: FILES_UPDATE,
    since: "5.5",
    use: "preferred",
    without: "descriptors of the process",
    counted: ["registered files"],
    attempt: (bench) =>
      files(bench, () => {
        const table = bench.memory.take(4).u32(0, bench.pipe().readEnd);
        return bench.register(FILES_UPDATE, bench.memory.take(16).u64(8, table.address), 1);
      }),
  },
  {
    name: "EVENTFD_ASYNC",
    opcode: EVENTFD_ASYNC,
    since: "5.6",
    use: unused,
    attempt: (bench) => eventFd(bench, EVENTFD_ASYNC),
  },
  {
    name: "PROBE",
    opcode: PROBE,
    since: "5.6",
    use: unused,
    attempt: (bench) => bench.register(PROBE, bench.memory.take(16 + 8 * MAX_PROBED), MAX_PROBED),
  },
  { name: "PERSONALITY", opcode: PERSONALITY, since: "5.6", use: unused, attempt: personality },
  { name: "UNREGISTER_PERSONALITY", opcode: 10, since: "5.6", use: unused, attempt: personality },
  { name: "RESTRICTIONS", opcode: RESTRICTIONS, since: "5.10", use: unused, attempt: restrictions },
  {
    name: "ENABLE_RINGS",
    opcode: ENABLE_RINGS,
    since: "5.10",
    use: unused,
    attempt: (bench) => bench.register(ENABLE_RINGS, null, 0, bench.ringWith(SETUP_R_DISABLED)),
  },
  {
    name: "FILES2",
    opcode: FILES2,
    since: "5.13",
    use: "preferred",
    without: "descriptors of the process",
    counted: ["registered files"],
    attempt: files2,
  },
  {
    name: "FILES_UPDATE2",
    opcode: FILES_UPDATE2,
    since: "5.13",
    use: unused,
    attempt: (bench) =>
      files(bench, () => {
        const table = bench.memory.take(4).u32(0, bench.pipe().readEnd);
        return bench.register(FILES_UPDATE2, resourceUpdate(bench, table), RSRC_BYTES);
      }),
  },
  {
    name: "BUFFERS2",
    opcode: BUFFERS2,
    since: "5.13",
    use: "preferred",
    without: "buffers as they are",
    counted: ["registered buffers"],
    attempt: buffers2,
  },
  {
    name: "BUFFERS_UPDATE",
    opcode: BUFFERS_UPDATE,
    since: "5.13",
    use: "preferred",
    without: "buffers as they are",
    counted: ["registered buffers"],
    attempt: (bench) =>
      buffers(bench, () => {
        const vector = bench.vector(bench.memory.takePages(1));
        return bench.register(BUFFERS_UPDATE, resourceUpdate(bench, vector), RSRC_BYTES);
      }),
  },
  { name: "IOWQ_AFF", opcode: IOWQ_AFF, since: "5.14", use: unused, attempt: workerAffinity },
  { name: "UNREGISTER_IOWQ_AFF", opcode: 18, since: "5.14", use: unused, attempt: workerAffinity },
  {
    name: "IOWQ_MAX_WORKERS",
    opcode: IOWQ_MAX_WORKERS,
    since: "5.15",
    use: unused,
    attempt: (bench) => bench.register(IOWQ_MAX_WORKERS, bench.memory.take(8), 2),
  },
  {
    name: "RING_FDS",
    opcode: RING_FDS,
    since: "5.18",
    use: "preferred",
    without: "the kernel looks the descriptor up at each call",
    attempt: ringDescriptor,
  },
  {
    name: "UNREGISTER_RING_FDS",
    opcode: 21,
    since: "5.18",
    use: "preferred",
    without: "there is nothing to unregister",
    attempt: ringDescriptor,
  },
  {
    name: "PBUF_RING",
    opcode: PBUF_RING,
    since: "5.19",
    use: "preferred",
    without: "a buffer for each receive",
    counted: ["provided buffers"],
    attempt: (bench) => bufferRing(bench),
  },
  {
    name: "UNREGISTER_PBUF_RING",
    opcode: 23,
    since: "5.19",
    use: "preferred",
    without: "a buffer for each receive",
    attempt: (bench) => bufferRing(bench),
  },
  {
    name: "SYNC_CANCEL",
    opcode: SYNC_CANCEL,
    since: "6.0",
    use: "preferred",
    without: "each operation is cancelled by itself; a worker that is terminated without close() cannot wait for them",
    counted: ["synchronous cancel"],
    proof: [ENOENT],
    attempt: cancelAll,
  },
  {
    name: "FILE_ALLOC_RANGE",
    opcode: FILE_ALLOC_RANGE,
    since: "6.0",
    use: "preferred",
    without: "descriptors of the process for files, beside direct descriptors",
    counted: ["registered files"],
    attempt: fileRange,
  },
  {
    name: "PBUF_RING: MMAP",
    opcode: PBUF_RING,
    since: "6.4",
    use: unused,
    attempt: (bench) => bufferRing(bench, PBUF_MMAP),
  },
  {
    name: "PBUF_STATUS",
    opcode: PBUF_STATUS,
    since: "6.8",
    use: unused,
    attempt: (bench) => bufferRing(bench, 0, () => bench.register(PBUF_STATUS, bench.memory.take(40).u32(0, GROUP), 1)),
  },
  {
    name: "NAPI",
    opcode: NAPI,
    since: "6.9",
    use: "preferred",
    without: "network devices are not polled, also where that was asked for",
    counted: ["napi"],
    attempt: busyPolling,
  },
  { name: "UNREGISTER_NAPI", opcode: UNREGISTER_NAPI, since: "6.9", use: unused, attempt: busyPolling },
  {
    name: "CLOCK",
    opcode: CLOCK,
    since: "6.12",
    use: unused,
    attempt: (bench) => bench.register(CLOCK, bench.memory.take(16).u32(0, CLOCK_MONOTONIC), 0),
  },
  { name: "CLONE_BUFFERS", opcode: CLONE_BUFFERS, since: "6.12", use: unused, attempt: cloneBuffers },
  {
    name: "PBUF_RING: INC",
    opcode: PBUF_RING,
    since: "6.12",
    use: "preferred",
    without: "each arrival takes a whole buffer",
    counted: ["incremental buffers"],
    attempt: (bench) => bufferRing(bench, PBUF_INC),
  },
  { name: "SEND_MSG_RING", opcode: SEND_MSG_RING, since: "6.13", use: unused, attempt: sendMessage },
  { name: "RESIZE_RINGS", opcode: RESIZE_RINGS, since: "6.13", use: unused, attempt: resize },
  { name: "MEM_REGION", opcode: MEM_REGION, since: "6.13", use: unused, attempt: memoryRegion },
  { name: "ZCRX_IFQ", opcode: ZCRX_IFQ, since: "6.15", use: unused, needs: CARD, attempt: zeroCopyQueue },
  { name: "QUERY", opcode: QUERY, since: "6.18", use: unused, attempt: query },
  {
    name: "ZCRX_CTRL",
    opcode: ZCRX_CTRL,
    since: "6.19",
    use: unused,
    needs: CARD,
    attempt: (bench) => bench.register(ZCRX_CTRL, bench.memory.take(64), 0),
  },
  {
    name: "BPF_FILTER",
    opcode: BPF_FILTER,
    since: "7.0",
    use: unused,
    needs: "a program to load",
    attempt: (bench) => bench.register(BPF_FILTER, bench.memory.take(64), 1),
  },
];
