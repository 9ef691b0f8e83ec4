// Threads for calls that block.
export { BlockingPoolClosedError, BlockingThreads, type BlockingThreadsOptions } from "./blocking-threads.ts";
