// Echo on the work-stealing runtime: two threads with a driver each, which listen at the same address. A connection stays where it was
// accepted.
import { once } from "node:events";
import { i32, StealingRuntime } from "@pollab/executor-stealing";
import { announce, reportCounts } from "../listening.ts";
import type { WorkerCounts } from "./worker.ts";

const WORKERS = 2;

/** Serves until standard input ends. */
export async function echoOnWorkers(
  driver: "epoll" | "uring",
  { bufferBytes, cqEntries }: { readonly bufferBytes: number; readonly cqEntries: number },
): Promise<void> {
  process.env["POLLAB_BUFFER_BYTES"] = String(bufferBytes);
  process.env["POLLAB_CQ_ENTRIES"] = String(cqEntries);
  const module = new URL("./worker.js", import.meta.url);
  const runtime = await StealingRuntime.start({
    workers: WORKERS,
    modules: [module],
    driver: { module, exportName: driver },
  });
  const [listening, ports] = runtime.channel(i32, 1);
  let port = 0;
  for (let worker = 0; worker < WORKERS; worker++) {
    const server = runtime.spawnPinned<never>(module, "serve", [port, listening], { worker });
    // It serves until the runtime is closed, unless it fails before it has begun.
    const said = await Promise.race([ports.recv().promise(), server.result()]);
    if (typeof said !== "number") throw new Error("a worker does not listen");
    port = said;
  }
  const before = await sum(runtime, module);
  announce(port);
  await once(process.stdin.resume(), "end");
  const { requests, systemCalls } = await sum(runtime, module);
  reportCounts(before.systemCalls, systemCalls, requests);
  await runtime.close();
}

async function sum(runtime: StealingRuntime, module: URL): Promise<WorkerCounts> {
  const systemCalls: Record<string, number> = {};
  let requests = 0;
  for (let worker = 0; worker < WORKERS; worker++) {
    const counts = await runtime.spawnPinned<WorkerCounts>(module, "counts", [], { worker }).result();
    requests += counts.requests;
    for (const [name, count] of Object.entries(counts.systemCalls))
      systemCalls[name] = (systemCalls[name] ?? 0) + count;
  }
  return { requests, systemCalls };
}
