// The second half, each time it is asked.
import { workerData } from "node:worker_threads";
import { loadOf, workAll } from "../loads.ts";
import { ANSWERED, ASKED, LEVEL, RESULT, TASKS } from "./words.ts";

const words = workerData as Int32Array<SharedArrayBuffer>;

for (let answered = 0; ;) {
  Atomics.wait(words, ASKED, answered);
  answered = Atomics.load(words, ASKED);
  const tasks = words[TASKS] ?? 0;
  words[RESULT] = workAll(loadOf(words[LEVEL] ?? 0), tasks >> 1, tasks);
  Atomics.store(words, ANSWERED, answered);
  Atomics.notify(words, ANSWERED);
}
