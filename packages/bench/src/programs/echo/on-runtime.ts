// Echo on this project's runtime: a coroutine for each connection, on the current-thread executor over any driver.
import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, type Future } from "@pollab/runtime-core/future";
import type { Net, OwnedBuffer, TcpStream } from "@pollab/runtime-core/io";
import { type Driver, spawn } from "@pollab/runtime-core/task";
import { announce, reportCounts } from "../listening.ts";

const STDIN = 0;

/** What both drivers have. */
interface NetDriver<B extends OwnedBuffer> extends Driver {
  readonly net: Net<B>;
  readonly counters: { readonly systemCalls: object };
  readable(fd: number): Future<void>;
}

/** Serves until standard input ends. */
export function echoOnRuntime<B extends OwnedBuffer>(driver: NetDriver<B>): void {
  const runtime = new CurrentThread({ driver });
  let requests = 0;

  const serve = asyncFn(function* (stream: TcpStream<B>) {
    const buffer = driver.net.buffers.take();
    try {
      for (;;) {
        const { n } = yield* stream.read(buffer);
        if (n === 0) return;
        yield* stream.writeAll(buffer, 0, n);
        requests++;
      }
    } finally {
      buffer.free();
      stream.close();
    }
  });

  const accept = asyncFn(function* () {
    const listener = driver.net.listen({ host: "127.0.0.1", port: 0, backlog: 4096 });
    announce(listener.address.port);
    for (;;) spawn(serve(yield* listener.accept())).drop();
  });

  runtime.spawn(accept());
  const before = { ...driver.counters.systemCalls };
  runtime.blockOn(driver.readable(STDIN));
  reportCounts(before, { ...driver.counters.systemCalls }, requests);
  runtime.close();
}
