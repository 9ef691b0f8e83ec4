// Sleeps until there is something to do, which is to say so.
import { workerData } from "node:worker_threads";
import { ANSWERED, ASKED } from "./words.ts";

const words = workerData as Int32Array<SharedArrayBuffer>;

for (let answered = 0; ;) {
  Atomics.wait(words, ASKED, answered);
  answered = Atomics.load(words, ASKED);
  Atomics.store(words, ANSWERED, answered);
}
