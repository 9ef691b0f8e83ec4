import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { oneshot } from "@pollab/runtime-core/sync";
import { spawn } from "@pollab/runtime-core/task";
import { run } from "../harness.ts";

const runtime = new CurrentThread();

interface Count {
  left: number;
}

const ping = asyncFn(function* (count: Count, done: oneshot.Sender<void>) {
  const [there, wasSent] = oneshot.channel<void>();
  const [back, wasAnswered] = oneshot.channel<void>();
  spawn(pong(wasSent, back)).drop();
  there.send(undefined);
  yield* wasAnswered;
  if (--count.left === 0) done.send(undefined);
});

const pong = asyncFn(function* (wasSent: oneshot.Receiver<void>, back: oneshot.Sender<void>) {
  yield* wasSent;
  back.send(undefined);
});

const main = asyncFn(function* (pings: number) {
  const [done, finished] = oneshot.channel<void>();
  const count = { left: pings };
  for (let i = 0; i < pings; i++) spawn(ping(count, done)).drop();
  yield* finished;
  return pings;
});

await run((_level, operations) => runtime.blockOn(main(operations)));
