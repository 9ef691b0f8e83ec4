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
  /** Of `readSlab` and its kind: the descriptor, the slab, the offset and the length in bytes, and the result, as five doubles. */
  readonly slabCall: ArrayBuffer;
  readSlab(): void;
  writeSlab(): void;
  readView(fd: number, view: Uint8Array): number;
  writeView(fd: number, view: Uint8Array): number;
  readSlabs(fd: number, ranges: Uint32Array, count: number): number;
  writeSlabs(fd: number, ranges: Uint32Array, count: number): number;
  writeViews(fd: number, views: readonly Uint8Array[]): number;
  receiveFrom(fd: number, slab: number, offsetBytes: number, lengthBytes: number, source: Uint8Array): number;
  sendTo(fd: number, slab: number, offsetBytes: number, lengthBytes: number, address: Uint8Array): number;
  readFileSlab(): void;
  writeFileSlab(): void;
  readFileView(fd: number, view: Uint8Array): number;
  writeFileView(fd: number, view: Uint8Array): number;
  readFileSlabs(fd: number, ranges: Uint32Array, count: number): number;
  writeFileSlabs(fd: number, ranges: Uint32Array, count: number): number;
  writeFileViews(fd: number, views: readonly Uint8Array[]): number;
  openSocket(family: 0 | 4 | 6, type: number, nonblocking: boolean): number;
  socketPair(type: number, nonblocking: boolean, into: Int32Array): number;
  acceptSocket(fd: number, nonblocking: boolean): number;
  bindSocket(fd: number, address: Uint8Array): number;
  connectSocket(fd: number, address: Uint8Array): number;
  listenSocket(fd: number, backlog: number): number;
  shutdownSocket(fd: number, how: number): number;
  socketError(fd: number): number;
  socketName(fd: number, into: Uint8Array): number;
  peerName(fd: number, into: Uint8Array): number;
  setOption(fd: number, level: number, option: number, value: number): number;
  getOption(fd: number, level: number, option: number): number;
  setLinger(fd: number, seconds: number): number;
  getLinger(fd: number): number;
  changeGroup(fd: number, group: Uint8Array, interfaceIndex: number, join: boolean): number;
  peerCredentials(fd: number, into: Int32Array): number;
  encodeAddress(host: string, port: number, into: Uint8Array): number;
  decodeAddress(encoded: Uint8Array): SocketAddress | number;
  closeDescriptor(fd: number): number;
  adoptDescriptor(fd: number): number;
  setNonblocking(fd: number, nonblocking: boolean): number;
  reopenDescriptor(fd: number, forWriting: boolean): number;
  duplicateDescriptor(fd: number): number;
  createPipe(nonblocking: boolean, into: Int32Array): number;
  sendFile(to: number, from: number, position: number, lengthBytes: number): number;
  splice(from: number, to: number, lengthBytes: number): number;
  watchSignal(number: number, eventFd: number): number;
  unwatchSignal(number: number, eventFd: number): number;
  rearmSignal(number: number): number;
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
