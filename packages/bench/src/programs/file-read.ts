// The process of the file-read scenario; its arguments are those of the program in C that it is compared with.
import { constants, statSync } from "node:fs";
import { parseArgs } from "node:util";
import { blockingReader } from "./files/blocking.ts";
import type { FileReader, FileTask } from "./files/contender.ts";
import { BLOCK_BYTES, strideOf } from "./files/positions.ts";
import { measure, print } from "./self-measured.ts";
import { warmUp } from "./steady.ts";

/** The warm-up that is asked for is done in so many parts, and goes on until it is steady. */
const BATCHES = 10;
const WARMUP_MS = 50;

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "" },
    file: { type: "string", default: "" },
    depth: { type: "string", default: "1" },
    operations: { type: "string", default: "0" },
    warmup: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    bytes: { type: "string", default: String(BLOCK_BYTES) },
    access: { type: "string", default: "cached" },
  },
});
const operations = Number(values.operations);
const seed = Number(values.seed);
const readBytes = Number(values.bytes);
const reader = await open(values.engine, {
  path: values.file,
  flags: constants.O_RDONLY | (values.access === "direct" ? constants.O_DIRECT : 0),
  readBytes,
  reads: Math.floor(statSync(values.file).size / strideOf(readBytes)),
  seed,
  depth: Number(values.depth),
});
const part = Math.ceil(Number(values.warmup) / BATCHES);
const { passMs: _, ...warmup } = await warmUp(() => reader.run(part), WARMUP_MS, BATCHES);
const measured = await measure(operations, () => reader.run(operations), reader.syscalls);
await reader.close();
print({ ...measured, warmup });

/** Only the contender's own modules are loaded. */
async function open(engine: string, task: FileTask): Promise<FileReader> {
  switch (engine) {
    case "blocking":
      return blockingReader(task);
    case "threads":
      return (await import("./files/threads.ts")).threadsReader(task);
    case "node":
      return (await import("./files/node.ts")).nodeReader(task);
    case "epoll":
      return (await import("./files/epoll.ts")).epollReader(task);
    case "uring":
      return (await import("./files/uring.ts")).uringReader(task);
    case "uring-registered":
      return (await import("./files/uring.ts")).registeredUringReader(task);
    case "uring-all-registered":
      return (await import("./files/uring.ts")).allRegisteredUringReader(task);
    case "uring-inline":
      return (await import("./files/uring.ts")).inlineUringReader(task);
    default:
      throw new Error(
        `file-read expects blocking, threads, node, epoll, uring, uring-registered, uring-all-registered or uring-inline, but was given ${engine}`,
      );
  }
}
