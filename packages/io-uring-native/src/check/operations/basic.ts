// Operations that are about others: nothing, readiness, timeouts, cancelling, and messages between rings.
import type { Operation } from "./operation.ts";

const IO_LINK = 1 << 2;
const POLLIN = 1;
const POLLOUT = 4;
const OP_POLL_ADD = 6;
const OP_LINK_TIMEOUT = 15;
const SETUP_SQE_MIXED = 1 << 19;
const ENOENT = 2;
const ETIME = 62;

/** A user data that no entry has. */
const NOBODY = 0x7fff_0000;

const CANNOT = "the driver cannot run";

export const BASIC_OPERATIONS: readonly Operation[] = [
  { name: "NOP", opcode: 0, since: "5.1", use: "unused", attempt: ({ ring }) => ring.result({ opcode: 0 }) },
  {
    name: "POLL_ADD",
    opcode: 6,
    since: "5.1",
    use: "required",
    without: CANNOT,
    attempt: (bench) => bench.ring.result({ opcode: 6, fd: bench.pipe().writeEnd, opFlags: POLLOUT }),
  },
  {
    name: "POLL_REMOVE",
    opcode: 7,
    since: "5.1",
    use: "unused",
    proof: [ENOENT],
    attempt: ({ ring }) => ring.result({ opcode: 7, addr: NOBODY }),
  },
  {
    name: "TIMEOUT",
    opcode: 11,
    since: "5.4",
    use: "required",
    proof: [ETIME],
    attempt: (bench) => bench.ring.result({ opcode: 11, addr: bench.timespec(0, 1).address, len: 1 }),
  },
  {
    name: "TIMEOUT_REMOVE",
    opcode: 12,
    since: "5.5",
    use: "required",
    proof: [ENOENT],
    attempt: ({ ring }) => ring.result({ opcode: 12, addr: NOBODY }),
  },
  {
    name: "ASYNC_CANCEL",
    opcode: 14,
    since: "5.5",
    use: "required",
    without: CANNOT,
    proof: [ENOENT],
    attempt: ({ ring }) => ring.result({ opcode: 14, addr: NOBODY }),
  },
  {
    name: "LINK_TIMEOUT",
    opcode: OP_LINK_TIMEOUT,
    since: "5.5",
    use: "required",
    proof: [ETIME],
    attempt: (bench) => {
      const [, timeout] = bench.ring.run(
        { opcode: OP_POLL_ADD, flags: IO_LINK, fd: bench.pipe().readEnd, opFlags: POLLIN },
        { opcode: OP_LINK_TIMEOUT, addr: bench.timespec(0, 1).address, len: 1 },
      );
      return timeout?.result ?? 0;
    },
  },
  {
    name: "MSG_RING",
    opcode: 40,
    since: "5.18",
    use: "preferred",
    without: "other rings are woken by an eventfd",
    counted: ["message ring"],
    attempt: (bench) => bench.ring.result({ opcode: 40, fd: bench.ringWith(0).fd, off: 1, len: 1 }),
  },
  {
    name: "NOP128",
    opcode: 63,
    since: "6.19",
    use: "unused",
    attempt: (bench) => bench.ringWith(SETUP_SQE_MIXED, 2).result({ opcode: 63 }),
  },
];
