// What everything on the net of one driver has in common.
import type { BufferSource } from "@pollab/runtime-core/io";
import type { RingBuffer } from "../operation.ts";
import type { Operations } from "../operations.ts";

export interface NetSite {
  readonly operations: Operations;
  /** For payloads. */
  readonly buffers: BufferSource<RingBuffer>;
  /** For what the kernel reads and writes besides payloads: addresses and message headers. */
  readonly argumentBuffers: BufferSource<RingBuffer>;
}
