// The echo server as the program runs it, on a thread of its own or in the event loop, which at the end of its input says what it has left over.
import { readdirSync, writeSync } from "node:fs";
import { CurrentThread, HostedThread } from "@pollab/executor-single";
import { EpollDriver } from "@pollab/io-epoll";
import { UringDriver } from "@pollab/io-uring-native";
import type { Future } from "@pollab/runtime-core/future";
import { sleep } from "@pollab/runtime-core/time";
import { BACKLOG, HOST } from "../../src/server.ts";
import { reportError } from "../../src/report-error.ts";
import { serveUntil } from "../../src/serve.ts";

const STDIN = 0;
/** For aborted tasks to be dropped and cancelled operations to end. */
const SETTLING_MS = 200;

/** What is counted before the first connection and after the last. */
interface Held {
  readonly descriptors: number;
  readonly tasks: number;
  readonly buffersTaken: number;
  readonly buffersLent: number;
  /** Registrations with epoll, or operations in the ring. */
  readonly inDriver: number;
}

const [driverName, mode] = process.argv.slice(2);
const epoll = driverName === "epoll" ? EpollDriver.create() : undefined;
const uring = epoll === undefined ? uringFor(mode) : undefined;
const driver = epoll ?? uring;
if (driver === undefined) throw new Error("there is always one of the two");
const runtime = mode === "hosted" ? new HostedThread({ driver }) : new CurrentThread({ driver });
await run(sleep(SETTLING_MS));
const before = held();
const listener = driver.net.listen({ host: HOST, port: 0, backlog: BACKLOG });
writeSync(1, `${listener.address.port}\n`);
await run(serveUntil(driver.net, listener, driver.readable(STDIN), reportError));
await run(sleep(SETTLING_MS));
writeSync(1, `${JSON.stringify({ before, after: held() })}\n`);
runtime.close();

function uringFor(way: string | undefined): UringDriver {
  return way === "hosted" ? UringDriver.createHosted() : UringDriver.create();
}

async function run(future: Future<void>): Promise<void> {
  if (runtime instanceof HostedThread) await runtime.run(future);
  else runtime.blockOn(future);
}

function held(): Held {
  const buffers = epoll?.net.buffers.counts ?? uring?.net.buffers.counts;
  return {
    // Without the one that reads the folder.
    descriptors: readdirSync("/proc/self/fd").length - 1,
    tasks: runtime.metrics().liveTasks,
    buffersTaken: buffers?.taken ?? -1,
    buffersLent: buffers?.lent ?? -1,
    inDriver: epoll?.registrations ?? uring?.counters.inFlight ?? -1,
  };
}
