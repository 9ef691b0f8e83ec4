// The receiving direction of a datagram socket. A datagram that was received for a future that was dropped is the next one's.
import { ERRNO } from "@pollab/io-sys";
import type { Operation } from "../operation.ts";
import { MSG_TRUNC } from "../abi.ts";
import { Lane } from "./lane.ts";
import type { Message } from "./message.ts";

/** A datagram without a reader. */
export interface LeftDatagram {
  readonly bytes: Uint8Array;
  /** Its sender's socket address. */
  readonly name: Uint8Array;
  readonly truncated: boolean;
}

export class DatagramLane extends Lane {
  /** The memory of the operation in flight, and its message, readable by the lane when its future is gone. */
  memory: Uint8Array | null = null;
  message: Message | null = null;
  /** What a dropped receive brought, or the -errno that the kernel reports only once. */
  left: LeftDatagram | number = 0;

  override inherit(operation: Operation): void {
    const { result } = operation;
    const { memory, message } = this;
    if (result >= 0 && memory !== null && message !== null) {
      const { name, flags } = message.received;
      this.left = { bytes: memory.slice(0, result), name, truncated: (flags & MSG_TRUNC) !== 0 };
    } else if (result < 0 && result !== -ERRNO.ECANCELED && result !== -ERRNO.EINTR) {
      this.left = result;
    }
    this.memory = null;
    this.message = null;
    this.ended();
  }
}
