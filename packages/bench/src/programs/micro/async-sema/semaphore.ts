import { Sema } from "async-sema";
import { PERMITS } from "../capacity.ts";
import { run } from "../harness.ts";

await run(async (_level, operations) => {
  const semaphore = new Sema(PERMITS);
  let uses = 0;
  for (let i = 0; i < operations; i++) {
    await semaphore.acquire();
    uses++;
    semaphore.release();
  }
  return uses;
});
