// What the fake kernel's descriptors stand for: sockets, and whoever is at their other end, whom the test moves by hand.
import { ERRNO } from "@pollab/io-sys";
import type { FakeKernel } from "./fake-kernel.ts";

const EPOLLIN = 0x001;
const EPOLLOUT = 0x004;
const EPOLLERR = 0x008;
const EPOLLHUP = 0x010;
const EPOLLRDHUP = 0x2000;

const ECONNRESET = 104;
const ECONNREFUSED = 111;

/** The driver's end of something. */
export abstract class FakeFile {
  fd = -1;
  protected readonly kernel: FakeKernel;

  constructor(kernel: FakeKernel) {
    this.kernel = kernel;
  }

  /** What epoll would report now. */
  abstract mask(): number;

  /** The driver has closed it. */
  closed(): void {}
}

/** A listening socket. */
export class Listener extends FakeFile {
  private readonly queue: Connection[] = [];
  private readonly backlog: number;

  constructor(kernel: FakeKernel, backlog: number) {
    super(kernel);
    this.backlog = backlog;
  }

  mask(): number {
    return this.queue.length > 0 ? EPOLLIN : 0;
  }

  /** Somebody connects: the other end of the connection. */
  connect(): Connection | null {
    if (this.queue.length === this.backlog) return null;
    const connection = new Connection(this.kernel, "inbound");
    connection.establish();
    this.queue.push(connection);
    this.kernel.changed(this);
    return connection;
  }

  accept(fault: number): Connection | number {
    if (fault === -ERRNO.ECONNABORTED) this.queue.shift()?.peerReset();
    return fault === 0 ? (this.queue.shift() ?? -ERRNO.EAGAIN) : fault;
  }
}

/** The driver's end of a connection. What `peer...` does is done by the other end, and reaches the driver when it is delivered. */
export class Connection extends FakeFile {
  /** Everything that the peer has sent, and what it has got. */
  readonly peerSent: number[] = [];
  readonly peerReceived: number[] = [];
  /** The driver has closed its end. */
  ended = false;
  /** Something has gone wrong with it, so that it need not come to a good end. */
  disturbed = false;
  peerFinished = false;
  /** Who began it. */
  readonly direction: "inbound" | "outbound";
  private readonly wire: number[] = [];
  private readonly arrived: number[] = [];
  private readonly outgoing: number[] = [];
  private readonly room: number;
  private finArrived = false;
  private error = 0;
  private reset = false;
  private connected = false;
  private connecting = false;
  /** A send found too little room: there is an event when there is more. */
  private wantsRoom = false;

  constructor(kernel: FakeKernel, direction: "inbound" | "outbound") {
    super(kernel);
    this.direction = direction;
    kernel.connections.push(this);
    this.room = 1 + kernel.below(24);
  }

  mask(): number {
    if (this.reset) return EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLHUP | (this.error === 0 ? 0 : EPOLLERR);
    if (!this.connected) return this.error === 0 ? 0 : EPOLLERR | EPOLLHUP | EPOLLOUT;
    let mask = this.arrived.length > 0 ? EPOLLIN : 0;
    if (this.finArrived) mask |= EPOLLIN | EPOLLRDHUP;
    if (this.outgoing.length < this.room && !this.wantsRoom) mask |= EPOLLOUT;
    return mask;
  }

  establish(): void {
    this.connected = true;
    this.connecting = false;
    this.kernel.changed(this);
  }

  // What the driver does.

  connect(): number {
    if (this.kernel.chance(3)) {
      this.establish();
      return 0;
    }
    if (this.kernel.chance(10)) {
      this.disturbed = true;
      return -ECONNREFUSED;
    }
    this.connecting = true;
    return this.kernel.chance(4) ? -ERRNO.EINTR : -ERRNO.EINPROGRESS;
  }

  takeError(): number {
    const { error } = this;
    this.error = 0;
    return error;
  }

  receive(into: readonly Uint8Array[]): number {
    if (this.reset) return -this.takeError();
    let total = 0;
    for (const view of into) {
      for (let at = 0; at < view.length && this.arrived.length > 0; at++, total++) view[at] = this.arrived.shift() ?? 0;
    }
    // As the call returns, more arrives: the event for it has to be seen although the call came back short.
    if (this.kernel.chance(6)) this.deliver();
    if (total > 0) return total;
    if (this.finArrived && this.arrived.length === 0) return 0;
    return -ERRNO.EAGAIN;
  }

