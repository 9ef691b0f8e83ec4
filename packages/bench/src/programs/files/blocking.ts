// Files with fs.readSync, one read after the other.
import { closeSync, openSync, readSync } from "node:fs";
import type { FileReader, FileTask } from "./contender.ts";
import { alignedMemory } from "./memory.ts";
import { checkRead, PositionSequence, strideOf } from "./positions.ts";

export function blockingReader({ path, flags, readBytes, reads: positionCount, seed }: FileTask): FileReader {
  const fd = openSync(path, flags);
  const [buffer] = alignedMemory(1, readBytes);
  const stride = strideOf(readBytes);
  const positions = new PositionSequence(seed, positionCount);
  let reads = 0;
  return {
    run(operations) {
      for (let i = 0; i < operations; i++) {
        const offset = positions.next() * stride;
        reads++;
        checkRead(buffer, readSync(fd, buffer, 0, readBytes, offset), readBytes, offset);
      }
    },
    syscalls: () => reads,
    close: () => closeSync(fd),
  };
}
