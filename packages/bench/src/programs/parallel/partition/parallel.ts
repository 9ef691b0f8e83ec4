// Half of the tasks for each of two threads, fixed beforehand: the main thread does the first half.
import { Worker } from "node:worker_threads";
import { run } from "../../micro/harness.ts";
import { loadOf, workAll } from "../loads.ts";
import { ANSWERED, ASKED, LEVEL, RESULT, TASKS, WORDS } from "./words.ts";

const words = new Int32Array(new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT));
const other = new Worker(new URL("./worker.js", import.meta.url), { workerData: words });
other.unref();
let asked = 0;

await run((level, tasks) => {
  asked++;
  words[LEVEL] = level;
  words[TASKS] = tasks;
  Atomics.store(words, ASKED, asked);
  Atomics.notify(words, ASKED);
  const half = tasks >> 1;
  const own = workAll(loadOf(level), 0, half);
  while (Atomics.load(words, ANSWERED) !== asked) Atomics.wait(words, ANSWERED, asked - 1);
  return own + (words[RESULT] ?? 0);
});
await other.terminate();
