// Socket addresses: a host in numbers and a port, and their encoding as a C sockaddr.
import { isIP } from "node:net";
import { systemError } from "./errors.ts";
import { native } from "./native.ts";

/** Where a socket is reached. */
export interface SocketAddress {
  /** An IPv4 or IPv6 address in text form. */
  readonly host: string;
  readonly port: number;
}

/** sizeof(struct sockaddr_in6), the larger of the two. */
const MAX_SOCKADDR_BYTES = 28;

/**
 * The `struct sockaddr_in` or `sockaddr_in6` of an address, as connect(2), bind(2) and IORING_OP_CONNECT take it.
 *
 * @throws TypeError when the host is a name, RangeError when the port is none
 */
export function encodeAddress(address: SocketAddress): Uint8Array<ArrayBuffer> {
  const { host, port } = address;
  addressFamily(address);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new RangeError(`expected a port from 0 to 65535, got ${port}`);
  }
  const encoded = new Uint8Array(MAX_SOCKADDR_BYTES);
  const bytes = native().encodeAddress(host, port, encoded);
  if (bytes < 0) throw systemError(bytes, "getaddrinfo", { address: host, port });
  return encoded.slice(0, bytes);
}

/** The address in a `struct sockaddr_in` or `sockaddr_in6`. @throws SystemError EAFNOSUPPORT when it is neither */
export function decodeAddress(encoded: Uint8Array): SocketAddress {
  const address = native().decodeAddress(encoded);
  if (typeof address === "number") throw systemError(address, "getnameinfo");
  return address;
}

/** 4 or 6. @throws TypeError when the host is a name */
export function addressFamily({ host }: SocketAddress): 4 | 6 {
  const family = isIP(host);
  if (family === 4 || family === 6) return family;
  throw new TypeError(
    `expected an IPv4 or IPv6 address such as 127.0.0.1 or ::1, got ${JSON.stringify(host)}; look names up first`,
  );
}
