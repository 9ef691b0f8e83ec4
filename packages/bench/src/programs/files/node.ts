// Files with fs/promises: as many loops as reads are to be in flight.
import { open } from "node:fs/promises";
import type { FileReader, FileTask } from "./contender.ts";
import { BLOCK_BYTES, BlockSequence, checkBlock } from "./positions.ts";

export async function nodeReader({ path, blocks, seed, depth }: FileTask): Promise<FileReader> {
  const file = await open(path, "r");
  const buffers = Array.from({ length: depth }, () => Buffer.allocUnsafeSlow(BLOCK_BYTES));
  const positions = new BlockSequence(seed, blocks);
  return {
    async run(operations) {
      let left = operations;
      const loop = async (buffer: Buffer): Promise<void> => {
        while (left > 0) {
          left--;
          const block = positions.next();
          const { bytesRead } = await file.read(buffer, 0, BLOCK_BYTES, block * BLOCK_BYTES);
          checkBlock(buffer, bytesRead, block);
        }
      };
      await Promise.all(buffers.map(loop));
    },
    close: () => file.close(),
  };
}
