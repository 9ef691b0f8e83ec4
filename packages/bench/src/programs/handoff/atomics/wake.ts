// The least that it can take: one word says that there is something to do, and another that it is done.
import { Worker } from "node:worker_threads";
import { run } from "../../micro/harness.ts";
import { measureWakes } from "../wakes.ts";
import { ANSWERED, ASKED, WORDS } from "./words.ts";

const words = new Int32Array(new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT));
const other = new Worker(new URL("./worker.js", import.meta.url), { workerData: words });
other.unref();
let asked = 0;

await run((_level, times) =>
  measureWakes(times, () => {
    asked = (asked + 1) | 0;
    Atomics.store(words, ASKED, asked);
    Atomics.notify(words, ASKED);
    while (Atomics.load(words, ANSWERED) !== asked);
    return 1;
  }),
);
await other.terminate();
