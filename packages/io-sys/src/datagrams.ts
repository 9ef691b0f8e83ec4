// Datagrams by descriptor. See recvmsg(2), sendto(2).
import { native } from "./native.ts";

/** The length of the address, then whether the datagram was truncated, then the address: native/sockets.h. */
const ADDRESS_OFFSET_BYTES = 8;
const MAX_ADDRESS_BYTES = 128;

/** Where a datagram came from; filled again by each {@link receiveFrom}. */
export class DatagramSource {
  /** For {@link receiveFrom}. @internal */
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(ADDRESS_OFFSET_BYTES + MAX_ADDRESS_BYTES);
  readonly #words: Uint32Array = new Uint32Array(this.bytes.buffer, 0, 2);

  /** The `struct sockaddr` of the sender; it has no bytes when there is none. Holds until the next call. */
  get address(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(ADDRESS_OFFSET_BYTES, ADDRESS_OFFSET_BYTES + this.#words[0]);
  }

  /** The end of the datagram did not fit, and is lost. */
  get truncated(): boolean {
    return this.#words[1] !== 0;
  }
}

/** recvmsg(2) into a range of a slab: the bytes received or a negated errno; -EFAULT outside of the slab. */
export function receiveFrom(
  fd: number,
  slab: number,
  offsetBytes: number,
  lengthBytes: number,
  source: DatagramSource,
): number {
  return native().receiveFrom(fd, slab, offsetBytes, lengthBytes, source.bytes);
}

/** sendto(2) from a range of a slab: the bytes sent or a negated errno; -EFAULT outside of the slab. */
export function sendTo(
  fd: number,
  slab: number,
  offsetBytes: number,
  lengthBytes: number,
  encodedAddress: Uint8Array,
): number {
  return native().sendTo(fd, slab, offsetBytes, lengthBytes, encodedAddress);
}
