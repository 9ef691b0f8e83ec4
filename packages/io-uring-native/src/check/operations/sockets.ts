// Operations on sockets, tried over the loopback interface.
import type { Workbench } from "../workbench.ts";
import type { Operation } from "./operation.ts";

const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;
const SHUT_WR = 1;
const SOCKADDR_BYTES = 16;
const CONTENT_BYTES = 16;
const SOCKET_URING_OP_SIOCINQ = 0;
const SETUP_SQE_MIXED = 1 << 19;
const CANNOT = "the driver cannot run";

/** Sends a few bytes to a peer that is there. */
function send(bench: Workbench, opcode: number, how: "buffer" | "message"): number {
  const { client } = bench.connection();
  const content = bench.memory.take(CONTENT_BYTES);
  return how === "buffer"
    ? bench.ring.result({ opcode, fd: client, addr: content.address, len: CONTENT_BYTES })
    : bench.ring.result({ opcode, fd: client, addr: bench.message(content).address, len: 1 });
}

/** Receives what was sent before. */
function receive(bench: Workbench, opcode: number, how: "buffer" | "message"): number {
  const { client, server } = bench.connection();
  const content = bench.memory.take(CONTENT_BYTES);
  const sent = bench.ring.result({ opcode: 23, fd: client, addr: content.address, len: CONTENT_BYTES });
  if (sent < 0) return sent;
  return how === "buffer"
    ? bench.ring.result({ opcode, fd: server, addr: content.address, len: CONTENT_BYTES })
    : bench.ring.result({ opcode, fd: server, addr: bench.message(content).address, len: 1 });
}

/** How many bytes a socket has received: the smallest of the commands. */
function command(bench: Workbench, opcode: number, ring = bench.ring): number {
  return ring.result({ opcode, fd: bench.connection().server, off: SOCKET_URING_OP_SIOCINQ });
}

const COMMANDS = "a device that takes commands; sockets do from Linux 6.7 on";

export const SOCKET_OPERATIONS: readonly Operation[] = [
  { name: "SENDMSG", opcode: 9, since: "5.3", use: "required", attempt: (bench) => send(bench, 9, "message") },
  { name: "RECVMSG", opcode: 10, since: "5.3", use: "required", attempt: (bench) => receive(bench, 10, "message") },
  {
    name: "ACCEPT",
    opcode: 13,
    since: "5.5",
    use: "required",
    without: CANNOT,
    attempt: (bench) => {
      const { fd, address } = bench.listener();
      bench.connectingTo(address);
      const accepted = bench.ring.result({ opcode: 13, fd, opFlags: SOCK_CLOEXEC });
      return accepted < 0 ? accepted : bench.own(accepted);
    },
  },
  {
    name: "CONNECT",
    opcode: 16,
    since: "5.5",
    use: "required",
    without: CANNOT,
    attempt: (bench) => {
      const { address } = bench.listener();
      const encoded = bench.socketAddress(address.port);
      return bench.ring.result({ opcode: 16, fd: bench.socket(), addr: encoded.address, off: SOCKADDR_BYTES });
    },
  },
  {
    name: "SEND",
    opcode: 26,
    since: "5.6",
    use: "required",
    without: CANNOT,
    attempt: (bench) => send(bench, 26, "buffer"),
  },
  {
    name: "RECV",
    opcode: 27,
    since: "5.6",
    use: "required",
    without: CANNOT,
    attempt: (bench) => receive(bench, 27, "buffer"),
  },
  {
    name: "SHUTDOWN",
    opcode: 34,
    since: "5.11",
    use: "required",
    attempt: (bench) => bench.ring.result({ opcode: 34, fd: bench.connection().client, len: SHUT_WR }),
  },
  {
    name: "SOCKET",
    opcode: 45,
    since: "5.19",
    use: "unused",
    attempt: (bench) => {
      const fd = bench.ring.result({ opcode: 45, fd: AF_INET, off: SOCK_STREAM | SOCK_CLOEXEC });
      return fd < 0 ? fd : bench.own(fd);
    },
  },
  {
    name: "URING_CMD",
    opcode: 46,
    since: "5.19",
    use: "unused",
    needs: COMMANDS,
    attempt: (bench) => command(bench, 46),
  },
  {
    name: "SEND_ZC",
    opcode: 47,
    since: "6.0",
    use: "preferred",
    without: "the kernel copies, by an ordinary send",
    counted: ["send zero-copy"],
    attempt: (bench) => send(bench, 47, "buffer"),
  },
  {
    name: "SENDMSG_ZC",
    opcode: 48,
    since: "6.1",
    use: "preferred",
    without: "the kernel copies, by an ordinary send",
    counted: ["sendmsg zero-copy"],
    attempt: (bench) => send(bench, 48, "message"),
  },
  {
    name: "BIND",
    opcode: 56,
    since: "6.11",
    use: "unused",
    attempt: (bench) => {
      const address = bench.socketAddress(0);
      return bench.ring.result({ opcode: 56, fd: bench.socket(), addr: address.address, off: SOCKADDR_BYTES });
    },
  },
  {
    name: "LISTEN",
    opcode: 57,
    since: "6.11",
    use: "unused",
    attempt: (bench) => bench.ring.result({ opcode: 57, fd: bench.listener().fd, len: 4 }),
  },
  {
    name: "RECV_ZC",
    opcode: 58,
    since: "6.15",
    use: "unused",
    needs: "a network card that splits headers from content, and a queue of it registered",
    attempt: (bench) => bench.ring.result({ opcode: 58, fd: bench.connection().server }),
  },
  {
    name: "URING_CMD128",
    opcode: 64,
    since: "6.19",
    use: "unused",
    needs: COMMANDS,
    attempt: (bench) => command(bench, 64, bench.ringWith(SETUP_SQE_MIXED, 2)),
  },
];
