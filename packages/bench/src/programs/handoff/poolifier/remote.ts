import { FixedThreadPool } from "poolifier";
import { fileURLToPath } from "node:url";
import { run } from "../../micro/harness.ts";

const pool = new FixedThreadPool<number, number>(2, fileURLToPath(new URL("./nothing.js", import.meta.url)));

await run(async (atATime, tasks) => {
  let done = 0;
  for (let begun = 0; begun < tasks; begun += atATime) {
    for (const one of await Promise.all(Array.from({ length: atATime }, () => pool.execute(1)))) done += one ?? 0;
  }
  return done;
});
// Its `destroy` waits for an event that may not come.
process.exit();
