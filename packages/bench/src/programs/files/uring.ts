// Files on this project's runtime over io_uring: as many coroutines as reads are to be in flight.
import { CurrentThread } from "@pollab/executor-single";
import { UringDriver } from "@pollab/io-uring-native";
import { asyncFn } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import type { FileReader, FileTask } from "./contender.ts";
import { BLOCK_BYTES, BlockSequence, checkBlock } from "./positions.ts";

export function uringReader({ path, blocks, seed, depth }: FileTask): FileReader {
  const driver = UringDriver.create({ bufferBytes: BLOCK_BYTES });
  const runtime = new CurrentThread({ driver });
  const file = runtime.blockOn(driver.fs.open(path));
  const positions = new BlockSequence(seed, blocks);
  let left = 0;

  const loop = asyncFn(function* () {
    const buffer = driver.fs.buffers.take();
    try {
      while (left > 0) {
        left--;
        const block = positions.next();
        const { n } = yield* file.readAt(buffer, block * BLOCK_BYTES);
        checkBlock(buffer.bytes, n, block);
      }
    } finally {
      buffer.free();
    }
  });

  const readAll = asyncFn(function* () {
    const loops = Array.from({ length: depth }, () => spawn(loop()));
    for (const handle of loops) yield* handle;
  });

  return {
    run(operations) {
      left = operations;
      runtime.blockOn(readAll());
    },
    syscalls: () => Object.values(driver.counters.systemCalls).reduce((sum, count) => sum + count, 0),
    close() {
      file.close();
      runtime.close();
    },
  };
}
