// One thread of the file scenario: its share of the reads in each phase, with fs.readSync.
import { parentPort, workerData } from "node:worker_threads";
import { blockingReader } from "./blocking.ts";
import type { FileTask } from "./contender.ts";
import { PHASE } from "./thread-words.ts";

interface Work {
  readonly task: FileTask;
  readonly thread: number;
  readonly words: Int32Array;
}

// What threadsReader passes.
const { task, thread, words } = workerData as Work;
const reader = blockingReader({ ...task, seed: task.seed + thread, depth: 1 });
const { depth } = task;
let phase = Atomics.load(words, PHASE.start);

parentPort?.postMessage("ready");
for (;;) {
  Atomics.wait(words, PHASE.start, phase);
  phase = Atomics.load(words, PHASE.start);
  if (Atomics.load(words, PHASE.stop) !== 0) break;
  const operations = words[PHASE.operations];
  const share = Math.floor(operations / depth) + (thread < operations % depth ? 1 : 0);
  await reader.run(share);
  Atomics.sub(words, PHASE.running, 1);
  Atomics.notify(words, PHASE.running);
}
await reader.close();
