import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { oneshot } from "@pollab/runtime-core/sync";
import { run } from "../harness.ts";

const runtime = new CurrentThread();

const main = asyncFn(function* (operations: number) {
  let sum = 0;
  for (let i = 0; i < operations; i++) {
    const [sender, receiver] = oneshot.channel<number>();
    sender.send(i);
    sum += yield* receiver;
  }
  return sum;
});

await run((_level, operations) => runtime.blockOn(main(operations)));
