// Unix streams: the connection and its listener. See unix(7).
import { localPath, type PeerCredentials, peerCredentials, peerPath } from "@pollab/io-sys";
import type { UnixListener } from "@pollab/runtime-core/io";
import type { Descriptor } from "../descriptor.ts";
import type { RingBuffer } from "../operation.ts";
import { UringListener } from "./listener.ts";
import type { NetSite } from "./site.ts";
import { callOn } from "./socket-calls.ts";
import { UringStream } from "./stream.ts";

/** A connection; `UringNet.connectUnix`, `UringNet.unixPair` and `UringUnixListener.accept` make it. */
export class UringUnixStream<B extends RingBuffer> extends UringStream<B> {
  /** The path of this end; empty when it has none. @throws SystemError ECANCELED after `close` */
  get localPath(): string {
    return callOn(this.site, this.descriptor, "getsockname", localPath);
  }

  /** The path of the other end; empty when it has none. @throws SystemError ECANCELED after `close` */
  get peerPath(): string {
    return callOn(this.site, this.descriptor, "getpeername", peerPath);
  }

  /** Who was at the other end when the two were connected. @throws SystemError ECANCELED after `close` */
  get peerCredentials(): PeerCredentials {
    return callOn(this.site, this.descriptor, "getsockopt", peerCredentials);
  }
}

/** A listening socket; `UringNet.listenUnix` makes it. */
export class UringUnixListener<B extends RingBuffer>
  extends UringListener<UringUnixStream<B>>
  implements UnixListener<B>
{
  readonly path: string;

  /** For the driver. @internal */
  constructor(site: NetSite, descriptor: Descriptor, path: string) {
    super(site, descriptor);
    this.path = path;
  }

  protected override streamOf(descriptor: Descriptor): UringUnixStream<B> {
    return new UringUnixStream(this.site, descriptor);
  }
}
