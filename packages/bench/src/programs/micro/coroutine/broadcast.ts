import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { End } from "@pollab/runtime-core/stream";
import { broadcast } from "@pollab/runtime-core/sync";
import { type JoinHandle, spawn } from "@pollab/runtime-core/task";
import { BATCH, BROADCAST_CAPACITY } from "../capacity.ts";
import { run } from "../harness.ts";
import { Rendezvous } from "./rendezvous.ts";

const runtime = new CurrentThread();

const receive = asyncFn(function* (receiver: broadcast.Receiver<number>, messages: number, rendezvous: Rendezvous) {
  let sum = 0;
  for (let received = 1; received <= messages; received++) {
    const value = yield* receiver.recv();
    if (value === End) throw new Error("the sender is still there");
    sum += value;
    if (received % BATCH === 0) rendezvous.arrive();
  }
  receiver.drop();
  return sum;
});

const main = asyncFn(function* (receivers: number, messages: number) {
  const [sender, first] = broadcast.channel<number>(BROADCAST_CAPACITY);
  first.drop();
  const rendezvous = new Rendezvous();
  const handles: JoinHandle<number>[] = [];
  for (let i = 0; i < receivers; i++) handles.push(spawn(receive(sender.subscribe(), messages, rendezvous)));
  for (let i = 0; i < messages; i++) {
    if (i % BATCH === 0) rendezvous.expect(receivers);
    sender.send(i);
    if ((i + 1) % BATCH === 0) yield* rendezvous.all();
  }
  let sum = 0;
  for (const handle of handles) sum += yield* handle;
  return sum;
});

await run((receivers, operations) => runtime.blockOn(main(receivers, operations / receivers)));
