// The chunks as tasks: every worker loads this module.
import { i32, type SendTask, sendTask } from "@pollab/executor-stealing";
import { processChunk } from "../chunks.ts";

interface Chunk {
  readonly args: { readonly index: typeof i32 };
  readonly result: typeof i32;
}

/** One chunk. */
export const chunk: SendTask<Chunk> = sendTask("chunk", { args: { index: i32 }, result: i32 }, ({ index }) =>
  processChunk(index),
);
