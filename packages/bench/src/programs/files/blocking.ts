// Files with fs.readSync, one read after the other.
import { closeSync, openSync, readSync } from "node:fs";
import type { FileReader, FileTask } from "./contender.ts";
import { BLOCK_BYTES, BlockSequence, checkBlock } from "./positions.ts";

export function blockingReader({ path, blocks, seed }: FileTask): FileReader {
  const fd = openSync(path, "r");
  const buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  const positions = new BlockSequence(seed, blocks);
  let reads = 0;
  return {
    run(operations) {
      for (let i = 0; i < operations; i++) {
        const block = positions.next();
        reads++;
        checkBlock(buffer, readSync(fd, buffer, 0, BLOCK_BYTES, block * BLOCK_BYTES), block);
      }
    },
    syscalls: () => reads,
    close: () => closeSync(fd),
  };
}
