import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { asyncFn, type Future, Pending, type Poll, PolledAfterCompletionError } from "../src/future/index.ts";
import { oneshot, RecvError, SendError, SenderDroppedError } from "../src/sync/index.ts";
import { HandDriven, thrownBy } from "./support/bench-stand.ts";
import { Poller } from "./support/poller.ts";

describe("a oneshot channel", () => {
  test("wakes its receiver once, with the value", () => {
    const task = new Poller();
    const [sender, receiver] = oneshot.channel<number>();
    expect(task.poll(receiver)).toBe(Pending);
    sender.send(1);
    expect([task.wakes, task.poll(receiver)]).toEqual([1, 1]);
    expect(() => task.poll(receiver)).toThrow(PolledAfterCompletionError);
  });

  test("answers a request between two tasks", () => {
    const runtime = new HandDriven();
    const [request, requested] = oneshot.channel<oneshot.Sender<string>>();
    runtime.spawn(
      asyncFn(function* () {
        const respond = yield* requested;
        respond.send("answer");
      })(),
    );
    const client = runtime.spawn(
      asyncFn(function* () {
        const [sender, receiver] = oneshot.channel<string>();
        request.send(sender);
        return yield* receiver;
      })(),
    );
    runtime.settle();
    expect(runtime.poll(client)).toBe("answer");
  });

  test("carries undefined like any value", () => {
    const [sender, receiver] = oneshot.channel<undefined>();
    sender.send(undefined);
    expect(receiver.isEmpty).toBe(false);
    expect(new Poller().ready(receiver)).toBe(undefined);
  });

  test("fails when the sender is dropped without sending", () => {
    const task = new Poller();
    const [sender, receiver] = oneshot.channel<number>();
    task.poll(receiver);
    {
      using own = sender;
      expect(own.isClosed).toBe(false);
    }
    expect(task.wakes).toBe(1);
    expect(() => task.poll(receiver)).toThrow(RecvError);
    expect(() => task.poll(receiver)).toThrow(PolledAfterCompletionError);
  });

  test("refuses a value that nobody will take, and the error carries it", () => {
    for (const end of ["close", "drop"] as const) {
      const [sender, receiver] = oneshot.channel<number>();
      receiver[end]();
      expect(sender.isClosed).toBe(true);
      const error = thrownBy(() => sender.send(1));
      expect(error).toBeInstanceOf(SendError);
      expect(error).toHaveProperty("value", 1);
    }
  });

  test("sends a single value", () => {
    const [sender, receiver] = oneshot.channel<number>();
    sender.send(1);
    expect(() => sender.send(2)).toThrow(SenderDroppedError);
    sender.drop();
    expect([sender.isClosed, receiver.tryRecv()]).toEqual([true, 1]);
    const [dropped] = oneshot.channel<number>();
    dropped.drop();
    expect(() => dropped.send(1)).toThrow(SenderDroppedError);
  });

  test("infers what it carries", () => {
    const [sender, receiver] = oneshot.channel<string>();
    expectTypeOf<typeof sender.send>().toEqualTypeOf<(value: string) => void>();
    expectTypeOf(receiver).toExtend<Future<string>>();
    expectTypeOf(receiver.tryRecv()).toEqualTypeOf<Poll<string>>();
  });

  test("wakes the waker of the receiver's latest poll", () => {
    const [first, second] = [new Poller(), new Poller()];
    const [sender, receiver] = oneshot.channel<number>();
    first.poll(receiver);
    second.poll(receiver);
    sender.send(1);
    expect([first.wakes, second.wakes, second.poll(receiver)]).toEqual([0, 1, 1]);
  });

  test("counts as an operation of the turn", () => {
    const task = new Poller();
    const [sender, receiver] = oneshot.channel<number>();
    sender.send(1);
    task.runtime.context.budget = 0;
    expect([task.runtime.poll(receiver), task.wakes]).toEqual([Pending, 1]);
    expect(task.poll(receiver)).toBe(1);
    expect(task.runtime.context.budget).toBe(127);
  });
});

