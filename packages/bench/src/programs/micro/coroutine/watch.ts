import { CurrentThread } from "@pollab/executor-single";
import { asyncFn } from "@pollab/runtime-core/future";
import { watch } from "@pollab/runtime-core/sync";
import { type JoinHandle, spawn } from "@pollab/runtime-core/task";
import { run } from "../harness.ts";
import { Rendezvous } from "./rendezvous.ts";

const runtime = new CurrentThread();

const receive = asyncFn(function* (receiver: watch.Receiver<number>, changes: number, rendezvous: Rendezvous) {
  let sum = 0;
  for (let seen = 0; seen < changes; seen++) {
    yield* receiver.changed();
    sum += receiver.borrowAndUpdate();
    rendezvous.arrive();
  }
  receiver.drop();
  return sum;
});

const main = asyncFn(function* (receivers: number, changes: number) {
  const [sender, first] = watch.channel(0);
  const rendezvous = new Rendezvous();
  const handles: JoinHandle<number>[] = [];
  for (let i = 0; i < receivers; i++) handles.push(spawn(receive(first.clone(), changes, rendezvous)));
  for (let i = 0; i < changes; i++) {
    rendezvous.expect(receivers);
    sender.send(i);
    yield* rendezvous.all();
  }
  let sum = 0;
  for (const handle of handles) sum += yield* handle;
  return sum;
});

await run((receivers, operations) => runtime.blockOn(main(receivers, operations / receivers)));
