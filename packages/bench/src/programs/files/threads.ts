// Files with a thread for each read in flight, each calling fs.readSync in a loop.
import { Worker } from "node:worker_threads";
import type { FileReader, FileTask } from "./contender.ts";
import { PHASE, WORDS } from "./thread-words.ts";

export async function threadsReader(task: FileTask): Promise<FileReader> {
  const { depth } = task;
  const words = new Int32Array(new SharedArrayBuffer(4 * WORDS));
  const workers = Array.from({ length: depth }, (_, thread) => {
    return new Worker(new URL("./thread.js", import.meta.url), {
      workerData: { task, thread, words },
    });
  });
  let failure: Error | undefined;
  for (const worker of workers) {
    worker.on("error", (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
      // Lets the run that waits for this thread end.
      Atomics.add(words, PHASE.running, -1);
      Atomics.notify(words, PHASE.running);
    });
  }
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("message", resolve))));
  return {
    async run(operations) {
      words[PHASE.operations] = operations;
      Atomics.store(words, PHASE.running, depth);
      Atomics.add(words, PHASE.start, 1);
      Atomics.notify(words, PHASE.start);
      for (let running = depth; running > 0; running = Atomics.load(words, PHASE.running)) {
        const waiting = Atomics.waitAsync(words, PHASE.running, running);
        if (waiting.async) await waiting.value;
      }
      if (failure !== undefined) throw failure;
    },
    async close() {
      Atomics.store(words, PHASE.stop, 1);
      Atomics.add(words, PHASE.start, 1);
      Atomics.notify(words, PHASE.start);
      await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("exit", resolve))));
    },
  };
}
