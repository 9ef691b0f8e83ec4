// The operations on what the ring itself holds (buffers and files), on epoll instances, pipes, futexes and child processes.
import type { Workbench } from "../workbench.ts";
import type { Operation } from "./operation.ts";

const REGISTER_FILES = 2;
const UNREGISTER_FILES = 3;
const FIXED_FILE = 1 << 0;
const BUFFER_SELECT = 1 << 5;
const GROUP = 8;
const BUFFER_BYTES = 64;

const EPOLL_CTL_ADD = 1;
const EPOLLOUT = 4;
const O_CLOEXEC = 0o2000000;
const FUTEX2_PRIVATE_U32 = 128 | 2;
const FUTEX_ANY = 0xffff_ffff;
const P_ALL = 0;
const WEXITED_NOHANG = 4 | 1;
const EAGAIN = 11;
const ECHILD = 10;

function provideBuffer({ ring, memory }: Workbench): number {
  const buffer = memory.take(BUFFER_BYTES);
  return ring.result({ opcode: 31, fd: 1, addr: buffer.address, len: BUFFER_BYTES, bufIndex: GROUP });
}

function removeBuffer({ ring }: Workbench): number {
  return ring.result({ opcode: 32, fd: 1, bufIndex: GROUP });
}

/** With a table of one file, if that can be registered. */
function withFile(bench: Workbench, fd: number, use: () => number): number {
  const registered = bench.register(REGISTER_FILES, bench.memory.take(4).u32(0, fd), 1);
  if (registered < 0) return registered;
  const result = use();
  bench.register(UNREGISTER_FILES, null, 0);
  return result;
}

/** Adds the writable end of a pipe to an epoll instance. */
function addToEpoll(bench: Workbench, epoll: number): number {
  const event = bench.memory.take(16).u32(0, EPOLLOUT);
  const { writeEnd } = bench.pipe();
  return bench.ring.result({ opcode: 29, fd: epoll, addr: event.address, len: EPOLL_CTL_ADD, off: writeEnd });
}

export const REST_OF_OPERATIONS: readonly Operation[] = [
  {
    name: "FILES_UPDATE",
    opcode: 20,
    since: "5.6",
    use: "unused",
    attempt: (bench) =>
      withFile(bench, bench.file(), () => {
        const table = bench.memory.take(4).u32(0, bench.pipe().readEnd);
        return bench.ring.result({ opcode: 20, addr: table.address, len: 1 });
      }),
  },
  {
    name: "EPOLL_CTL",
    opcode: 29,
    since: "5.6",
    use: "unused",
    attempt: (bench) => addToEpoll(bench, bench.epoll()),
  },
  {
    name: "PROVIDE_BUFFERS",
    opcode: 31,
    since: "5.7",
    use: "unused",
    attempt: (bench) => {
      const provided = provideBuffer(bench);
      if (provided >= 0) removeBuffer(bench);
      return provided;
    },
  },
  {
    name: "REMOVE_BUFFERS",
    opcode: 32,
    since: "5.7",
    use: "unused",
    attempt: (bench) => {
      const provided = provideBuffer(bench);
      return provided < 0 ? provided : removeBuffer(bench);
    },
  },
  {
    name: "READ_MULTISHOT",
    opcode: 49,
    since: "6.7",
    use: "unused",
    attempt: (bench) => {
      const provided = provideBuffer(bench);
      if (provided < 0) return provided;
      const { readEnd, writeEnd } = bench.pipe();
      bench.ring.result({ opcode: 23, fd: writeEnd, addr: bench.memory.take(1).address, len: 1 });
      const read = bench.ring.result({ opcode: 49, flags: BUFFER_SELECT, fd: readEnd, bufIndex: GROUP });
      if (read < 0) removeBuffer(bench);
      return read;
    },
  },
  {
    name: "WAITID",
    opcode: 50,
    since: "6.7",
    use: "unused",
    proof: [ECHILD],
    attempt: ({ ring }) => ring.result({ opcode: 50, fd: 0, len: P_ALL, fileIndex: WEXITED_NOHANG }),
  },
  {
    name: "FUTEX_WAIT",
    opcode: 51,
    since: "6.7",
    use: "unused",
    // The word does not have the value for which it would wait.
    proof: [EAGAIN],
    attempt: ({ ring, memory }) =>
      ring.result({ opcode: 51, fd: FUTEX2_PRIVATE_U32, addr: memory.take(4).address, off: 1, addr3: FUTEX_ANY }),
  },
  {
    name: "FUTEX_WAKE",
    opcode: 52,
    since: "6.7",
    use: "unused",
    attempt: ({ ring, memory }) =>
      ring.result({ opcode: 52, fd: FUTEX2_PRIVATE_U32, addr: memory.take(4).address, off: 1, addr3: FUTEX_ANY }),
  },
  {
    name: "FUTEX_WAITV",
    opcode: 53,
    since: "6.7",
    use: "unused",
    proof: [EAGAIN],
    attempt: ({ ring, memory }) => {
      const word = memory.take(4);
      const vector = memory.take(24).u64(0, 1).u64(8, word.address).u32(16, FUTEX2_PRIVATE_U32);
      return ring.result({ opcode: 53, fd: 0, addr: vector.address, len: 1 });
    },
  },
  {
    name: "FIXED_FD_INSTALL",
    opcode: 54,
    since: "6.8",
    use: "preferred",
    without: "the options and addresses of a direct descriptor stay out of reach",
    attempt: (bench) =>
      withFile(bench, bench.file(), () => {
        const fd = bench.ring.result({ opcode: 54, flags: FIXED_FILE, fd: 0 });
        return fd < 0 ? fd : bench.own(fd);
      }),
  },
  {
    name: "EPOLL_WAIT",
    opcode: 59,
    since: "6.15",
    use: "unused",
    attempt: (bench) => {
      const epoll = bench.epoll();
      const added = addToEpoll(bench, epoll);
      if (added < 0) return added;
      return bench.ring.result({ opcode: 59, fd: epoll, addr: bench.memory.take(16).address, len: 1 });
    },
  },
  {
    name: "PIPE",
    opcode: 62,
    since: "6.16",
    use: "unused",
    attempt: (bench) => {
      const ends = bench.memory.take(8);
      const result = bench.ring.result({ opcode: 62, fd: 0, addr: ends.address, opFlags: O_CLOEXEC });
      if (result >= 0) for (const offset of [0, 4]) bench.own(ends.readI32(offset));
      return result;
    },
  },
];
