// The readiness driver: an epoll reactor, and TCP on it.
export { ConcurrentOperationError } from "./concurrent-operation-error.ts";
export type { EpollCounters, SystemCallCounts } from "./counters.ts";
export { EpollDriver, type EpollDriverOptions } from "./driver.ts";
export type { EpollListener } from "./listener.ts";
export type { EpollNet } from "./net.ts";
export type { EpollStream } from "./stream.ts";
