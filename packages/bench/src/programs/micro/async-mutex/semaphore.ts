import { Semaphore } from "async-mutex";
import { PERMITS } from "../capacity.ts";
import { run } from "../harness.ts";

await run(async (_level, operations) => {
  const semaphore = new Semaphore(PERMITS);
  let uses = 0;
  for (let i = 0; i < operations; i++) {
    const [, release] = await semaphore.acquire();
    uses++;
    release();
  }
  return uses;
});
