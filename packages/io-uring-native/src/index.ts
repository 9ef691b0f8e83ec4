// io_uring as a driver: completion-based TCP and positioned file reads.
export type { Counters } from "./counters.ts";
export { UringDriver, type UringDriverOptions } from "./driver.ts";
export type { UringFileSystem } from "./fs/file-system.ts";
export type { Kernel, RingMapping } from "./kernel.ts";
export { ConcurrentOperationError } from "./net/lane.ts";
export type { UringNet } from "./net/net.ts";
export { IoUringUnavailableError } from "./unavailable.ts";
