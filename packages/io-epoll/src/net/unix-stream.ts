// Unix streams on the reactor. See unix(7).
import { type IoBuffer, type PeerCredentials, SOCKET_TYPE, systemError } from "@pollab/io-sys";
import { type Context, Future, type Poll, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import type { AsyncRead, AsyncWrite, ByteStream, UnixListener } from "@pollab/runtime-core/io";
import type { Reactor } from "../reactor/reactor.ts";
import { READABLE, WRITABLE } from "../reactor/readiness.ts";
import type { Registration } from "../reactor/registration.ts";
import type { Transport } from "../stream/transport.ts";
import { Listener } from "./listener.ts";
import { SocketStream } from "./socket-stream.ts";

/** A connection; `EpollNet.connectUnix`, `EpollNet.unixPair` and `EpollUnixListener.accept` make it. */
export class EpollUnixStream extends SocketStream implements ByteStream<IoBuffer>, AsyncRead, AsyncWrite {
  /** The path of this end; empty when it has none. @throws SystemError ECANCELED after `close` */
  get localPath(): string {
    return this.reactor.system.localPath(this.registration.openFd("getsockname"));
  }

  /** The path of the other end; empty when it has none. @throws SystemError ECANCELED after `close` */
  get peerPath(): string {
    return this.reactor.system.peerPath(this.registration.openFd("getpeername"));
  }

  /** Who was at the other end when the two were connected. @throws SystemError ECANCELED after `close` */
  get peerCredentials(): PeerCredentials {
    return this.reactor.system.peerCredentials(this.registration.openFd("getsockopt"));
  }
}

/** A listening socket; `EpollNet.listenUnix` makes it. */
export class EpollUnixListener extends Listener<EpollUnixStream> implements UnixListener<IoBuffer> {
  readonly path: string;
  private readonly transport: Transport;

  /** For `EpollNet`. @internal */
  constructor(reactor: Reactor, registration: Registration, transport: Transport, path: string) {
    super(reactor, registration);
    this.transport = transport;
    this.path = path;
  }

  /** For `accept`. @internal */
  protected override streamOf(fd: number): EpollUnixStream {
    return new EpollUnixStream(this.reactor, this.reactor.adopt(fd, READABLE | WRITABLE), this.transport);
  }
}

/** A connection, which stands or fails at once: a Unix socket that is not blocking never connects in the background. */
export class ConnectUnix extends Future<EpollUnixStream> {
  private readonly reactor: Reactor;
  private readonly transport: Transport;
  private readonly path: string;
  private done = false;

  constructor(reactor: Reactor, transport: Transport, path: string) {
    super();
    this.reactor = reactor;
    this.transport = transport;
    this.path = path;
  }

  override poll(cx: Context): Poll<EpollUnixStream> {
    if (this.done) throw new PolledAfterCompletionError("connect");
    this.done = true;
    const { path, reactor } = this;
    const { system } = reactor;
    reactor.assertOpen();
    const fd = system.openUnix(SOCKET_TYPE.stream);
    try {
      const result = system.connectUnix(fd, path);
      if (result < 0) throw systemError(result, "connect", { path });
    } catch (error) {
      system.close(fd);
      throw error;
    }
    cx.budget--;
    return new EpollUnixStream(reactor, reactor.adopt(fd, READABLE | WRITABLE), this.transport);
  }

  override drop(): void {
    this.done = true;
  }
}
