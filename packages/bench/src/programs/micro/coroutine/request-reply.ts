import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { End } from "@pollab/runtime-core/stream";
import { mpsc, oneshot } from "@pollab/runtime-core/sync";
import { spawn } from "@pollab/runtime-core/task";
import { REQUESTS } from "../capacity.ts";
import { run } from "../harness.ts";

const runtime = new CurrentThread();

const serve = asyncFn(function* (requests: mpsc.Receiver<oneshot.Sender<number>>) {
  let served = 0;
  for (let reply = yield* requests.recv(); reply !== End; reply = yield* requests.recv()) reply.send(served++);
});

const main = asyncFn(function* (operations: number) {
  const [sender, receiver] = mpsc.channel<oneshot.Sender<number>>(REQUESTS);
  const server = spawn(serve(receiver));
  let sum = 0;
  for (let i = 0; i < operations; i++) {
    const [reply, answer] = oneshot.channel<number>();
    yield* sender.send(reply);
    sum += yield* answer;
  }
  sender.drop();
  yield* server;
  return sum;
});

await run((_level, operations) => runtime.blockOn(main(operations)));
