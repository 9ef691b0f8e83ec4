// Files on this project's runtime over epoll, to which a file is always ready: every read is a blocking call on another thread, as tokio
// has it. There are as many threads as libuv's pool has by default.
import { BlockingThreads } from "@pollab/blocking-pool";
import { CurrentThread } from "@pollab/executor-single";
import { EpollDriver } from "@pollab/io-epoll";
import type { FileReader, FileTask } from "./contender.ts";
import { readerOn } from "./on-runtime.ts";

const THREADS = 4;

export function epollReader(task: FileTask): FileReader {
  const driver = EpollDriver.create({ bufferBytes: task.readBytes });
  return readerOn(new CurrentThread({ driver, blocking: new BlockingThreads({ threads: THREADS }) }), driver.fs, task);
}
