import { FixedThreadPool } from "poolifier";
import { run } from "../../micro/harness.ts";
import { fileURLToPath } from "node:url";

const pool = new FixedThreadPool<{ level: number; index: number }, number>(
  2,
  fileURLToPath(new URL("./task.js", import.meta.url)),
);

await run(async (level, tasks) => {
  const results = await Promise.all(Array.from({ length: tasks }, (_, index) => pool.execute({ level, index })));
  return results.reduce((sum: number, result) => sum + (result ?? 0), 0);
});
// Its `destroy` waits for an event that may not come.
process.exit();
