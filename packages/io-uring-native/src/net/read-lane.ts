// The receiving direction of a stream. What a dropped receive had already taken out of the socket is kept for the next one: dropping a
// read loses nothing.
import { ERRNO } from "@pollab/io-sys";
import type { Operation } from "../operation.ts";
import { Lane } from "./lane.ts";

export class ReadLane extends Lane {
  /** The memory of the operation in flight, one piece after the other, readable by the lane when its future is gone. */
  memory: Uint8Array | readonly Uint8Array[] | null = null;
  /** What a dropped receive brought: bytes, or the -errno that the kernel reports only once. */
  left: Uint8Array | number = 0;

  /** Bytes that somebody received and did not want. */
  keep(bytes: Uint8Array): void {
    const { left } = this;
    if (typeof left === "number") {
      this.left = bytes.slice();
      return;
    }
    const both = new Uint8Array(left.byteLength + bytes.byteLength);
    both.set(left);
    both.set(bytes, left.byteLength);
    this.left = both;
  }

  /** Moves as much of what was kept as there is room for. Returns how much that was. @throws nothing: an error is in `left` */
  fill(target: Uint8Array): number {
    const { left } = this;
    if (typeof left === "number") return 0;
    const n = Math.min(left.byteLength, target.byteLength);
    this.left = n < left.byteLength ? left.subarray(n) : 0;
    target.set(left.subarray(0, n));
    return n;
  }

  override inherit(operation: Operation): void {
    const { result } = operation;
    if (result > 0) this.#keepReceived(result);
    else if (result < 0 && result !== -ERRNO.ECANCELED && result !== -ERRNO.EINTR) this.left = result;
    this.ended();
  }

  #keepReceived(n: number): void {
    const { memory } = this;
    if (memory === null) return;
    let remaining = n;
    for (const piece of memory instanceof Uint8Array ? [memory] : memory) {
      this.keep(piece.subarray(0, remaining));
      remaining -= Math.min(remaining, piece.byteLength);
      if (remaining === 0) return;
    }
  }
}
