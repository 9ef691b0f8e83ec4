import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, type Future, yieldNow } from "@pollab/runtime-core/future";
import { End } from "@pollab/runtime-core/stream";
import { mpsc } from "@pollab/runtime-core/sync";
import { spawn } from "@pollab/runtime-core/task";
import { runOnce } from "../../micro/harness.ts";
import { BOUNDED, CAPACITY, CONSUMER_TURNS, MESSAGE_BYTES } from "../back-pressure.ts";
import { peakRssBytes } from "../../peak-rss.ts";

const runtime = new CurrentThread();

interface Queue {
  sent: number;
  received: number;
  peak: number;
}

const produceBounded = asyncFn(function* (sender: mpsc.Sender<Uint8Array>, messages: number, queue: Queue) {
  for (let i = 0; i < messages; i++) {
    yield* yieldNow();
    yield* sender.send(new Uint8Array(MESSAGE_BYTES).fill(1));
    queue.sent++;
    queue.peak = Math.max(queue.peak, queue.sent - queue.received);
  }
  sender.drop();
});

const produceUnbounded = asyncFn(function* (sender: mpsc.UnboundedSender<Uint8Array>, messages: number, queue: Queue) {
  for (let i = 0; i < messages; i++) {
    yield* yieldNow();
    sender.send(new Uint8Array(MESSAGE_BYTES).fill(1));
    queue.sent++;
    queue.peak = Math.max(queue.peak, queue.sent - queue.received);
  }
  sender.drop();
});

const consume = asyncFn(function* (receive: () => Future<Uint8Array | typeof End>, queue: Queue) {
  let done = 0;
  for (let message = yield* receive(); message !== End; message = yield* receive()) {
    queue.received++;
    for (let turn = 0; turn < CONSUMER_TURNS; turn++) yield* yieldNow();
    done += message[MESSAGE_BYTES - 1] ?? 0;
  }
  return done;
});

const main = asyncFn(function* (level: number, messages: number) {
  const queue: Queue = { sent: 0, received: 0, peak: 0 };
  let result: number;
  if (level === BOUNDED) {
    const [sender, receiver] = mpsc.channel<Uint8Array>(CAPACITY);
    spawn(produceBounded(sender, messages, queue)).drop();
    result = yield* consume(() => receiver.recv(), queue);
  } else {
    const [sender, receiver] = mpsc.unboundedChannel<Uint8Array>();
    spawn(produceUnbounded(sender, messages, queue)).drop();
    result = yield* consume(() => receiver.recv(), queue);
  }
  return { result, counters: { peakQueued: queue.peak, peakRssBytes: peakRssBytes("self") } };
});

await runOnce((level, messages) => runtime.blockOn(main(level, messages)));
