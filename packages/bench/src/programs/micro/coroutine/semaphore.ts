import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { Semaphore } from "@pollab/runtime-core/sync";
import { PERMITS } from "../capacity.ts";
import { run } from "../harness.ts";

const runtime = new CurrentThread();

const main = asyncFn(function* (operations: number) {
  const semaphore = new Semaphore(PERMITS);
  let uses = 0;
  for (let i = 0; i < operations; i++) {
    const permit = yield* semaphore.acquire();
    uses++;
    permit.drop();
  }
  return uses;
});

await run((_level, operations) => runtime.blockOn(main(operations)));
