import { Mutex } from "async-mutex";
import { run } from "../harness.ts";

await run(async (_level, operations) => {
  const mutex = new Mutex();
  let uses = 0;
  for (let i = 0; i < operations; i++) {
    const release = await mutex.acquire();
    uses++;
    release();
  }
  return uses;
});