  send(from: readonly Uint8Array[]): number {
    if (this.reset) return this.error === 0 ? -ERRNO.EPIPE : -this.takeError();
    const bytes = from.flatMap((view) => [...view]);
    const free = this.wantsRoom ? 0 : this.room - this.outgoing.length;
    let n = Math.min(free, bytes.length);
    if (n > 1 && this.kernel.chance(3)) n = 1 + this.kernel.below(n - 1);
    this.wantsRoom ||= n < bytes.length;
    if (n === 0) return -ERRNO.EAGAIN;
    this.outgoing.push(...bytes.slice(0, n));
    return n;
  }

  override closed(): void {
    this.ended = true;
    // Who was to use it was cancelled before it stood.
    if (this.direction === "outbound" && this.peerReceived.length + this.outgoing.length === 0) this.disturbed = true;
  }

  // What the other end does, and what happens on the way.

  peerSend(count: number): void {
    for (let at = 0; at < count; at++) {
      const byte = (this.peerSent.length * 7 + 1) & 255;
      this.peerSent.push(byte);
      this.wire.push(byte);
    }
  }

  /** Sends these bytes back. */
  peerEcho(bytes: readonly number[]): void {
    this.peerSent.push(...bytes);
    this.wire.push(...bytes);
  }

  peerFinish(): void {
    this.peerFinished = true;
  }

  peerReset(): void {
    this.disturbed = true;
    this.wire.length = this.arrived.length = 0;
    this.reset = true;
    this.error = ECONNRESET;
    this.kernel.changed(this);
  }

  /** Takes what has come, and makes room. */
  peerTake(): number[] {
    const taken = this.outgoing.splice(0);
    this.peerReceived.push(...taken);
    if (this.wantsRoom) {
      this.wantsRoom = false;
      this.kernel.changed(this);
    }
    return taken;
  }

  /** Part of what is under way arrives; all of it when nothing misbehaves. */
  deliver(): void {
    const { kernel } = this;
    if (this.reset) return;
    if (this.connecting) {
      if (kernel.chance(5)) {
        this.connecting = false;
        this.error = ECONNREFUSED;
        this.disturbed = true;
        kernel.changed(this);
      } else {
        this.establish();
      }
      return;
    }
    const count = kernel.misbehaves ? Math.min(this.wire.length, 1 + kernel.below(8)) : this.wire.length;
    if (count > 0) {
      this.arrived.push(...this.wire.splice(0, count));
      kernel.changed(this);
    }
    if (this.wire.length === 0 && this.peerFinished && !this.finArrived) {
      this.finArrived = true;
      kernel.changed(this);
    }
  }
}

/** A datagram socket; with nothing in it also an eventfd that nobody signals. */
export class Datagrams extends FakeFile {
  /** What was sent back, each as one. */
  readonly returned: number[][] = [];
  private readonly queue: number[][] = [];
  private full = false;

  mask(): number {
    return (this.queue.length > 0 ? EPOLLIN : 0) | (this.full ? 0 : EPOLLOUT);
  }

  /** Somebody sends one. */
  peerSend(bytes: number[]): void {
    this.queue.push(bytes);
    this.kernel.changed(this);
  }

  /** There is room again. */
  peerTake(): void {
    if (!this.full) return;
    this.full = false;
    this.kernel.changed(this);
  }

  receive(into: Uint8Array, source: Uint8Array): number {
    const datagram = this.queue.shift();
    if (datagram === undefined) return -ERRNO.EAGAIN;
    const taken = datagram.slice(0, into.length);
    into.set(taken);
    // A `struct sockaddr_in` of 127.0.0.1:9, and whether something was cut off: see DatagramSource.
    source.set([16, 0, 0, 0, taken.length < datagram.length ? 1 : 0, 0, 0, 0, 2, 0, 0, 9, 127, 0, 0, 1]);
    return taken.length;
  }

  send(bytes: Uint8Array): number {
    this.full ||= this.kernel.chance(4);
    if (this.full) return -ERRNO.EAGAIN;
    this.returned.push([...bytes]);
    return bytes.length;
  }
}
