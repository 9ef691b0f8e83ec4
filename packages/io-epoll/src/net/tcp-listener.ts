// A listening TCP socket on the reactor.
import type { IoBuffer, SocketAddress } from "@pollab/io-sys";
import type { TcpListener } from "@pollab/runtime-core/io";
import type { Reactor } from "../reactor/reactor.ts";
import { READABLE, WRITABLE } from "../reactor/readiness.ts";
import type { Registration } from "../reactor/registration.ts";
import type { Transport } from "../stream/transport.ts";
import { Listener } from "./listener.ts";
import { EpollStream, sendAtOnce } from "./tcp-stream.ts";

/** A listening socket; `EpollNet.listen` makes it. Its connections are set to send small writes at once. */
export class EpollListener extends Listener<EpollStream> implements TcpListener<IoBuffer> {
  readonly address: SocketAddress;
  private readonly transport: Transport;

  /** For `EpollNet`. @internal */
  constructor(reactor: Reactor, registration: Registration, transport: Transport, address: SocketAddress) {
    super(reactor, registration);
    this.transport = transport;
    this.address = address;
  }

  /** For `accept`. @internal */
  protected override streamOf(fd: number): EpollStream {
    const { reactor } = this;
    // Whether there is something to read is cheaper found out by reading.
    const registration = reactor.adopt(fd, READABLE | WRITABLE);
    try {
      sendAtOnce(reactor.system, fd);
    } catch (error) {
      reactor.release(registration);
      throw error;
    }
    return new EpollStream(reactor, registration, this.transport);
  }
}
