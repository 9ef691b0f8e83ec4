import { CurrentThread } from "@pollab/executor-single";
import { type Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";
import { End } from "@pollab/runtime-core/stream";
import { mpsc } from "@pollab/runtime-core/sync";
import { spawn } from "@pollab/runtime-core/task";
import { CAPACITY } from "../capacity.ts";
import { run } from "../harness.ts";

class Producer extends Future<void> {
  private readonly sender: mpsc.Sender<number>;
  private readonly messages: number;
  private sent = 0;
  private sending: Future<void> | null = null;

  constructor(sender: mpsc.Sender<number>, messages: number) {
    super();
    this.sender = sender;
    this.messages = messages;
  }

  override poll(cx: Context): Poll<void> {
    for (; this.sent < this.messages; this.sent++) {
      this.sending ??= this.sender.send(this.sent);
      if (this.sending.poll(cx) === Pending) return Pending;
      this.sending = null;
    }
    this.sender.drop();
    return undefined;
  }
}

class Consumer extends Future<number> {
  private readonly producers: number;
  private readonly messages: number;
  private receiver: mpsc.Receiver<number> | null = null;
  private sum = 0;

  constructor(producers: number, messages: number) {
    super();
    this.producers = producers;
    this.messages = messages;
  }

  override poll(cx: Context): Poll<number> {
    const receiver = (this.receiver ??= this.start());
    for (;;) {
      const value = receiver.pollRecv(cx);
      if (value === Pending) return Pending;
      if (value === End) return this.sum;
      this.sum += value;
    }
  }

  private start(): mpsc.Receiver<number> {
    const [sender, receiver] = mpsc.channel<number>(CAPACITY);
    for (let i = 0; i < this.producers; i++) spawn(new Producer(sender.clone(), this.messages / this.producers)).drop();
    sender.drop();
    return receiver;
  }
}

const runtime = new CurrentThread();

await run((producers, operations) => runtime.blockOn(new Consumer(producers, operations)));
