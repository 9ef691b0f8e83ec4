// The echo server on the work-stealing runtime: each of its threads has a driver and listens at the same address, so the kernel shares
// the connections out among them. The main thread is free, and has the signals.
import { i32, StealingRuntime, type TaskHandle } from "@pollab/executor-stealing";
import { End } from "@pollab/runtime-core/stream";
import { JoinError } from "@pollab/runtime-core/task";
import type { RuntimeDriver } from "./arguments.ts";
import type { Server } from "./server.ts";

/** @throws SystemError such as EADDRINUSE, IoUringUnavailableError, AddonMissingError */
export async function serveOnWorkers(driver: RuntimeDriver, workers: number, port: number): Promise<Server> {
  const module = new URL("./worker-server.js", import.meta.url);
  const runtime = await StealingRuntime.start({ workers, modules: [module], driver: { module, exportName: driver } });
  const stopping = runtime.token();
  const [opened, ports] = runtime.channel(i32, 1);
  const outcomes: Promise<void>[] = [];
  const ended = async (): Promise<void> => {
    try {
      await Promise.all(outcomes);
    } finally {
      // One that failed ends the others.
      stopping.cancel();
      await Promise.allSettled(outcomes);
      await runtime.close();
    }
  };
  try {
    let chosen = port;
    for (let worker = 0; worker < workers; worker++) {
      const outcome = outcomeOf(runtime.spawnPinned(module, "serve", [chosen, opened, stopping], { worker }));
      outcomes.push(outcome);
      // It serves now, or it has failed.
      const news = await Promise.race([ports.recv().promise(), outcome]);
      if (news === End || news === undefined) throw new Error("a worker ended before it served");
      chosen = news;
    }
    const end = ended();
    // Whoever waits for the end hears of a failure.
    end.catch(() => {});
    return { port: chosen, ended: end, stop: () => stopping.cancel() };
  } catch (error) {
    await ended().catch(() => {});
    throw error;
  }
}

/** @throws (the promise) what the task threw, as it was */
async function outcomeOf(server: TaskHandle<void>): Promise<void> {
  try {
    await server.result();
  } catch (error) {
    throw error instanceof JoinError && error.reason === "failed" ? error.cause : error;
  }
}
