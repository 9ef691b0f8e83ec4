// The readiness driver: epoll, a reactor on it, and what can be waited for there.
export { ConcurrentOperationError } from "./concurrent-operation-error.ts";
export { EpollDriver, type EpollDriverOptions } from "./driver.ts";
export type { EpollListenOptions, EpollNet } from "./net/net.ts";
export type { KeepAlive, TcpOptions, UdpOptions } from "./net/options.ts";
export type { EpollListener } from "./net/tcp-listener.ts";
export type { EpollStream } from "./net/tcp-stream.ts";
export type { EpollUdpSocket } from "./net/udp.ts";
export type { EpollUnixDatagram } from "./net/unix-datagram.ts";
export type { EpollUnixListener, EpollUnixStream } from "./net/unix-stream.ts";
export type { Event, Events } from "./poll/events.ts";
export { Interest } from "./poll/interest.ts";
export { Poll, type PollOptions } from "./poll/poll.ts";
export type { Registry } from "./poll/registry.ts";
export type { Token } from "./poll/token.ts";
export { PollWaker } from "./poll/waker.ts";
export type { AsyncFd } from "./reactor/async-fd.ts";
export { type ReadyGuard, WouldBlock } from "./reactor/ready-guard.ts";
export type { EpollCounters, SystemCallCounts } from "./system/counters.ts";
