// Sleeps with a callback each, and nothing else: what `setTimeout` does, without the tasks that usually wait for a sleep.
import { CurrentThread } from "@pollab/executor-single";
import { Pending, pollFn, type Waker } from "@pollab/runtime-core/future";
import { sleep } from "@pollab/runtime-core/time";
import { realDelayMs } from "../delays.ts";
import { run } from "../harness.ts";

const runtime = new CurrentThread();

await run((_level, operations) => {
  let left = operations;
  let main: Waker | null = null;
  const fire = (): void => {
    if (--left === 0) main?.wake();
  };
  return runtime.blockOn(
    pollFn((cx) => {
      if (left === 0) return operations;
      main = cx.waker;
      for (let index = 0; index < operations; index++) {
        cx.waker = { wake: fire };
        sleep(realDelayMs(index)).poll(cx);
      }
      cx.waker = main;
      return Pending;
    }),
  );
});
