// The flags of single operations, and what else came to them after their release, see io_uring_enter(2).
import type { Trial } from "./trial.ts";
import type { Entry } from "./trial-ring.ts";
import type { Workbench } from "./workbench.ts";

const OP_FSYNC = 3;
const OP_POLL_ADD = 6;
const OP_POLL_REMOVE = 7;
const OP_TIMEOUT = 11;
const OP_ACCEPT = 13;
const OP_ASYNC_CANCEL = 14;
const OP_OPENAT = 18;
const OP_WRITE = 23;
const OP_SEND = 26;
const OP_RECV = 27;
const OP_PROVIDE_BUFFERS = 31;
const OP_REMOVE_BUFFERS = 32;
const OP_MSG_RING = 40;
const OP_SEND_ZC = 47;

const BUFFER_SELECT = 1 << 5;
const AT_FDCWD = -100;
const POLLOUT = 4;
const FILE_INDEX_ALLOC = -1;
const REGISTER_BUFFERS = 0;
const UNREGISTER_BUFFERS = 1;
const REGISTER_FILES = 2;
const UNREGISTER_FILES = 3;
const GROUP = 9;
const BYTES = 16;
const NOBODY = 0x7fff_0000;

const ENOENT = 2;
const ETIME = 62;

/** Waits for a writable pipe. */
function poll(bench: Workbench, entry: Omit<Entry, "opcode">): number {
  return bench.ring.result({ opcode: OP_POLL_ADD, fd: bench.pipe().writeEnd, opFlags: POLLOUT, ...entry });
}

/** Updates a poll that does not exist. */
function pollUpdate(bench: Workbench, flags: number, events: number): number {
  return bench.ring.result({ opcode: OP_POLL_REMOVE, addr: NOBODY, len: flags, opFlags: events });
}

function timeout(bench: Workbench, flags: number): number {
  return bench.ring.result({ opcode: OP_TIMEOUT, addr: bench.timespec(0, 1).address, len: 1, opFlags: flags });
}

function accept(bench: Workbench, ioprio: number): number {
  const { fd, address } = bench.listener();
  bench.connectingTo(address);
  const accepted = bench.ring.result({ opcode: OP_ACCEPT, fd, ioprio });
  return accepted < 0 ? accepted : bench.own(accepted);
}

/** Receives what a peer has sent; into a provided buffer where the flag wants one. */
function receive(bench: Workbench, ioprio: number, how: "own buffer" | "provided buffer"): number {
  const { client, server } = bench.connection();
  const content = bench.memory.take(BYTES);
  bench.ring.result({ opcode: OP_WRITE, fd: client, addr: content.address, len: BYTES });
  if (how === "own buffer")
    return bench.ring.result({ opcode: OP_RECV, fd: server, addr: content.address, len: BYTES, ioprio });
  const provided = bench.ring.result({
    opcode: OP_PROVIDE_BUFFERS,
    fd: 1,
    addr: content.address,
    len: BYTES,
    bufIndex: GROUP,
  });
  if (provided < 0) return provided;
  const received = bench.ring.result({ opcode: OP_RECV, flags: BUFFER_SELECT, fd: server, bufIndex: GROUP, ioprio });
  if (received < 0) bench.ring.result({ opcode: OP_REMOVE_BUFFERS, fd: 1, bufIndex: GROUP });
  return received;
}

function sendZeroCopy(bench: Workbench, ioprio: number): number {
  const { client } = bench.connection();
  const content = bench.memory.takePages(1);
  const registered = bench.register(REGISTER_BUFFERS, bench.vector(content), 1);
  if (registered < 0) return registered;
  const result = bench.ring.result({ opcode: OP_SEND_ZC, fd: client, addr: content.address, len: BYTES, ioprio });
  bench.register(UNREGISTER_BUFFERS, null, 0);
  return result;
}

function sendVectorized(bench: Workbench, ioprio: number): number {
  const vector = bench.vector(bench.memory.take(BYTES));
  return bench.ring.result({ opcode: OP_SEND, fd: bench.connection().client, addr: vector.address, len: 1, ioprio });
}

function cancel(bench: Workbench, flags: number, entry: Omit<Entry, "opcode"> = {}): number {
  return bench.ring.result({ opcode: OP_ASYNC_CANCEL, addr: NOBODY, opFlags: flags, ...entry });
}

/** With a table of files in which one place is free. */
function withTable(bench: Workbench, file: number, use: () => number): number {
  const registered = bench.register(REGISTER_FILES, bench.memory.take(4).u32(0, file >>> 0), 1);
  if (registered < 0) return registered;
  const result = use();
  bench.register(UNREGISTER_FILES, null, 0);
  return result;
}

/** Opens a file straight into the ring's table. @param index which place of it, from 1 on; -1 lets the kernel choose */
function openDirect(bench: Workbench, index: number): number {
  bench.file();
  const addr = bench.path("file").address;
  return withTable(bench, -1, () => bench.ring.result({ opcode: OP_OPENAT, fd: AT_FDCWD, addr, fileIndex: index }));
}

function message(bench: Workbench, flags: number): number {
  return bench.ring.result({
    opcode: OP_MSG_RING,
    fd: bench.ringWith(0).fd,
    off: 1,
    len: 1,
    fileIndex: 2,
    opFlags: flags,
  });
}

const unused = "unused" as const;

