import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { asyncFn, type Future, Pending, type Poll, PolledAfterCompletionError } from "../src/future/index.ts";
import { End } from "../src/stream/index.ts";
import { broadcast, LaggedError, ReceiverBusyError, SendError, SenderDroppedError } from "../src/sync/index.ts";
import { HandDriven, thrownBy } from "./support/bench-stand.ts";
import { Poller } from "./support/poller.ts";

/** What the receiver gets until it would have to wait: messages, how many it missed, the end. */
function takeAll<T>(receiver: broadcast.Receiver<T>): unknown[] {
  const taken: unknown[] = [];
  for (;;) {
    try {
      const message = receiver.tryRecv();
      if (message === Pending) return taken;
      taken.push(message);
      if (message === End) return taken;
    } catch (error) {
      if (!(error instanceof LaggedError)) throw error;
      taken.push({ missed: error.missed });
    }
  }
}

function sendAll<T>(sender: broadcast.Sender<T>, ...messages: readonly T[]): void {
  for (const message of messages) sender.send(message);
}

describe("a broadcast channel", () => {
  test("gives every message to every receiver", () => {
    const [sender, first] = broadcast.channel<string>(16);
    const second = sender.subscribe();
    expect(sender.send("a")).toBe(2);
    expect([takeAll(first), takeAll(second)]).toEqual([["a"], ["a"]]);
    expect(sender.send("b")).toBe(2);
    expect([takeAll(second), takeAll(first), takeAll(first)]).toEqual([["b"], ["b"], []]);
  });

  test("wakes all who wait, each once, in the order in which they began to", () => {
    const tasks = [new Poller(), new Poller(), new Poller()];
    const order: number[] = [];
    tasks.forEach((task, i) => {
      const { waker } = task.runtime;
      const wake = waker.wake.bind(waker);
      waker.wake = () => {
        order.push(i);
        wake();
      };
    });
    const [sender, first] = broadcast.channel<number>(4);
    const receivers = [first, sender.subscribe(), sender.subscribe()];
    const waits = receivers.map((receiver) => receiver.recv());
    for (const i of [2, 0, 1]) expect(tasks[i].poll(waits[i])).toBe(Pending);
    sendAll(sender, 1, 2);
    expect(order).toEqual([2, 0, 1]);
    expect(waits.map((wait, i) => tasks[i].poll(wait))).toEqual([1, 1, 1]);
    expect(() => tasks[0].poll(waits[0])).toThrow(PolledAfterCompletionError);
    expect(receivers.map((receiver) => takeAll(receiver))).toEqual([[2], [2], [2]]);
  });

  test("lets a slow receiver go on where it was while a fast one is ahead", () => {
    const [fastTask, slowTask] = [new Poller(), new Poller()];
    const [sender, fast] = broadcast.channel<string>(16);
    const slow = sender.subscribe();
    const slowWait = slow.recv();
    slowTask.poll(slowWait);
    for (const message of ["a", "b", "c"]) {
      const wait = fast.recv();
      fastTask.poll(wait);
      sender.send(message);
      expect(fastTask.poll(wait)).toBe(message);
    }
    expect([fastTask.wakes, slowTask.wakes]).toEqual([3, 1]);
    expect([slowTask.poll(slowWait), takeAll(slow)]).toEqual(["a", ["b", "c"]]);
  });

  test("between tasks delivers all to all", () => {
    const runtime = new HandDriven();
    const [sender, first] = broadcast.channel<number>(256);
    const collect = asyncFn(function* (receiver: broadcast.Receiver<number>) {
      const received: number[] = [];
      for (let m = yield* receiver.recv(); m !== End; m = yield* receiver.recv()) received.push(m);
      return received;
    });
    const collectors = [first, sender.subscribe()].map((receiver) => runtime.spawn(collect(receiver)));
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    sendAll(sender, ...numbers);
    sender.drop();
    runtime.settle();
    for (const collector of collectors) expect(runtime.poll(collector)).toEqual(numbers);
  });

  test("refuses a capacity that is not an integer of at least 1", () => {
    for (const capacity of [0, -1, 2.5, Number.NaN, Infinity, 2 ** 30 + 1]) {
      expect(() => broadcast.channel(capacity)).toThrow(RangeError);
    }
  });

  test("infers what it carries", () => {
    const [sender, receiver] = broadcast.channel<string>(1);
    expectTypeOf<typeof sender.send>().toEqualTypeOf<(message: string) => number>();
    expectTypeOf(receiver.recv()).toEqualTypeOf<Future<string | End>>();
    expectTypeOf(receiver.tryRecv()).toEqualTypeOf<Poll<string | End>>();
  });

  test("keeps a message until the last receiver has it, and no longer", () => {
    const [sender, first] = broadcast.channel<number>(4);
    const second = sender.subscribe();
    expect([sender.len, sender.isEmpty]).toEqual([0, true]);
    sendAll(sender, 1, 2, 3);
    first.tryRecv();
    first.tryRecv();
    expect([sender.len, sender.isEmpty]).toEqual([3, false]);
    second.tryRecv();
    expect(sender.len).toBe(2);
    sendAll(sender, 4, 5, 6);
    expect(sender.len).toBe(4);
    takeAll(first);
    second.drop();
    expect([sender.len, sender.isEmpty]).toEqual([0, true]);
  });

  test("lets others run after a turn's worth of messages, of errors and of ends", () => {
    const task = new Poller();
    const [sender, receiver] = broadcast.channel<number>(1024);
    for (let i = 0; i < 1000; i++) sender.send(i);
    expect(task.operationsInOneTurn(() => receiver.recv())).toBe(128);
    const [single, lagging] = broadcast.channel<number>(1);
    expect(
      task.operationsInOneTurn(() => {
        sendAll(single, 1, 2, 3);
        return lagging.recv();
      }),
    ).toBe(128);
    single.drop();
    expect(task.operationsInOneTurn(() => lagging.recv())).toBe(128);
    receiver.drop();
    expect(task.operationsInOneTurn(() => sender.closed())).toBe(128);
  });
});

