// Files with fs/promises: as many loops as reads are to be in flight.
import { open } from "node:fs/promises";
import type { FileReader, FileTask } from "./contender.ts";
import { alignedMemory } from "./memory.ts";
import { checkRead, PositionSequence, strideOf } from "./positions.ts";

export async function nodeReader({ path, flags, readBytes, reads, seed, depth }: FileTask): Promise<FileReader> {
  const file = await open(path, flags);
  const buffers = alignedMemory(depth, readBytes);
  const stride = strideOf(readBytes);
  const positions = new PositionSequence(seed, reads);
  return {
    async run(operations) {
      let left = operations;
      const loop = async (buffer: Uint8Array): Promise<void> => {
        while (left > 0) {
          left--;
          const offset = positions.next() * stride;
          const { bytesRead } = await file.read(buffer, 0, readBytes, offset);
          checkRead(buffer, bytesRead, readBytes, offset);
        }
      };
      await Promise.all(buffers.map(loop));
    },
    close: () => file.close(),
  };
}
