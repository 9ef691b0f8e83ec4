// What both I/O drivers build on: native memory, sockets, errors, signals, and the ways to end another thread's wait.
export { addressFamily, decodeAddress, encodeAddress, type SocketAddress } from "./address.ts";
export { AddonMissingError, loadAddon } from "./addon.ts";
export { type BufferCounts, BufferPool, type BufferPoolOptions } from "./buffer-pool.ts";
export { DatagramSource, receiveFrom, sendTo } from "./datagrams.ts";
export {
  adoptFd,
  closeFd,
  createPipe,
  duplicateFd,
  readFileSlabs,
  readFileView,
  reopenFd,
  sendFile,
  setNonblocking,
  splice,
  writeFileSlabs,
  writeFileView,
  writeFileViews,
} from "./descriptors.ts";
export { ERRNO, SystemError, systemError, type SystemErrorSubject } from "./errors.ts";
export { EventFd, signalEventFd } from "./event-fd.ts";
export { Failures } from "./failures.ts";
export { HostWatch } from "./host.ts";
export { BufferFreedError, BufferLentError, IoBuffer } from "./io-buffer.ts";
export { leaving, MAX_WAIT_MS, registerParked, releaseParked, terminateWorker, unregisterParked } from "./parked.ts";
export { type SignalName, unwatchSignal, watchSignal } from "./signals.ts";
export { type KeepAlive, type OptionCalls, TcpOptions, UdpOptions } from "./option-properties.ts";
export { requireDistinct, requireRange, requireTargets } from "./range.ts";
export { MAX_RANGES, SlabRanges } from "./slab-ranges.ts";
export { readFileSlab, readSlab, writeFileSlab, writeSlab } from "./slab-transfers.ts";
export {
  changeGroup,
  getLinger,
  getSocketOption,
  peerCredentials,
  type PeerCredentials,
  setLinger,
  setSocketOption,
  SOCKET_OPTION,
  type SocketOption,
} from "./socket-options.ts";
export {
  acceptSocket,
  bindUdpSocket,
  bindUnixSocket,
  connectSocket,
  connectUnixSocket,
  listenSocket,
  type ListenSocketOptions,
  listenUnixSocket,
  type ListenUnixSocketOptions,
  localAddress,
  localPath,
  openSocket,
  openSocketPair,
  openUnixSocket,
  peerAddress,
  peerPath,
  readSlabs,
  readView,
  setNoDelay,
  shutdownSocket,
  SHUTDOWN,
  SOCKET_TYPE,
  socketError,
  type SocketType,
  writeSlabs,
  writeView,
  writeViews,
} from "./sockets.ts";
export { decodeUnixAddress, encodeUnixAddress } from "./unix-address.ts";
