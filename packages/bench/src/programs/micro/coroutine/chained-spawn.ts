import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, type Future } from "@pollab/runtime-core/future";
import { oneshot } from "@pollab/runtime-core/sync";
import { spawn } from "@pollab/runtime-core/task";
import { run } from "../harness.ts";

const runtime = new CurrentThread();

// oxlint-disable-next-line eslint/require-yield -- A task that only starts the next is what is measured.
const link: (left: number, done: oneshot.Sender<number>, length: number) => Future<void> = asyncFn(function* (
  left: number,
  done: oneshot.Sender<number>,
  length: number,
) {
  if (left === 0) done.send(length);
  else spawn(link(left - 1, done, length)).drop();
});

const main = asyncFn(function* (length: number) {
  const [done, finished] = oneshot.channel<number>();
  spawn(link(length, done, length)).drop();
  return yield* finished;
});

await run((_level, operations) => runtime.blockOn(main(operations)));
