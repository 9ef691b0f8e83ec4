// The whole of what this package asks of the kernel. io-sys and the addon answer; tests answer with a kernel of their own, which
// misbehaves on purpose.
import * as sys from "@pollab/io-sys";
import { native, type NativePoller } from "./native.ts";

type Calls = Pick<
  typeof sys,
  | "acceptSocket"
  | "bindUdpSocket"
  | "bindUnixSocket"
  | "changeGroup"
  | "closeFd"
  | "connectSocket"
  | "connectUnixSocket"
  | "createPipe"
  | "getLinger"
  | "getSocketOption"
  | "listenSocket"
  | "listenUnixSocket"
  | "localAddress"
  | "localPath"
  | "openSocket"
  | "openSocketPair"
  | "openUnixSocket"
  | "peerAddress"
  | "peerCredentials"
  | "peerPath"
  | "readFileSlab"
  | "readFileSlabs"
  | "readFileView"
  | "readSlab"
  | "readSlabs"
  | "readView"
  | "receiveFrom"
  | "registerParked"
  | "reopenFd"
  | "sendFile"
  | "sendTo"
  | "setLinger"
  | "setNonblocking"
  | "setSocketOption"
  | "shutdownSocket"
  | "socketError"
  | "splice"
  | "unregisterParked"
  | "unwatchSignal"
  | "watchSignal"
  | "writeFileSlab"
  | "writeFileSlabs"
  | "writeFileView"
  | "writeFileViews"
  | "writeSlab"
  | "writeSlabs"
  | "writeView"
  | "writeViews"
>;

/** Who answers the calls: each as io-sys describes it. */
export interface Kernel extends Calls {
  /** An epoll instance with room for `capacity` events at a time, or a negated errno. */
  createPoller(capacity: number): NativePoller | number;
  /** An eventfd(2) that does not block. @throws SystemError such as EMFILE */
  createEventFd(): number;
}

/** The kernel that this process runs on. Written out: an object with as many properties that is copied together is a slow one. */
export const linux: Kernel = {
  acceptSocket: sys.acceptSocket,
  bindUdpSocket: sys.bindUdpSocket,
  bindUnixSocket: sys.bindUnixSocket,
  changeGroup: sys.changeGroup,
  closeFd: sys.closeFd,
  connectSocket: sys.connectSocket,
  connectUnixSocket: sys.connectUnixSocket,
  createPipe: sys.createPipe,
  getLinger: sys.getLinger,
  getSocketOption: sys.getSocketOption,
  listenSocket: sys.listenSocket,
  listenUnixSocket: sys.listenUnixSocket,
  localAddress: sys.localAddress,
  localPath: sys.localPath,
  openSocket: sys.openSocket,
  openSocketPair: sys.openSocketPair,
  openUnixSocket: sys.openUnixSocket,
  peerAddress: sys.peerAddress,
  peerCredentials: sys.peerCredentials,
  peerPath: sys.peerPath,
  readFileSlab: sys.readFileSlab,
  readFileSlabs: sys.readFileSlabs,
  readFileView: sys.readFileView,
  readSlab: sys.readSlab,
  readSlabs: sys.readSlabs,
  readView: sys.readView,
  receiveFrom: sys.receiveFrom,
  registerParked: sys.registerParked,
  reopenFd: sys.reopenFd,
  sendFile: sys.sendFile,
  sendTo: sys.sendTo,
  setLinger: sys.setLinger,
  setNonblocking: sys.setNonblocking,
  setSocketOption: sys.setSocketOption,
  shutdownSocket: sys.shutdownSocket,
  socketError: sys.socketError,
  splice: sys.splice,
  unregisterParked: sys.unregisterParked,
  unwatchSignal: sys.unwatchSignal,
  watchSignal: sys.watchSignal,
  writeFileSlab: sys.writeFileSlab,
  writeFileSlabs: sys.writeFileSlabs,
  writeFileView: sys.writeFileView,
  writeFileViews: sys.writeFileViews,
  writeSlab: sys.writeSlab,
  writeSlabs: sys.writeSlabs,
  writeView: sys.writeView,
  writeViews: sys.writeViews,
  createPoller: (capacity) => native().createPoller(capacity),
  createEventFd: () => sys.EventFd.create().fd,
};
