// What both I/O drivers build on: native memory, sockets, errors, and the ways to end another thread's wait.
export { addressFamily, encodeAddress, type SocketAddress } from "./address.ts";
export { AddonMissingError, loadAddon } from "./addon.ts";
export { type BufferCounts, BufferPool, type BufferPoolOptions } from "./buffer-pool.ts";
export { ERRNO, SystemError, systemError, type SystemErrorSubject } from "./errors.ts";
export { EventFd, signalEventFd } from "./event-fd.ts";
export { HostWatch } from "./host.ts";
export { BufferFreedError, BufferLentError, IoBuffer } from "./io-buffer.ts";
export { leaving, MAX_WAIT_MS, registerParked, releaseParked, terminateWorker, unregisterParked } from "./parked.ts";
export {
  acceptSocket,
  closeFd,
  connectSocket,
  listenSocket,
  type ListenSocketOptions,
  localAddress,
  openSocket,
  peerAddress,
  readSlab,
  readView,
  setNoDelay,
  shutdownSocket,
  SHUTDOWN,
  socketError,
  writeSlab,
  writeView,
} from "./sockets.ts";
