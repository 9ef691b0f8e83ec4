// A listening TCP socket.
import type { SocketAddress, TcpListener } from "@pollab/runtime-core/io";
import type { Descriptor } from "../descriptor.ts";
import type { RingBuffer } from "../operation.ts";
import { UringListener } from "./listener.ts";
import type { NetSite } from "./site.ts";
import { UringTcpStream } from "./tcp-stream.ts";

/** A listening socket; `UringNet.listen` makes it. */
export class UringTcpListener<B extends RingBuffer> extends UringListener<UringTcpStream<B>> implements TcpListener<B> {
  readonly address: SocketAddress;

  /** For the driver. @internal */
  constructor(site: NetSite, descriptor: Descriptor, address: SocketAddress) {
    super(site, descriptor);
    this.address = address;
  }

  protected override streamOf(descriptor: Descriptor): UringTcpStream<B> {
    return new UringTcpStream(this.site, descriptor);
  }
}
