// IOSQE_*, the flags that every submission entry has, see io_uring_enter(2).
import type { Trial } from "./trial.ts";
import type { Workbench } from "./workbench.ts";

const FIXED_FILE = 1 << 0;
const IO_DRAIN = 1 << 1;
const IO_LINK = 1 << 2;
const IO_HARDLINK = 1 << 3;
const ASYNC = 1 << 4;
const BUFFER_SELECT = 1 << 5;
const CQE_SKIP_SUCCESS = 1 << 6;

const OP_NOP = 0;
const OP_FSYNC = 3;
const OP_PROVIDE_BUFFERS = 31;
const OP_REMOVE_BUFFERS = 32;
const OP_READ = 22;
const REGISTER_FILES = 2;
const UNREGISTER_FILES = 3;

const GROUP = 7;

const nop =
  (flags: number) =>
  ({ ring }: Workbench): number =>
    ring.result({ opcode: OP_NOP, flags });

/** Two entries, of which the first has the flag. */
function linked(flags: number): (bench: Workbench) => number {
  return ({ ring }) => ring.run({ opcode: OP_NOP, flags }, { opcode: OP_NOP })[1]?.result ?? 0;
}

function fixedFile(bench: Workbench): number {
  const table = bench.memory.take(4).u32(0, bench.file());
  const registered = bench.register(REGISTER_FILES, table, 1);
  if (registered < 0) return registered;
  const result = bench.ring.result({ opcode: OP_FSYNC, flags: FIXED_FILE, fd: 0 });
  bench.register(UNREGISTER_FILES, null, 0);
  return result;
}

function bufferSelect({ ring, memory }: Workbench, fd: number): number {
  const buffer = memory.take(64);
  const provide = { opcode: OP_PROVIDE_BUFFERS, fd: 1, addr: buffer.address, len: 64, bufIndex: GROUP };
  const provided = ring.result(provide);
  if (provided < 0) return provided;
  const read = ring.result({ opcode: OP_READ, flags: BUFFER_SELECT, fd, len: 64, bufIndex: GROUP });
  if (read < 0) ring.result({ opcode: OP_REMOVE_BUFFERS, fd: 1, bufIndex: GROUP });
  return read;
}

/** The first of two succeeds silently: only the second completes. */
function skipSuccess({ ring }: Workbench): number {
  const entries = [{ opcode: OP_NOP, flags: CQE_SKIP_SUCCESS | IO_LINK }, { opcode: OP_NOP }];
  return ring.resultOfLast(...entries);
}

export const ENTRY_FLAGS: readonly Trial[] = [
  { name: "FIXED_FILE", since: "5.1", use: "required", attempt: fixedFile },
  { name: "IO_DRAIN", since: "5.2", use: "unused", attempt: nop(IO_DRAIN) },
  { name: "IO_LINK", since: "5.3", use: "required", attempt: linked(IO_LINK) },
  { name: "IO_HARDLINK", since: "5.5", use: "required", attempt: linked(IO_HARDLINK) },
  { name: "ASYNC", since: "5.6", use: "unused", attempt: nop(ASYNC) },
  {
    name: "BUFFER_SELECT",
    since: "5.7",
    use: "required",
    attempt: (bench) => bufferSelect(bench, bench.file()),
  },
  { name: "CQE_SKIP_SUCCESS", since: "5.17", use: "unused", attempt: skipSuccess },
];