export const OPERATION_FLAGS: readonly Trial[] = [
  {
    name: "FSYNC_DATASYNC",
    since: "5.1",
    use: "required",
    attempt: (bench) => bench.ring.result({ opcode: OP_FSYNC, fd: bench.file(), opFlags: 1 }),
  },
  {
    name: "POLL_ADD_MULTI",
    since: "5.13",
    use: "preferred",
    without: "one poll for each event",
    counted: ["poll multishot"],
    attempt: (bench) => poll(bench, { len: 1 }),
  },
  {
    name: "POLL_UPDATE_EVENTS",
    since: "5.13",
    use: unused,
    proof: [ENOENT],
    attempt: (bench) => pollUpdate(bench, 2, POLLOUT),
  },
  {
    name: "POLL_UPDATE_USER_DATA",
    since: "5.13",
    use: unused,
    proof: [ENOENT],
    attempt: (bench) => pollUpdate(bench, 4, 0),
  },
  { name: "OPENAT into the ring's table", since: "5.15", use: unused, attempt: (bench) => openDirect(bench, 1) },
  { name: "TIMEOUT_BOOTTIME", since: "5.15", use: unused, proof: [ETIME], attempt: (bench) => timeout(bench, 1 << 2) },
  { name: "TIMEOUT_REALTIME", since: "5.15", use: unused, proof: [ETIME], attempt: (bench) => timeout(bench, 1 << 3) },
  {
    name: "TIMEOUT_ETIME_SUCCESS",
    since: "5.16",
    use: "preferred",
    without: "a pause between two steps of a chain ends the chain",
    proof: [ETIME],
    attempt: (bench) => timeout(bench, 1 << 5),
  },
  {
    name: "ACCEPT_MULTISHOT",
    since: "5.19",
    use: "preferred",
    without: "one accept for each connection",
    counted: ["accept multishot"],
    attempt: (bench) => accept(bench, 1),
  },
  {
    name: "FILE_INDEX_ALLOC",
    since: "5.19",
    use: "preferred",
    without: "descriptors of the process",
    counted: ["direct descriptors"],
    attempt: (bench) => openDirect(bench, FILE_INDEX_ALLOC),
  },
  { name: "RECVSEND_POLL_FIRST", since: "5.19", use: unused, attempt: (bench) => receive(bench, 1, "own buffer") },
  {
    name: "ASYNC_CANCEL_ALL",
    since: "5.19",
    use: "preferred",
    without: "cancelling all of a descriptor, or all there is, fails with EINVAL",
    attempt: (bench) => cancel(bench, 1 << 0),
  },
  {
    name: "ASYNC_CANCEL_FD",
    since: "5.19",
    use: "preferred",
    without: "cancelling all of a descriptor, or all there is, fails with EINVAL",
    proof: [ENOENT],
    attempt: (bench) => cancel(bench, 1 << 1, { fd: bench.pipe().readEnd }),
  },
  {
    name: "ASYNC_CANCEL_ANY",
    since: "5.19",
    use: "preferred",
    without: "cancelling all of a descriptor, or all there is, fails with EINVAL",
    attempt: (bench) => cancel(bench, 1 << 2),
    proof: [ENOENT],
  },
  { name: "POLL_ADD_LEVEL", since: "6.0", use: unused, attempt: (bench) => poll(bench, { len: 1 << 3 }) },
  {
    name: "RECV_MULTISHOT",
    since: "6.0",
    use: "preferred",
    without: "one receive for each arrival",
    counted: ["recv multishot", "recvmsg multishot"],
    attempt: (bench) => receive(bench, 2, "provided buffer"),
  },
  {
    name: "RECVSEND_FIXED_BUF",
    since: "6.0",
    use: "preferred",
    without: "the kernel copies, by an ordinary send",
    counted: ["send zero-copy"],
    attempt: (bench) => sendZeroCopy(bench, 4),
  },
  {
    name: "ASYNC_CANCEL_FD_FIXED",
    since: "6.0",
    use: unused,
    proof: [ENOENT],
    attempt: (bench) => withTable(bench, bench.pipe().readEnd, () => cancel(bench, (1 << 1) | (1 << 3), { fd: 0 })),
  },
  {
    name: "SEND_ZC_REPORT_USAGE",
    since: "6.2",
    use: "preferred",
    without: "whether the kernel copied after all is not known",
    counted: ["send zero-copy report"],
    attempt: (bench) => sendZeroCopy(bench, 8),
  },
  { name: "MSG_RING_FLAGS_PASS", since: "6.3", use: unused, attempt: (bench) => message(bench, 2) },
  { name: "TIMEOUT_MULTISHOT", since: "6.4", use: unused, proof: [ETIME], attempt: (bench) => timeout(bench, 1 << 6) },
  {
    name: "ASYNC_CANCEL_USERDATA",
    since: "6.6",
    use: unused,
    proof: [ENOENT],
    attempt: (bench) => cancel(bench, 1 << 4),
  },
  {
    name: "ASYNC_CANCEL_OP",
    since: "6.6",
    use: unused,
    proof: [ENOENT],
    attempt: (bench) => cancel(bench, 1 << 5, { len: OP_ACCEPT }),
  },
  { name: "ACCEPT_DONTWAIT", since: "6.10", use: unused, attempt: (bench) => accept(bench, 2) },
  { name: "ACCEPT_POLL_FIRST", since: "6.10", use: unused, attempt: (bench) => accept(bench, 4) },
  { name: "RECVSEND_BUNDLE", since: "6.10", use: unused, attempt: (bench) => receive(bench, 16, "provided buffer") },
  { name: "SEND_VECTORIZED", since: "6.17", use: unused, attempt: (bench) => sendVectorized(bench, 32) },
  {
    name: "TIMEOUT_IMMEDIATE_ARG",
    since: "7.1",
    use: unused,
    proof: [ETIME],
    attempt: (bench) => bench.ring.result({ opcode: OP_TIMEOUT, addr: 1, len: 1, opFlags: 1 << 7 }),
  },
];
