import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { RwLock } from "@pollab/runtime-core/sync";
import { run } from "../harness.ts";

const runtime = new CurrentThread();

const main = asyncFn(function* (operations: number) {
  const lock = new RwLock(1);
  let uses = 0;
  for (let i = 0; i < operations; i++) {
    const guard = yield* lock.read();
    uses += guard.value;
    guard.drop();
  }
  return uses;
});

await run((_level, operations) => runtime.blockOn(main(operations)));
