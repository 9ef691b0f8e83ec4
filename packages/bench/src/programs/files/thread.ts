// One thread of the file scenario: its share of the reads in each phase, with fs.readSync.
import { parentPort, workerData } from "node:worker_threads";
import { blockingReader } from "./blocking.ts";
import { PHASE } from "./thread-words.ts";

interface Work {
  readonly path: string;
  readonly blocks: number;
  readonly seed: number;
  readonly depth: number;
  readonly thread: number;
  readonly words: Int32Array;
}

// What threadsReader passes.
const { path, blocks, seed, depth, thread, words } = workerData as Work;
const reader = blockingReader({ path, blocks, seed: seed + thread, depth: 1 });
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
