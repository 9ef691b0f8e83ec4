import { Piscina } from "piscina";
import { run } from "../../micro/harness.ts";

type Atomics = "sync" | "async" | "disabled";
const atomics = (process.env["POLLAB_ATOMICS"] ?? "sync") as Atomics;

const pool = new Piscina<number, number>({
  filename: new URL("./nothing.js", import.meta.url).href,
  name: "nothing",
  minThreads: 2,
  maxThreads: 2,
  concurrentTasksPerWorker: 64,
  atomics,
});

await run(async (atATime, tasks) => {
  let done = 0;
  for (let begun = 0; begun < tasks; begun += atATime) {
    for (const one of await Promise.all(Array.from({ length: atATime }, () => pool.run(1)))) done += one;
  }
  return done;
});
await pool.destroy();
