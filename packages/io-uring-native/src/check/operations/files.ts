// Operations on open files and on memory.
import type { Region } from "../memory.ts";
import type { Workbench } from "../workbench.ts";
import type { Operation } from "./operation.ts";

const REGISTER_BUFFERS = 0;
const UNREGISTER_BUFFERS = 1;
const IN_PLACE = "the driver makes the system call itself, in place";

const FALLOC_FL_KEEP_SIZE = 1;
const MADV_WILLNEED = 3;
const PIPE_BYTES = 16;

/** A transfer of a buffer, or of a vector of one. */
function transfer(bench: Workbench, opcode: number, what: "buffer" | "vector"): number {
  const fd = bench.file();
  const region = bench.memory.take(64);
  return what === "buffer"
    ? bench.ring.result({ opcode, fd, addr: region.address, len: 64 })
    : bench.ring.result({ opcode, fd, addr: bench.vector(region).address, len: 1 });
}

/** The same with memory that is registered before and unregistered after. */
function fixedTransfer(bench: Workbench, opcode: number, what: "buffer" | "vector"): number {
  const fd = bench.file();
  const region: Region = bench.memory.takePages(1);
  const registered = bench.register(REGISTER_BUFFERS, bench.vector(region), 1);
  if (registered < 0) return registered;
  const entry = what === "buffer" ? { addr: region.address, len: 64 } : { addr: bench.vector(region).address, len: 1 };
  const result = bench.ring.result({ opcode, fd, bufIndex: 0, ...entry });
  bench.register(UNREGISTER_BUFFERS, null, 0);
  return result;
}

/** Moves some bytes out of a file, or out of a pipe, into a pipe. */
function splice(bench: Workbench): number {
  const { writeEnd } = bench.pipe();
  return bench.ring.result({
    opcode: 30,
    fd: writeEnd,
    off: -1,
    addr: 0,
    len: PIPE_BYTES,
    fileIndex: bench.file(),
  });
}

function tee(bench: Workbench): number {
  const source = bench.pipe();
  bench.ring.result({ opcode: 23, fd: source.writeEnd, addr: bench.memory.take(PIPE_BYTES).address, len: PIPE_BYTES });
  return bench.ring.result({ opcode: 33, fd: bench.pipe().writeEnd, len: PIPE_BYTES, fileIndex: source.readEnd });
}

/** Gets an attribute that was set before. @param by whether the file is named by its path or by its descriptor */
function attribute(bench: Workbench, set: number, get: number | null, by: "path" | "descriptor"): number {
  const fd = bench.file();
  const name = bench.memory.text("user.pollab");
  const value = bench.memory.text("1");
  const entry = { addr: name.address, off: value.address, len: 1 };
  const file = by === "path" ? { addr3: bench.path("file").address } : { fd };
  const stored = bench.ring.result({ opcode: set, ...entry, ...file });
  return get === null || stored < 0 ? stored : bench.ring.result({ opcode: get, ...entry, ...file });
}

const ATTRIBUTES = "a file system in the folder for temporary files that has user attributes";

export const FILE_OPERATIONS: readonly Operation[] = [
  { name: "READV", opcode: 1, since: "5.1", use: "required", attempt: (bench) => transfer(bench, 1, "vector") },
  { name: "WRITEV", opcode: 2, since: "5.1", use: "required", attempt: (bench) => transfer(bench, 2, "vector") },
  {
    name: "FSYNC",
    opcode: 3,
    since: "5.1",
    use: "required",
    attempt: (bench) => bench.ring.result({ opcode: 3, fd: bench.file() }),
  },
  {
    name: "READ_FIXED",
    opcode: 4,
    since: "5.1",
    use: "required",
    attempt: (bench) => fixedTransfer(bench, 4, "buffer"),
  },
  {
    name: "WRITE_FIXED",
    opcode: 5,
    since: "5.1",
    use: "required",
    attempt: (bench) => fixedTransfer(bench, 5, "buffer"),
  },
  {
    name: "SYNC_FILE_RANGE",
    opcode: 8,
    since: "5.2",
    use: "unused",
    attempt: (bench) => bench.ring.result({ opcode: 8, fd: bench.file(), len: 64 }),
  },
  {
    name: "FALLOCATE",
    opcode: 17,
    since: "5.6",
    use: "required",
    needs: "a file system in the folder for temporary files that allocates ahead",
    attempt: (bench) => bench.ring.result({ opcode: 17, fd: bench.file(), addr: 64, len: FALLOC_FL_KEEP_SIZE }),
  },
  { name: "READ", opcode: 22, since: "5.6", use: "required", attempt: (bench) => transfer(bench, 22, "buffer") },
  { name: "WRITE", opcode: 23, since: "5.6", use: "required", attempt: (bench) => transfer(bench, 23, "buffer") },
  {
    name: "FADVISE",
    opcode: 24,
    since: "5.6",
    use: "required",
    attempt: (bench) => bench.ring.result({ opcode: 24, fd: bench.file(), len: 64 }),
  },
  {
    name: "MADVISE",
    opcode: 25,
    since: "5.6",
    use: "unused",
    attempt: ({ ring, memory }) =>
      ring.result({ opcode: 25, addr: memory.takePages(1).address, len: 4096, opFlags: MADV_WILLNEED }),
  },
  { name: "SPLICE", opcode: 30, since: "5.7", use: "required", attempt: splice },
  { name: "TEE", opcode: 33, since: "5.8", use: "unused", attempt: tee },
  {
    name: "FSETXATTR",
    opcode: 41,
    since: "5.19",
    use: "unused",
    needs: ATTRIBUTES,
    attempt: (bench) => attribute(bench, 41, null, "descriptor"),
  },
  {
    name: "SETXATTR",
    opcode: 42,
    since: "5.19",
    use: "unused",
    needs: ATTRIBUTES,
    attempt: (bench) => attribute(bench, 42, null, "path"),
  },
  {
    name: "FGETXATTR",
    opcode: 43,
    since: "5.19",
    use: "unused",
    needs: ATTRIBUTES,
    attempt: (bench) => attribute(bench, 41, 43, "descriptor"),
  },
  {
    name: "GETXATTR",
    opcode: 44,
    since: "5.19",
    use: "unused",
    needs: ATTRIBUTES,
    attempt: (bench) => attribute(bench, 42, 44, "path"),
  },
  {
    name: "FTRUNCATE",
    opcode: 55,
    since: "6.9",
    use: "preferred",
    without: IN_PLACE,
    counted: ["ftruncate"],
    attempt: (bench) => bench.ring.result({ opcode: 55, fd: bench.file(), off: 64 }),
  },
  {
    name: "READV_FIXED",
    opcode: 60,
    since: "6.15",
    use: "unused",
    attempt: (bench) => fixedTransfer(bench, 60, "vector"),
  },
  {
    name: "WRITEV_FIXED",
    opcode: 61,
    since: "6.15",
    use: "unused",
    attempt: (bench) => fixedTransfer(bench, 61, "vector"),
  },
];
