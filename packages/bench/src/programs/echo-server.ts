// The process that serves in the echo scenarios: `echo-server KIND --connections N [--buffer-bytes B]`.
// N is how many will be open at once.
import { parseArgs } from "node:util";
import { EpollDriver } from "@pollab/io-epoll";
import { UringDriver } from "@pollab/io-uring-native";
import { echoOnBlockingThreads } from "./echo/blocking-threads.ts";
import { echoOnWorkers } from "./echo/on-workers.ts";
import { serveEchoByMultishot } from "./echo/multishot.ts";
import { echoOnHosted } from "./echo/on-hosted.ts";
import { echoOnNode } from "./echo/on-node.ts";
import { echoOnRuntime } from "./echo/on-runtime.ts";
import { serveEcho } from "./echo/tasks.ts";
import { serveEchoByZeroCopy } from "./echo/zero-copy.ts";

/** The memory that a connection reads into, where the server takes any before there is something to read. */
const BUFFER_BYTES = 16 * 1024;

/** As many as the driver has room for unless it is told. */
const LEAST_COMPLETIONS = 8192;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    connections: { type: "string", default: "1" },
    "buffer-bytes": { type: "string", default: String(BUFFER_BYTES) },
  },
});
const [kind] = positionals;
const bufferBytes = Number(values["buffer-bytes"]);
const connections = Number(values.connections);
/** Each connection has a receive in flight, and few others besides. */
const cqEntries = 2 ** Math.ceil(Math.log2(Math.max(LEAST_COMPLETIONS, 2 * connections)));

switch (kind) {
  case "blocking":
    await echoOnBlockingThreads(1, bufferBytes);
    break;
  case "threads":
    await echoOnBlockingThreads(connections, bufferBytes);
    break;
  case "node":
    echoOnNode();
    break;
  case "epoll":
    echoOnRuntime(EpollDriver.create({ bufferBytes }), serveEcho);
    break;
  case "uring":
    echoOnRuntime(UringDriver.create({ bufferBytes, cqEntries }), serveEcho);
    break;
  case "uring-multishot":
    echoOnRuntime(UringDriver.create({ cqEntries }), (driver, served) =>
      serveEchoByMultishot(driver, served, bufferBytes),
    );
    break;
  case "uring-zero-copy":
    echoOnRuntime(UringDriver.create({ bufferBytes, cqEntries }), serveEchoByZeroCopy);
    break;
  case "uring-zero-copy-registered":
    echoOnRuntime(UringDriver.create({ bufferBytes, cqEntries, registerBuffers: true }), serveEchoByZeroCopy);
    break;
  case "stealing-epoll":
    await echoOnWorkers("epoll", { bufferBytes, cqEntries });
    break;
  case "stealing-uring":
    await echoOnWorkers("uring", { bufferBytes, cqEntries });
    break;
  case "hosted-epoll":
    echoOnHosted(EpollDriver.create({ bufferBytes }));
    break;
  case "hosted-uring":
    echoOnHosted(UringDriver.createHosted({ bufferBytes, cqEntries }));
    break;
  default:
    throw new Error(
      "echo-server expects blocking, threads, node, epoll, uring, uring-multishot, uring-zero-copy, uring-zero-copy-registered, " +
        `stealing-epoll, stealing-uring, hosted-epoll or hosted-uring, but was given ${kind}`,
    );
}
