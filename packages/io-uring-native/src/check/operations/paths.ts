// Operations on paths and descriptors: opening, closing, and changing folders.
import type { Region } from "../memory.ts";
import type { Entry } from "../trial-ring.ts";
import type { Workbench } from "../workbench.ts";
import type { Operation } from "./operation.ts";

const AT_FDCWD = -100;
const AT_REMOVEDIR = 0x200;
const O_CLOEXEC = 0o2000000;
const STATX_BYTES = 256;
const STATX_BASIC_STATS = 0x7ff;
const IN_PLACE = "the driver makes the system call itself, in place";

/** The result; a descriptor that it is, is closed. */
function opens(bench: Workbench, entry: Entry): number {
  const fd = bench.ring.result(entry);
  return fd < 0 ? fd : bench.own(fd);
}

/** An operation on two paths, of which the first exists. */
function twoPaths(bench: Workbench, opcode: number, to: string): number {
  bench.file();
  const paths: readonly Region[] = [bench.path("file"), bench.path(to)];
  const [from, target] = paths.map((path) => path.address);
  // The second descriptor is in the place of the length: 32 bits.
  return bench.ring.result({ opcode, fd: AT_FDCWD, addr: from ?? 0, off: target ?? 0, len: AT_FDCWD });
}

export const PATH_OPERATIONS: readonly Operation[] = [
  {
    name: "OPENAT",
    opcode: 18,
    since: "5.6",
    use: "required",
    attempt: (bench) => {
      bench.file();
      return opens(bench, { opcode: 18, fd: AT_FDCWD, addr: bench.path("file").address, opFlags: O_CLOEXEC });
    },
  },
  {
    name: "CLOSE",
    opcode: 19,
    since: "5.6",
    use: "required",
    // What the operation has closed, the workbench finds closed, which is harmless: nobody opens anything meanwhile.
    attempt: (bench) => bench.ring.result({ opcode: 19, fd: bench.pipe().readEnd }),
  },
  {
    name: "STATX",
    opcode: 21,
    since: "5.6",
    use: "required",
    attempt: (bench) =>
      bench.ring.result({
        opcode: 21,
        fd: AT_FDCWD,
        addr: bench.path("").address,
        off: bench.memory.take(STATX_BYTES).address,
        len: STATX_BASIC_STATS,
      }),
  },
  {
    name: "OPENAT2",
    opcode: 28,
    since: "5.6",
    use: "unused",
    attempt: (bench) => {
      bench.file();
      const how = bench.memory.take(24).u64(0, O_CLOEXEC);
      return opens(bench, { opcode: 28, fd: AT_FDCWD, addr: bench.path("file").address, off: how.address, len: 24 });
    },
  },
  {
    name: "RENAMEAT",
    opcode: 35,
    since: "5.11",
    use: "required",
    attempt: (bench) => twoPaths(bench, 35, "renamed"),
  },
  {
    name: "UNLINKAT",
    opcode: 36,
    since: "5.11",
    use: "required",
    attempt: (bench) => {
      bench.file();
      return bench.ring.result({ opcode: 36, fd: AT_FDCWD, addr: bench.path("file").address });
    },
  },
  {
    name: "MKDIRAT",
    opcode: 37,
    since: "5.15",
    use: "preferred",
    without: IN_PLACE,
    counted: ["mkdirat"],
    attempt: (bench) => {
      const addr = bench.path("folder").address;
      const made = bench.ring.result({ opcode: 37, fd: AT_FDCWD, addr, len: 0o700 });
      if (made >= 0) bench.ring.result({ opcode: 36, fd: AT_FDCWD, addr, opFlags: AT_REMOVEDIR });
      return made;
    },
  },
  {
    name: "SYMLINKAT",
    opcode: 38,
    since: "5.15",
    use: "preferred",
    without: IN_PLACE,
    counted: ["symlinkat"],
    attempt: (bench) =>
      bench.ring.result({
        opcode: 38,
        fd: AT_FDCWD,
        addr: bench.memory.text("nowhere").address,
        off: bench.path("symbolic").address,
      }),
  },
  {
    name: "LINKAT",
    opcode: 39,
    since: "5.15",
    use: "preferred",
    without: IN_PLACE,
    counted: ["linkat"],
    attempt: (bench) => twoPaths(bench, 39, "linked"),
  },
];
