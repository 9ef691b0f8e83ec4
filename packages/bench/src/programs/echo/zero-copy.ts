// Echo that sends each reply from the buffer's own memory, and counts how often the kernel copied it after all, as it says itself.
import type { UringDriver, UringTcpStream } from "@pollab/io-uring-native";
import type { IoBuffer } from "@pollab/io-sys";
import { asyncFn, type Future } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { announce } from "../listening.ts";
import type { Served } from "./tasks.ts";

/** Listens, says where, and serves for ever. */
export function serveEchoByZeroCopy({ net, counters }: UringDriver, served: Served): Future<never> {
  served.copied = 0;
  const serve = asyncFn(function* (stream: UringTcpStream<IoBuffer>) {
    const buffer = net.buffers.take();
    try {
      for (;;) {
        const { n } = yield* stream.read(buffer);
        if (n === 0) return;
        const { copied } = yield* stream.writeAllZeroCopy(buffer, 0, n);
        served.requests++;
        const refused = counters.fallbacks["registered buffers"] ?? counters.fallbacks["send zero-copy"];
        if (refused !== undefined) throw new Error(`the kernel refuses what is measured here: ${refused.code}`);
        if (copied) served.copied = (served.copied ?? 0) + 1;
      }
    } finally {
      buffer.free();
      stream.close();
    }
  });

  return asyncFn(function* () {
    const listener = net.listen({ host: "127.0.0.1", port: 0, backlog: 4096 });
    announce(listener.address.port);
    for (;;) spawn(serve(yield* listener.accept())).drop();
  })();
}