describe("closing a oneshot channel", () => {
  test("lets a value that was sent before still be received", () => {
    const [sender, receiver] = oneshot.channel<number>();
    sender.send(1);
    receiver.close();
    expect(new Poller().ready(receiver)).toBe(1);
    const [other, tried] = oneshot.channel<number>();
    other.send(1);
    tried.close();
    expect(tried.tryRecv()).toBe(1);
    tried.close();
  });

  test("wakes the sender that waits for it, and lets the receiver fail", () => {
    for (const end of ["close", "drop"] as const) {
      const [producer, consumer] = [new Poller(), new Poller()];
      const [sender, receiver] = oneshot.channel<number>();
      const closed = sender.closed();
      expect(producer.poll(closed)).toBe(Pending);
      receiver[end]();
      expect([producer.wakes, producer.poll(closed)]).toEqual([1, undefined]);
      expect(() => consumer.poll(receiver)).toThrow(end === "close" ? RecvError : PolledAfterCompletionError);
    }
  });

  test("is seen by polls of the sender itself, which keep the latest waker", () => {
    const [first, second] = [new Poller(), new Poller()];
    for (const { runtime } of [first, second]) runtime.context.waker = runtime.waker;
    const [sender, receiver] = oneshot.channel<number>();
    expect(sender.pollClosed(first.runtime.context)).toBe(Pending);
    expect(sender.pollClosed(second.runtime.context)).toBe(Pending);
    receiver.close();
    expect([first.wakes, second.wakes]).toEqual([0, 1]);
    expect(sender.pollClosed(second.runtime.context)).toBe(undefined);
    expect(sender.pollClosed(second.runtime.context)).toBe(undefined);
  });

  test("is awaited by as many as like to, and nobody is woken after the sender was dropped", () => {
    const tasks = [new Poller(), new Poller()];
    const [sender, receiver] = oneshot.channel<number>();
    const waits = tasks.map(() => sender.closed());
    tasks.forEach((task, i) => task.poll(waits[i]));
    receiver.close();
    expect(tasks.map((task) => task.wakes)).toEqual([1, 1]);
    const [other, kept] = oneshot.channel<number>();
    const { context, waker } = tasks[0].runtime;
    context.waker = waker;
    other.pollClosed(context);
    other.drop();
    kept.drop();
    expect(tasks[0].wakes).toBe(1);
  });

  test("is over for those who wait when the value is sent, as nothing more can be", () => {
    const task = new Poller();
    const [sender] = oneshot.channel<number>();
    const closed = sender.closed();
    task.poll(closed);
    sender.send(1);
    expect([task.wakes, task.poll(closed)]).toEqual([1, undefined]);
  });
});

describe("a oneshot receiver that does not wait", () => {
  test("tells not yet from never", () => {
    const [sender, receiver] = oneshot.channel<number>();
    expect(receiver.tryRecv()).toBe(Pending);
    sender.drop();
    expect(() => receiver.tryRecv()).toThrow(RecvError);
    expect(() => new Poller().poll(receiver)).toThrow(PolledAfterCompletionError);
  });

  test("has the value once", () => {
    const [sender, receiver] = oneshot.channel<number>();
    sender.send(17);
    expect(receiver.tryRecv()).toBe(17);
    expect(() => receiver.tryRecv()).toThrow(RecvError);
    receiver.close();
    const [other, awaited] = oneshot.channel<number>();
    other.send(17);
    expect(new Poller().ready(awaited)).toBe(17);
    expect(() => awaited.tryRecv()).toThrow(RecvError);
  });
});

describe("the two ends of a oneshot channel", () => {
  test("agree with a table of what may happen, under any order of events", () => {
    type State = "open" | "sent" | "unsent" | "refused" | "ended";
    const events = ["send", "dropSender", "close", "dropReceiver", "tryRecv", "poll", "pollClosed"] as const;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 12 }), (steps) => {
        const [producer, consumer] = [new Poller(), new Poller()];
        const [sender, receiver] = oneshot.channel<string>();
        producer.runtime.context.waker = producer.runtime.waker;
        const channel: { state: State } = { state: "open" };
        let isSpent = false;
        let isOver = false;
        let [consumerWaits, producerWaits] = [false, false];
        let [consumerWakes, producerWakes] = [0, 0];
        const leaveOpen = (next: State): void => {
          channel.state = next;
          if (consumerWaits) consumerWakes++;
          if (producerWaits) producerWakes++;
          consumerWaits = producerWaits = false;
        };
        const end = (): void => {
          isOver = true;
          channel.state = "ended";
        };
        for (const step of steps) {
          if (step === "send") {
            const expected = isSpent ? SenderDroppedError : channel.state === "open" ? null : SendError;
            if (expected !== null) expect(() => sender.send("v")).toThrow(expected);
            else sender.send("v");
            if (expected === null) {
              isSpent = true;
              leaveOpen("sent");
            }
          } else if (step === "dropSender") {
            sender.drop();
            producerWaits = false;
            if (!isSpent && channel.state === "open") leaveOpen("unsent");
            isSpent = true;
          } else if (step === "close") {
            receiver.close();
            if (channel.state === "open") leaveOpen("refused");
          } else if (step === "dropReceiver") {
            receiver.drop();
            consumerWaits = false;
            if (channel.state === "open") leaveOpen("refused");
            if (!isOver) end();
          } else if (step === "tryRecv" || step === "poll") {
            const take = (): unknown => (step === "poll" ? consumer.poll(receiver) : receiver.tryRecv());
            if (isOver) {
              expect(take).toThrow(step === "poll" ? PolledAfterCompletionError : RecvError);
            } else if (channel.state === "open") {
              expect(take()).toBe(Pending);
              if (step === "poll") consumerWaits = true;
            } else {
              if (channel.state === "sent") expect(take()).toBe("v");
              else expect(take).toThrow(RecvError);
              end();
            }
          } else {
            const isOpen = channel.state === "open";
            expect(sender.pollClosed(producer.runtime.context)).toBe(isOpen ? Pending : undefined);
            if (isOpen) producerWaits = true;
          }
          expect(receiver.isTerminated).toBe(isOver);
          expect(receiver.isEmpty).toBe(channel.state !== "sent");
          expect(sender.isClosed).toBe(channel.state !== "open");
          expect([consumer.wakes, producer.wakes]).toEqual([consumerWakes, producerWakes]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
