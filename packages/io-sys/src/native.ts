// The native side of this package: what native/addon.c exports. Each function returns a value >= 0 or a negated errno.
import { loadAddon } from "./addon.ts";
import type { SocketAddress } from "./address.ts";

export interface NativeSlab {
  readonly id: number;
  /** The whole mapping. Its last four bytes are the number of buffers that are lent. */
  readonly buffer: ArrayBuffer;
  readonly addressLow: number;
  readonly addressHigh: number;
}

export interface Native {
  createSlab(bytes: number): NativeSlab | number;
  destroySlab(slab: number, buffer: ArrayBuffer): number;
  readSlab(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number;
  writeSlab(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number;
  readView(fd: number, view: Uint8Array): number;
  writeView(fd: number, view: Uint8Array): number;
  openSocket(family: 4 | 6, nonblocking: boolean): number;
  acceptSocket(fd: number, nonblocking: boolean): number;
  bindSocket(fd: number, address: Uint8Array): number;
  connectSocket(fd: number, address: Uint8Array): number;
  listenSocket(fd: number, backlog: number): number;
  shutdownSocket(fd: number, how: number): number;
  socketError(fd: number): number;
  setNoDelay(fd: number): number;
  setReuseAddress(fd: number): number;
  closeDescriptor(fd: number): number;
  encodeAddress(host: string, port: number, into: Uint8Array): number;
  localAddress(fd: number): SocketAddress | number;
  peerAddress(fd: number): SocketAddress | number;
  createEvent(): number;
  signalEvent(fd: number): number;
  drainEvent(fd: number): number;
  registerParked(eventFd: number, thread: number): number;
  unregisterParked(eventFd: number): number;
  signalParked(thread: number): number;
  releaseParked(): number;
  /** One int32 that all threads of the process share. */
  readonly leaving: ArrayBuffer;
}

let loaded: Native | undefined;

/** The addon, loaded at the first call. @throws AddonMissingError */
export function native(): Native {
  return (loaded ??= loadAddon<Native>(new URL("../", import.meta.url), "sys"));
}
