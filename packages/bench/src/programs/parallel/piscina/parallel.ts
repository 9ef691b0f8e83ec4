// A message for each task. With so many tasks that are so short its experts would hand over whole slices, which is what the static
// partition does; this is what a pool costs that is asked for each task, at the settings that cost least.
import { Piscina } from "piscina";
import { run } from "../../micro/harness.ts";

const pool = new Piscina<{ level: number; index: number }, number>({
  filename: new URL("./task.js", import.meta.url).href,
  name: "task",
  minThreads: 2,
  maxThreads: 2,
  // As many as a worker can have waiting, so that none waits for the main thread.
  concurrentTasksPerWorker: 64,
});

await run(async (level, tasks) => {
  const results = await Promise.all(Array.from({ length: tasks }, (_, index) => pool.run({ level, index })));
  return results.reduce((sum, result) => sum + result, 0);
});
await pool.destroy();
