// Echo with what io_uring has to spare submissions and memory: one accept serves all connections, one receive all that a connection
// ever gets, and the kernel takes a piece of a common buffer when something has arrived. The reply is sent from that piece.
import type { UringDriver, UringTcpStream } from "@pollab/io-uring-native";
import type { IoBuffer } from "@pollab/io-sys";
import { asyncFn, type Future } from "@pollab/runtime-core/future";
import { End } from "@pollab/runtime-core/stream";
import { spawn } from "@pollab/runtime-core/task";
import { announce } from "../listening.ts";
import type { Served } from "./tasks.ts";

/** Enough for each of the most connections that are loaded at once to have one on its way in and one on its way out. */
const BUFFERS = { few: 1024, most: 8192, memoryBytes: 64 * 1024 * 1024 };

/** Listens, says where, and serves for ever. */
export function serveEchoByMultishot({ net }: UringDriver, served: Served, bufferBytes: number): Future<never> {
  const fitting = 2 ** Math.floor(Math.log2(BUFFERS.memoryBytes / bufferBytes));
  const count = Math.min(BUFFERS.most, Math.max(BUFFERS.few, fitting));
  // Requests that lie one behind the other stay in the processor's caches: a buffer of its own for each would be cold.
  const group = net.provideBuffers({ count, bufferBytes, incremental: true });

  const serve = asyncFn(function* (stream: UringTcpStream<IoBuffer>) {
    const arrivals = stream.receive(group);
    try {
      for (let buffer = yield* arrivals.next(); buffer !== End; buffer = yield* arrivals.next()) {
        try {
          yield* stream.writeAll(buffer, 0, buffer.capacityBytes);
        } finally {
          buffer.free();
        }
        served.requests++;
      }
    } finally {
      arrivals.drop();
      stream.close();
    }
  });

  return asyncFn(function* () {
    const listener = net.listen({ host: "127.0.0.1", port: 0, backlog: 4096 });
    const connections = listener.incoming();
    announce(listener.address.port);
    for (;;) {
      const stream = yield* connections.next();
      if (stream === End) throw new Error("a listener that nobody closes has no end");
      spawn(serve(stream)).drop();
    }
  })();
}