describe("a receiver that lags", () => {
  test("is told how many messages it missed, then goes on with the oldest one left", () => {
    const [sender, receiver] = broadcast.channel<number>(2);
    sendAll(sender, 10, 20, 30);
    const error = thrownBy(() => receiver.tryRecv());
    expect(error).toBeInstanceOf(LaggedError);
    expect(error).toHaveProperty("missed", 1);
    expect(takeAll(receiver)).toEqual([20, 30]);
  });

  test("is told so by an awaited receive as well", () => {
    const task = new Poller();
    const [sender, receiver] = broadcast.channel<number>(2);
    const wait = receiver.recv();
    task.poll(wait);
    sendAll(sender, 10, 20, 30);
    expect(task.wakes).toBe(1);
    expect(thrownBy(() => task.poll(wait))).toHaveProperty("missed", 1);
    expect(() => task.poll(wait)).toThrow(PolledAfterCompletionError);
    expect([task.ready(receiver.recv()), task.ready(receiver.recv())]).toEqual([20, 30]);
  });

  test("does not while it stays within the capacity", () => {
    const [sender, slow] = broadcast.channel<number>(2);
    const fast = sender.subscribe();
    sendAll(sender, 1, 2);
    expect([takeAll(fast), takeAll(slow)]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test("counts each message that was overwritten since its last one", () => {
    const [sender, receiver] = broadcast.channel<number>(4);
    sendAll(sender, 1, 2, 3, 4);
    expect(receiver.tryRecv()).toBe(1);
    sendAll(sender, 5, 6, 7, 8);
    expect(takeAll(receiver)).toEqual([{ missed: 3 }, 5, 6, 7, 8]);
  });

  test("lags anew, with a count of its own, after it has caught up or only been told", () => {
    const [sender, receiver] = broadcast.channel<number>(2);
    sendAll(sender, 1, 2, 3);
    expect(takeAll(receiver)).toEqual([{ missed: 1 }, 2, 3]);
    sendAll(sender, 4, 5, 6);
    expect(takeAll(receiver)).toEqual([{ missed: 1 }, 5, 6]);
    sendAll(sender, 1, 2, 3);
    expect(thrownBy(() => receiver.tryRecv())).toHaveProperty("missed", 1);
    sendAll(sender, 4, 5, 6);
    expect(takeAll(receiver)).toEqual([{ missed: 3 }, 5, 6]);
  });

  test("lags alone", () => {
    const [sender, slow] = broadcast.channel<number>(2);
    const fast = sender.subscribe();
    sendAll(sender, 1, 2);
    expect(takeAll(fast)).toEqual([1, 2]);
    sendAll(sender, 3, 4);
    expect([takeAll(fast), takeAll(slow)]).toEqual([
      [3, 4],
      [{ missed: 2 }, 3, 4],
    ]);
  });

  test("does so by the capacity rounded up to a power of two", () => {
    for (const [asked, kept] of [
      [1, 1],
      [2, 2],
      [3, 4],
      [5, 8],
      [16, 16],
      [1000, 1024],
    ]) {
      const [sender, receiver] = broadcast.channel<number>(asked);
      for (let i = 0; i < kept; i++) sender.send(i);
      expect([receiver.len, receiver.tryRecv()]).toEqual([kept, 0]);
      sendAll(sender, kept, kept + 1);
      expect(receiver.len).toBe(kept + 1);
      expect(thrownBy(() => receiver.tryRecv())).toHaveProperty("missed", 1);
      expect([receiver.len, receiver.tryRecv()]).toEqual([kept, 2]);
    }
  });

  test("counts in len what it missed, until it is told", () => {
    const [sender, receiver] = broadcast.channel<number>(2);
    sendAll(sender, 1, 2, 3, 4);
    expect([receiver.len, receiver.isEmpty]).toEqual([4, false]);
    expect(thrownBy(() => receiver.tryRecv())).toHaveProperty("missed", 2);
    expect(receiver.len).toBe(2);
    takeAll(receiver);
    expect([receiver.len, receiver.isEmpty]).toEqual([0, true]);
  });

  test("recovers also after the senders are gone", () => {
    for (const [count, expected] of [
      [1, [1, End]],
      [2, [1, 2, End]],
      [3, [{ missed: 1 }, 2, 3, End]],
      [4, [{ missed: 2 }, 3, 4, End]],
    ] as const) {
      const [sender, receiver] = broadcast.channel<number>(2);
      for (let i = 1; i <= count; i++) sender.send(i);
      sender.drop();
      expect(takeAll(receiver)).toEqual(expected);
    }
    const [sender, receiver] = broadcast.channel<number>(1);
    sendAll(sender, 1, 2);
    sender.drop();
    expect(takeAll(receiver)).toEqual([{ missed: 1 }, 2, End]);
  });
});

describe("the receivers of a broadcast channel", () => {
  test("begin with what is sent after they were made", () => {
    const [sender, receiver] = broadcast.channel<number>(4);
    sender.send(1);
    const [subscribed, resubscribed] = [sender.subscribe(), receiver.resubscribe()];
    expect([takeAll(subscribed), takeAll(resubscribed)]).toEqual([[], []]);
    sender.send(2);
    expect([receiver, subscribed, resubscribed].map((each) => takeAll(each))).toEqual([[1, 2], [2], [2]]);
  });

  test("made by one that lags do not", () => {
    const [sender, receiver] = broadcast.channel<number>(1);
    sendAll(sender, 1, 2);
    const fresh = receiver.resubscribe();
    expect([takeAll(receiver), takeAll(fresh)]).toEqual([[{ missed: 1 }, 2], []]);
  });

  test("made of a channel without senders see the end", () => {
    const [sender, receiver] = broadcast.channel<number>(2);
    sender.drop();
    expect(receiver.resubscribe().tryRecv()).toBe(End);
    receiver.drop();
    expect(receiver.resubscribe().tryRecv()).toBe(End);
  });

  test("are counted, and know their channel", () => {
    const [sender, receiver] = broadcast.channel<number>(2);
    const other = receiver.resubscribe();
    expect([sender.receiverCount, receiver.sameChannel(other)]).toEqual([2, true]);
    other.drop();
    other.drop();
    expect([sender.receiverCount, receiver.senderStrongCount]).toEqual([1, 1]);
    expect(receiver.sameChannel(broadcast.channel<number>(2)[1])).toBe(false);
  });

  test("can be dropped while messages remain", () => {
    const [sender, first] = broadcast.channel<object>(16);
    const second = sender.subscribe();
    sendAll(sender, {}, {}, {});
    first.tryRecv();
    second.drop();
    expect(sender.len).toBe(2);
    first.drop();
    expect([sender.len, first.len, first.tryRecv()]).toEqual([0, 0, End]);
  });

  test("have one future waiting at a time each: a second one is told so", () => {
    const task = new Poller();
    const [sender, receiver] = broadcast.channel<number>(2);
    const first = receiver.recv();
    task.poll(first);
    expect(() => task.poll(receiver.recv())).toThrow(ReceiverBusyError);
    sender.send(1);
    expect([task.wakes, task.poll(first)]).toEqual([1, 1]);
    const second = receiver.recv();
    task.poll(second);
    second.drop();
    const { context } = task.runtime;
    expect(receiver.pollRecv(context)).toBe(Pending);
    expect(task.poll(receiver.recv())).toBe(Pending);
    sender.send(2);
    expect([task.wakes, receiver.pollRecv(context)]).toEqual([2, 2]);
  });

  test("wake who waits for them when they are dropped", () => {
    const task = new Poller();
    const [sender, receiver] = broadcast.channel<number>(2);
    const wait = receiver.recv();
    task.poll(wait);
    const other = sender.subscribe();
    receiver.drop();
    other.resubscribe();
    sender.send(1);
    expect([task.wakes, task.poll(wait), sender.receiverCount]).toEqual([1, End, 2]);
  });
});

describe("the senders of a broadcast channel", () => {
  test("fail without receivers, with the message in the error, and succeed again with one", () => {
    const [sender, receiver] = broadcast.channel<string>(16);
    receiver.drop();
    expect(sender.isClosed).toBe(true);
    const error = thrownBy(() => sender.send("nobody"));
    expect(error).toBeInstanceOf(SendError);
    expect(error).toHaveProperty("value", "nobody");
    const late = sender.subscribe();
    expect([sender.isClosed, sender.send("world"), takeAll(late)]).toEqual([false, 1, ["world"]]);
  });

  test("end the channel with the last of them, which wakes who waits", () => {
    const tasks = [new Poller(), new Poller()];
    const [sender, first] = broadcast.channel<number>(16);
    const receivers = [first, sender.subscribe()];
    const other = sender.clone();
    expect(sender.strongCount).toBe(2);
    const waits = receivers.map((receiver) => receiver.recv());
    tasks.forEach((task, i) => task.poll(waits[i]));
    sender.drop();
    sender.drop();
    expect([tasks.map((task) => task.wakes), first.isClosed]).toEqual([[0, 0], false]);
    other.drop();
    expect([tasks.map((task) => task.wakes), first.isClosed]).toEqual([[1, 1], true]);
    expect(waits.map((wait, i) => tasks[i].poll(wait))).toEqual([End, End]);
  });

  test("wait with closed() for the last receiver", () => {
    const task = new Poller();
    const [sender, first] = broadcast.channel<number>(1);
    const second = sender.subscribe();
    const closed = sender.closed();
    task.poll(closed);
    first.drop();
    expect([task.wakes, task.poll(closed)]).toEqual([0, Pending]);
    second.drop();
    expect(task.wakes).toBe(1);
    const third = sender.subscribe();
    expect(task.poll(closed)).toBe(Pending);
    third.drop();
    expect([task.wakes, task.poll(closed), task.ready(sender.closed())]).toEqual([2, undefined, undefined]);
    using _fourth = sender.subscribe();
    expect(task.poll(sender.closed())).toBe(Pending);
  });

  test("may send from within a waker", () => {
    const task = new Poller();
    const [sender, receiver] = broadcast.channel<number>(4);
    const other = sender.subscribe();
    const wait = receiver.recv();
    task.runtime.waker.wake = () => void sender.send(2);
    task.poll(wait);
    sender.send(1);
    expect([task.poll(wait), takeAll(receiver), takeAll(other)]).toEqual([1, [2], [1, 2]]);
  });

  test("are of no use once dropped, and say so", () => {
    const [sender] = broadcast.channel<number>(1);
    sender.drop();
    for (const use of [() => sender.send(1), () => sender.subscribe(), () => sender.clone(), () => sender.isClosed]) {
      expect(use).toThrow(SenderDroppedError);
    }
  });

  test("that are weak keep nothing open, and find their way back as long as a strong one is left", () => {
    const [sender, receiver] = broadcast.channel<number>(1);
    const weak = sender.downgrade();
    expect([weak.upgrade()?.sameChannel(sender), sender.strongCount]).toEqual([true, 2]);
    weak.upgrade()?.drop();
    const [other, ended] = broadcast.channel<number>(1);
    const lost = other.downgrade();
    other.drop();
    expect([lost.upgrade(), ended.tryRecv(), receiver.tryRecv()]).toEqual([null, End, Pending]);
  });
});

describe("a broadcast channel with any number of receivers", () => {
  test("agrees with a log that each reads at its own pace", () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.constant({ kind: "send" as const, which: 0 }) },
      { weight: 5, arbitrary: fc.record({ kind: fc.constant("poll" as const), which: fc.nat(4) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("cancel" as const), which: fc.nat(4) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("subscribe" as const), which: fc.nat(4) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("drop" as const), which: fc.nat(4) }) },
      { weight: 1, arbitrary: fc.constant({ kind: "dropSender" as const, which: 0 }) },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const kept = 2 ** Math.ceil(Math.log2(capacity));
        const [sender, receiver] = broadcast.channel<number>(capacity);
        let hasSender = true;
        /** The log is the numbers from 0 to `sent` - 1. */
        let sent = 0;
        const entry = (each: broadcast.Receiver<number>) => ({
          receiver: each,
          task: new Poller(),
          wait: each.recv(),
          next: sent,
          isWaiting: false,
          wakes: 0,
        });
        const live = [entry(receiver)];
        const wakeAll = (): void => {
          for (const each of live) {
            if (each.isWaiting) each.wakes++;
            each.isWaiting = false;
          }
        };
        for (const { kind, which } of steps) {
          const chosen = live.length === 0 ? undefined : live[which % live.length];
          if (kind === "send" && hasSender) {
            if (live.length === 0) {
              expect(() => sender.send(sent)).toThrow(SendError);
            } else {
              expect(sender.send(sent)).toBe(live.length);
              sent++;
              wakeAll();
            }
          } else if (kind === "dropSender") {
            sender.drop();
            if (hasSender) wakeAll();
            hasSender = false;
          } else if (chosen === undefined) {
            if (kind === "subscribe" && hasSender) live.push(entry(sender.subscribe()));
          } else if (kind === "subscribe") {
            live.push(entry(chosen.receiver.resubscribe()));
          } else if (kind === "cancel") {
            chosen.wait.drop();
            chosen.wait = chosen.receiver.recv();
            chosen.isWaiting = false;
          } else if (kind === "drop") {
            chosen.wait.drop();
            chosen.receiver.drop();
            live.splice(live.indexOf(chosen), 1);
          } else if (kind === "poll") {
            const oldest = Math.max(0, sent - kept);
            if (chosen.next < oldest) {
              expect(thrownBy(() => chosen.task.poll(chosen.wait))).toHaveProperty("missed", oldest - chosen.next);
              chosen.next = oldest;
              chosen.wait = chosen.receiver.recv();
            } else {
              const expected = chosen.next < sent ? chosen.next++ : hasSender ? Pending : End;
              expect(chosen.task.poll(chosen.wait)).toBe(expected);
              chosen.isWaiting = expected === Pending;
              if (expected !== Pending) chosen.wait = chosen.receiver.recv();
            }
          }
          for (const each of live) {
            expect(each.task.wakes).toBe(each.wakes);
            expect(each.receiver.len).toBe(sent - each.next);
          }
          const behind = Math.max(0, ...live.map((each) => sent - each.next));
          if (hasSender) expect(sender.len).toBe(Math.min(behind, kept));
        }
      }),
      { numRuns: 300 },
    );
  });
});
