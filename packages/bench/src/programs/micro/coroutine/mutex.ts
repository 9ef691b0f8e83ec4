import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { Mutex } from "@pollab/runtime-core/sync";
import { run } from "../harness.ts";

const runtime = new CurrentThread();

const main = asyncFn(function* (operations: number) {
  const mutex = new Mutex(0);
  for (let i = 0; i < operations; i++) {
    const guard = yield* mutex.lock();
    guard.value++;
    guard.drop();
  }
  return (yield* mutex.lock()).value;
});

await run((_level, operations) => runtime.blockOn(main(operations)));
