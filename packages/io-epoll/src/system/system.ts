// The kernel with a tally: every call of this package goes through here, so that none is made uncounted.
import type { DatagramSource, SignalName, SlabRanges, SocketAddress, SocketOption } from "@pollab/io-sys";
import { createCounters, type EpollCounters, type SystemCallCounts } from "./counters.ts";
import type { Kernel } from "./kernel.ts";
import type { NativePoller } from "./native.ts";

export class System {
  readonly counters: EpollCounters = createCounters();
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  // The hot path: written out, so that each is one increment and one call.

  recv(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number {
    this.counters.systemCalls.recvfrom++;
    this.counters.crossings++;
    return this.kernel.readSlab(fd, slab, offsetBytes, lengthBytes);
  }

  send(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number {
    this.counters.systemCalls.sendto++;
    this.counters.crossings++;
    return this.kernel.writeSlab(fd, slab, offsetBytes, lengthBytes);
  }

  recvView(fd: number, view: Uint8Array): number {
    this.counters.systemCalls.recvfrom++;
    this.counters.crossings++;
    return this.kernel.readView(fd, view);
  }

  sendView(fd: number, view: Uint8Array): number {
    this.counters.systemCalls.sendto++;
    this.counters.crossings++;
    return this.kernel.writeView(fd, view);
  }

  accept(fd: number): number {
    this.counters.systemCalls.accept4++;
    this.counters.crossings++;
    return this.kernel.acceptSocket(fd, true);
  }

  wait(poller: NativePoller, timeoutMs: number): number {
    this.counters.systemCalls.epoll_wait++;
    this.counters.crossings++;
    return poller.wait(timeoutMs);
  }

  // Vectors and datagrams.

  recvRanges(fd: number, ranges: SlabRanges): number {
    this.count("recvmsg");
    return this.kernel.readSlabs(fd, ranges);
  }

  sendRanges(fd: number, ranges: SlabRanges): number {
    this.count("sendmsg");
    return this.kernel.writeSlabs(fd, ranges);
  }

  sendViews(fd: number, views: readonly Uint8Array[]): number {
    this.count("sendmsg");
    return this.kernel.writeViews(fd, views);
  }

  receiveFrom(fd: number, slab: number, offsetBytes: number, lengthBytes: number, source: DatagramSource): number {
    this.count("recvmsg");
    return this.kernel.receiveFrom(fd, slab, offsetBytes, lengthBytes, source);
  }

  sendTo(fd: number, slab: number, offsetBytes: number, lengthBytes: number, encodedAddress: Uint8Array): number {
    this.count("sendto");
    return this.kernel.sendTo(fd, slab, offsetBytes, lengthBytes, encodedAddress);
  }

  // What is not a socket.

  read(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number {
    this.count("read");
    return this.kernel.readFileSlab(fd, slab, offsetBytes, lengthBytes);
  }

  write(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number {
    this.count("write");
    return this.kernel.writeFileSlab(fd, slab, offsetBytes, lengthBytes);
  }

  readView(fd: number, view: Uint8Array): number {
    this.count("read");
    return this.kernel.readFileView(fd, view);
  }

  writeView(fd: number, view: Uint8Array): number {
    this.count("write");
    return this.kernel.writeFileView(fd, view);
  }

  readRanges(fd: number, ranges: SlabRanges): number {
    this.count("readv");
    return this.kernel.readFileSlabs(fd, ranges);
  }

  writeRanges(fd: number, ranges: SlabRanges): number {
    this.count("writev");
    return this.kernel.writeFileSlabs(fd, ranges);
  }

  writeViews(fd: number, views: readonly Uint8Array[]): number {
    this.count("writev");
    return this.kernel.writeFileViews(fd, views);
  }

  sendFile(to: number, from: number, position: number, lengthBytes: number): number {
    this.count("sendfile");
    return this.kernel.sendFile(to, from, position, lengthBytes);
  }

  splice(from: number, to: number, lengthBytes: number): number {
    this.count("splice");
    return this.kernel.splice(from, to, lengthBytes);
  }

  // epoll.

  createPoller(capacity: number): NativePoller | number {
    this.counters.crossings++;
    return this.kernel.createPoller(capacity);
  }

  add(poller: NativePoller, fd: number, flags: number, low: number, high: number): number {
    this.count("epoll_ctl");
    this.counters.registrations++;
    return poller.add(fd, flags, low, high);
  }

  modify(poller: NativePoller, fd: number, flags: number, low: number, high: number): number {
    this.count("epoll_ctl");
    this.counters.rearms++;
    return poller.modify(fd, flags, low, high);
  }

  delete(poller: NativePoller, fd: number): number {
    this.count("epoll_ctl");
    return poller.delete(fd);
  }

  // Making sockets and other descriptors.

  listen(options: SocketAddress & { backlog: number; reusePort: boolean }): number {
    const fd = this.kernel.listenSocket({ ...options, nonblocking: true });
    this.count("socket");
    this.count("setsockopt");
    this.count("bind");
    this.count("listen");
    if (options.reusePort) this.count("setsockopt");
    this.counters.crossings++;
    return fd;
  }

  listenUnix(path: string, backlog: number): number {
    const fd = this.kernel.listenUnixSocket({ path, backlog, nonblocking: true });
    this.count("socket");
    this.count("bind");
    this.count("listen");
    return fd;
  }

  openTcp(family: 4 | 6): number {
    this.count("socket");
    return this.kernel.openSocket(family, true);
  }

  openUnix(type: 1 | 2): number {
    this.count("socket");
    return this.kernel.openUnixSocket(type, true);
  }

  bindUdp(address: SocketAddress): number {
    const fd = this.kernel.bindUdpSocket(address, true);
    this.count("socket");
    this.count("bind");
    this.counters.crossings++;
    return fd;
  }

  bindUnix(path: string): number {
    const fd = this.kernel.bindUnixSocket(path, true);
    this.count("socket");
    this.count("bind");
    return fd;
  }

  socketPair(type: 1 | 2): [number, number] {
    this.count("socketpair");
    return this.kernel.openSocketPair(type, true);
  }

  pipe(): [number, number] {
    this.count("pipe2");
    return this.kernel.createPipe(true);
  }

  createEventFd(): number {
    this.count("eventfd2");
    return this.kernel.createEventFd();
  }

  reopen(fd: number, forWriting: boolean): number {
    this.count("openat");
    return this.kernel.reopenFd(fd, forWriting);
  }

  connect(fd: number, address: SocketAddress): number {
    const result = this.kernel.connectSocket(fd, address);
    this.count("connect");
    this.counters.crossings++;
    return result;
  }

  connectUnix(fd: number, path: string): number {
    const result = this.kernel.connectUnixSocket(fd, path);
    this.count("connect");
    return result;
  }

  // Asking and telling sockets.

  socketError(fd: number): number {
    this.count("getsockopt");
    return this.kernel.socketError(fd);
  }

  setOption(fd: number, option: SocketOption, value: number): number {
    this.count("setsockopt");
    return this.kernel.setSocketOption(fd, option, value);
  }

  getOption(fd: number, option: SocketOption): number {
    this.count("getsockopt");
    return this.kernel.getSocketOption(fd, option);
  }

  setLinger(fd: number, seconds: number | null): number {
    this.count("setsockopt");
    return this.kernel.setLinger(fd, seconds);
  }

  getLinger(fd: number): number {
    this.count("getsockopt");
    return this.kernel.getLinger(fd);
  }

  changeGroup(fd: number, encodedGroup: Uint8Array, interfaceIndex: number, join: boolean): number {
    this.count("setsockopt");
    return this.kernel.changeGroup(fd, encodedGroup, interfaceIndex, join);
  }

  peerCredentials(fd: number): ReturnType<Kernel["peerCredentials"]> {
    this.count("getsockopt");
    return this.kernel.peerCredentials(fd);
  }

  localAddress(fd: number): SocketAddress {
    this.count("getsockname");
    this.counters.crossings++;
    return this.kernel.localAddress(fd);
  }

  peerAddress(fd: number): SocketAddress {
    this.count("getpeername");
    this.counters.crossings++;
    return this.kernel.peerAddress(fd);
  }

  localPath(fd: number): string {
    this.count("getsockname");
    return this.kernel.localPath(fd);
  }

  peerPath(fd: number): string {
    this.count("getpeername");
    return this.kernel.peerPath(fd);
  }

  setNonblocking(fd: number, nonblocking: boolean): boolean {
    this.count("fcntl");
    return this.kernel.setNonblocking(fd, nonblocking);
  }

  /** Lets whoever ends this thread end its waits by `eventFd`. */
  registerParked(eventFd: number): void {
    this.counters.crossings++;
    this.kernel.registerParked(eventFd);
  }

  unregisterParked(eventFd: number): void {
    this.counters.crossings++;
    this.kernel.unregisterParked(eventFd);
  }

  watchSignal(name: SignalName, eventFd: number): void {
    this.counters.crossings++;
    this.kernel.watchSignal(name, eventFd);
  }

  unwatchSignal(name: SignalName, eventFd: number): void {
    this.counters.crossings++;
    this.kernel.unwatchSignal(name, eventFd);
  }

  shutdown(fd: number, how: number): number {
    this.count("shutdown");
    return this.kernel.shutdownSocket(fd, how);
  }

  close(fd: number): number {
    this.count("close");
    return this.kernel.closeFd(fd);
  }

  private count(name: keyof SystemCallCounts): void {
    this.counters.systemCalls[name]++;
    this.counters.crossings++;
  }
}
