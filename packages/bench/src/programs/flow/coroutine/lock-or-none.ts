import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, ready } from "@pollab/runtime-core/future";
import { Mutex } from "@pollab/runtime-core/sync";
import { run } from "../../micro/harness.ts";
import { LOCKED } from "../lock-or-none.ts";

const runtime = new CurrentThread();

const locked = asyncFn(function* (steps: number) {
  const count = new Mutex(0);
  for (let step = 0; step < steps; step++) {
    const guard = yield* count.lock();
    guard.value++;
    guard.drop();
  }
  const guard = yield* count.lock();
  return guard.value;
});

const unlocked = asyncFn(function* (steps: number) {
  const count = { value: 0 };
  for (let step = 0; step < steps; step++) {
    const guard = yield* ready(count);
    guard.value++;
  }
  return count.value;
});

await run((level, operations) => runtime.blockOn(level === LOCKED ? locked(operations) : unlocked(operations)));
