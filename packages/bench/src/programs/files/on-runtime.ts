// Files on this project's runtime, whatever the driver: as many coroutines as reads are to be in flight.
import type { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import type { FileSystem, OwnedBuffer } from "@pollab/runtime-core/io";
import { spawn } from "@pollab/runtime-core/task";
import type { FileReader, FileTask } from "./contender.ts";
import { checkRead, PositionSequence, strideOf } from "./positions.ts";

/** @param fs whose buffers are as long as a read */
export function readerOn<B extends OwnedBuffer>(
  runtime: CurrentThread,
  fs: FileSystem<B>,
  { path, flags, readBytes, reads, seed, depth }: FileTask,
): FileReader {
  const file = runtime.blockOn(fs.open(path, flags));
  const stride = strideOf(readBytes);
  const positions = new PositionSequence(seed, reads);
  let left = 0;

  const loop = asyncFn(function* () {
    const buffer = fs.buffers.take();
    try {
      while (left > 0) {
        left--;
        const offset = positions.next() * stride;
        const { n } = yield* file.readAt(buffer, offset);
        checkRead(buffer.bytes, n, readBytes, offset);
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
    close() {
      file.close();
      runtime.close();
    },
  };
}
