import { Sema } from "async-sema";
import { run } from "../harness.ts";

await run(async (_level, operations) => {
  const mutex = new Sema(1);
  let uses = 0;
  for (let i = 0; i < operations; i++) {
    await mutex.acquire();
    uses++;
    mutex.release();
  }
  return uses;
});
