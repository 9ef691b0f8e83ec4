import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { End } from "@pollab/runtime-core/stream";
import { mpsc } from "@pollab/runtime-core/sync";
import { spawn } from "@pollab/runtime-core/task";
import { CAPACITY } from "../capacity.ts";
import { run } from "../harness.ts";

const runtime = new CurrentThread();

const produce = asyncFn(function* (sender: mpsc.Sender<number>, messages: number) {
  for (let i = 0; i < messages; i++) yield* sender.send(i);
  sender.drop();
});

const main = asyncFn(function* (producers: number, messages: number) {
  const [sender, receiver] = mpsc.channel<number>(CAPACITY);
  for (let i = 0; i < producers; i++) spawn(produce(sender.clone(), messages / producers)).drop();
  sender.drop();
  let sum = 0;
  for (let value = yield* receiver.recv(); value !== End; value = yield* receiver.recv()) sum += value;
  return sum;
});

await run((producers, operations) => runtime.blockOn(main(producers, operations)));
