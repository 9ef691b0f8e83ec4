import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { asyncFn, type Future, Pending, PolledAfterCompletionError } from "../src/future/index.ts";
import { ReceiverBusyError, RecvError, SendError, SenderDroppedError, watch } from "../src/sync/index.ts";
import { HandDriven, thrownBy } from "./support/bench-stand.ts";
import { Poller } from "./support/poller.ts";

describe("a watch channel", () => {
  test("shows the latest value, and wakes once who waits for a change", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel("one");
    const changed = receiver.changed();
    expect([receiver.borrow(), task.poll(changed)]).toEqual(["one", Pending]);
    sender.send("two");
    sender.send("three");
    expect([task.wakes, task.poll(changed), receiver.borrow()]).toEqual([1, undefined, "three"]);
    expect(() => task.poll(changed)).toThrow(PolledAfterCompletionError);
    expect(task.poll(receiver.changed())).toBe(Pending);
  });

  test("tells every receiver, in the order in which they began to wait", () => {
    const tasks = [new Poller(), new Poller()];
    const [sender, first] = watch.channel(1);
    const receivers = [first, first.clone()];
    const waits = receivers.map((receiver) => receiver.changed());
    const order: number[] = [];
    tasks.forEach((task, i) => (task.runtime.waker.wake = () => void order.push(i)));
    tasks[1].poll(waits[1]);
    tasks[0].poll(waits[0]);
    sender.send(2);
    expect(order).toEqual([1, 0]);
    expect(tasks[0].poll(waits[0])).toBe(undefined);
    sender.send(3);
    expect([tasks[1].poll(waits[1]), receivers.map((receiver) => receiver.borrow())]).toEqual([undefined, [3, 3]]);
    expect(receivers.map((receiver) => receiver.hasChanged())).toEqual([true, false]);
  });

  test("lets a task see every last value, though not every value", () => {
    const runtime = new HandDriven();
    const [sender, receiver] = watch.channel(0);
    const watcher = runtime.spawn(
      asyncFn(function* () {
        const seen: number[] = [];
        try {
          for (;;) {
            yield* receiver.changed();
            seen.push(receiver.borrowAndUpdate());
          }
        } catch (error) {
          expect(error).toBeInstanceOf(RecvError);
          return seen;
        }
      })(),
    );
    runtime.settle();
    sender.send(1);
    runtime.settle();
    sender.send(2);
    sender.send(3);
    sender.drop();
    runtime.settle();
    expect(runtime.poll(watcher)).toEqual([1, 3]);
  });

  test("infers what it carries", () => {
    const [sender, receiver] = watch.channel<string | null>(null);
    expectTypeOf<typeof sender.send>().toEqualTypeOf<(value: string | null) => void>();
    expectTypeOf(receiver.borrow()).toEqualTypeOf<string | null>();
    expectTypeOf(receiver.changed()).toEqualTypeOf<Future<void>>();
    expectTypeOf(receiver.waitFor((value) => value !== null)).toEqualTypeOf<Future<string | null>>();
  });

  test("lets others run after a turn's worth of changes and of errors", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel(0);
    const sendAnd = (wait: () => Future<unknown>) => () => {
      sender.send(1);
      return wait();
    };
    expect(task.operationsInOneTurn(sendAnd(() => receiver.changed()))).toBe(128);
    expect(task.operationsInOneTurn(sendAnd(() => receiver.waitFor((value) => value === 1)))).toBe(128);
    const closed = sender.closed();
    expect(task.poll(closed)).toBe(Pending);
    receiver.drop();
    expect(task.operationsInOneTurn(() => sender.closed())).toBe(128);
    const orphan = sender.subscribe();
    sender.drop();
    expect(task.operationsInOneTurn(() => orphan.changed())).toBe(128);
    expect(task.operationsInOneTurn(() => orphan.waitFor((value) => value === 2))).toBe(128);
  });
});

describe("what a watch receiver has seen", () => {
  test("is what it waited for or borrowed to update, not what it only borrowed", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel("one");
    expect(receiver.hasChanged()).toBe(false);
    sender.send("two");
    expect([receiver.borrow(), receiver.hasChanged()]).toEqual(["two", true]);
    task.ready(receiver.changed());
    expect(receiver.hasChanged()).toBe(false);
    sender.send("three");
    expect([receiver.borrowAndUpdate(), receiver.hasChanged()]).toEqual(["three", false]);
    expect(task.poll(receiver.changed())).toBe(Pending);
  });

  test("is not compared: sending an equal value is a change", () => {
    const [sender, receiver] = watch.channel("same");
    sender.send("same");
    expect(receiver.hasChanged()).toBe(true);
  });

  test("can be marked either way", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel("one");
    receiver.markChanged();
    receiver.markChanged();
    expect(receiver.hasChanged()).toBe(true);
    task.ready(receiver.changed());
    expect(receiver.hasChanged()).toBe(false);
    sender.send("two");
    receiver.markUnchanged();
    expect([receiver.hasChanged(), task.poll(receiver.changed())]).toEqual([false, Pending]);
  });

  test("is passed on to a clone, while a subscriber has seen the value of now", () => {
    const [sender, receiver] = watch.channel("one");
    sender.send("two");
    expect([receiver.clone().hasChanged(), sender.subscribe().hasChanged()]).toEqual([true, false]);
  });

  test("is nothing, for a wait that was dropped", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel(1);
    const changed = receiver.changed();
    task.poll(changed);
    sender.send(2);
    changed.drop();
    expect(receiver.hasChanged()).toBe(true);
    expect(task.ready(receiver.changed())).toBe(undefined);
  });

  test("is told of the last value also when the senders are gone; then comes the error", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel("one");
    const changed = receiver.changed();
    task.poll(changed);
    sender.send("two");
    sender.drop();
    expect([task.wakes, task.poll(changed), receiver.borrow()]).toEqual([1, undefined, "two"]);
    expect(() => task.poll(receiver.changed())).toThrow(RecvError);
    expect([receiver.borrow(), receiver.isClosed]).toEqual(["two", true]);
  });

  test("cannot be asked for with hasChanged when the senders are gone, but with isUnseen", () => {
    const [sender, receiver] = watch.channel("one");
    sender.send("two");
    sender.drop();
    expect(() => receiver.hasChanged()).toThrow(RecvError);
    expect(receiver.isUnseen).toBe(true);
    receiver.borrowAndUpdate();
    expect(receiver.isUnseen).toBe(false);
  });
});

describe("waiting for a value", () => {
  test("asks about the value of now first, and marks it as seen", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel(1);
    expect(task.ready(receiver.waitFor((value) => value === 1))).toBe(1);
    sender.send(2);
    expect(task.ready(receiver.waitFor((value) => value === 2))).toBe(2);
    expect(receiver.hasChanged()).toBe(false);
  });

  test("asks once about each value that it is woken to", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel(1);
    const asked: number[] = [];
    const wait = receiver.waitFor((value) => asked.push(value) > 0 && value > 3);
    expect(task.poll(wait)).toBe(Pending);
    expect(task.poll(wait)).toBe(Pending);
    sender.send(2);
    sender.send(3);
    expect([task.wakes, task.poll(wait)]).toEqual([1, Pending]);
    sender.send(4);
    expect([task.wakes, task.poll(wait), asked]).toEqual([2, 4, [1, 3, 4]]);
    expect(() => task.poll(wait)).toThrow(PolledAfterCompletionError);
  });

  test("asks about a value also when the receiver has seen it elsewhere meanwhile", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel(1);
    const wait = receiver.waitFor((value) => value === 2);
    task.poll(wait);
    sender.send(2);
    receiver.borrowAndUpdate();
    expect(task.poll(wait)).toBe(2);
  });

  test("accepts the last value of a channel whose senders are gone, and else fails", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel("A");
    sender.send("B");
    sender.drop();
    expect(task.ready(receiver.waitFor((value) => value === "B"))).toBe("B");
    expect(task.ready(receiver.waitFor(() => true))).toBe("B");
    expect(() => task.poll(receiver.waitFor(() => false))).toThrow(RecvError);
  });

  test("fails when the senders go while it waits", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel(1);
    const wait = receiver.waitFor((value) => value === 2);
    task.poll(wait);
    sender.drop();
    expect(task.wakes).toBe(1);
    expect(() => task.poll(wait)).toThrow(RecvError);
    expect(() => task.poll(wait)).toThrow(PolledAfterCompletionError);
  });

  test("throws what the predicate throws, and has then ended", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel(1);
    const wait = receiver.waitFor((value) => {
      if (value === 2) throw new Error("no twos");
      return false;
    });
    task.poll(wait);
    sender.send(2);
    expect(() => task.poll(wait)).toThrow("no twos");
    expect(() => task.poll(wait)).toThrow(PolledAfterCompletionError);
    sender.send(3);
    expect(task.wakes).toBe(1);
  });

  test("misses no value that its own predicate sends", () => {
    const [sender, receiver] = watch.channel(1);
    const wait = receiver.waitFor((value) => {
      if (value < 3) sender.send(value + 1);
      return value === 3;
    });
    expect(new Poller().poll(wait)).toBe(3);
  });
});

describe("a watch receiver", () => {
  test("has one future waiting at a time: a second one is told so", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel(1);
    const first = receiver.changed();
    task.poll(first);
    expect(() => task.poll(receiver.changed())).toThrow(ReceiverBusyError);
    expect(() => task.poll(receiver.waitFor(() => false))).toThrow(ReceiverBusyError);
    expect(task.poll(receiver.clone().changed())).toBe(Pending);
    sender.send(2);
    expect([task.wakes, task.poll(first)]).toEqual([2, undefined]);
    const second = receiver.changed();
    task.poll(second);
    second.drop();
    expect(task.poll(receiver.changed())).toBe(Pending);
  });

  test("that is dropped wakes who waits for it, and lets it fail", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel(1);
    const changed = receiver.changed();
    task.poll(changed);
    receiver.drop();
    receiver.drop();
    sender.sendReplace(1);
    expect([task.wakes, sender.receiverCount]).toEqual([1, 0]);
    receiver.markUnchanged();
    expect(() => task.poll(changed)).toThrow(RecvError);
  });
});

describe("watch senders", () => {
  test("change the value in place, and tell unless they say that they did not", () => {
    const [sender, receiver] = watch.channel({ count: 1 });
    sender.sendModify((watched) => (watched.value.count += 1));
    expect([receiver.hasChanged(), receiver.borrowAndUpdate()]).toEqual([true, { count: 2 }]);
    const toEven = (): boolean =>
      sender.sendIfModified(({ value }) => {
        if (value.count % 2 === 0) return false;
        value.count += 1;
        return true;
      });
    expect([toEven(), receiver.hasChanged()]).toEqual([false, false]);
    sender.sendModify((watched) => (watched.value = { count: 3 }));
    receiver.markUnchanged();
    expect([toEven(), receiver.hasChanged(), sender.borrow()]).toEqual([true, true, { count: 4 }]);
  });

  test("tell nobody when a modification throws, though what it did stays", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel("one");
    const changed = receiver.changed();
    task.poll(changed);
    const failing = (): void =>
      sender.sendModify((watched) => {
        watched.value = "half";
        throw new Error("no");
      });
    expect(failing).toThrow("no");
    expect([task.wakes, task.poll(changed), receiver.borrow()]).toEqual([0, Pending, "half"]);
    sender.sendModify((watched) => (watched.value = "whole"));
    expect([task.wakes, task.poll(changed), receiver.borrow()]).toEqual([1, undefined, "whole"]);
  });

  test("replace the value and get the one before", () => {
    const [sender, receiver] = watch.channel(1);
    expect([sender.sendReplace(2), sender.sendReplace(3), receiver.borrow()]).toEqual([1, 2, 3]);
  });

  test("fail without receivers to send, but not to replace or modify", () => {
    const [sender, receiver] = watch.channel(1);
    receiver.drop();
    const error = thrownBy(() => sender.send(2));
    expect(error).toBeInstanceOf(SendError);
    expect(error).toHaveProperty("value", 2);
    expect([sender.isClosed, sender.borrow()]).toEqual([true, 1]);
    sender.sendReplace(3);
    sender.sendModify((watched) => (watched.value += 1));
    const late = sender.subscribe();
    expect([late.borrow(), sender.isClosed]).toEqual([4, false]);
    sender.send(5);
    expect(late.borrow()).toBe(5);
  });

  test("wait with closed() for the last receiver, also one that came later", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel(1);
    const closed = sender.closed();
    task.poll(closed);
    receiver.clone().drop();
    expect(task.wakes).toBe(0);
    receiver.drop();
    expect(task.wakes).toBe(1);
    const late = sender.subscribe();
    expect(task.poll(closed)).toBe(Pending);
    late.drop();
    expect([task.wakes, task.poll(closed)]).toEqual([2, undefined]);
  });

  test("are counted, share the value, and end the channel with the last of them", () => {
    const task = new Poller();
    const [sender, receiver] = watch.channel(0);
    const other = sender.clone();
    expect([sender.senderCount, sender.sameChannel(other), sender.receiverCount]).toEqual([2, true, 1]);
    expect(sender.sameChannel(watch.channel(0)[0])).toBe(false);
    expect(receiver.sameChannel(other.subscribe())).toBe(true);
    const changed = receiver.changed();
    task.poll(changed);
    sender.send(1);
    expect(task.ready(changed)).toBe(undefined);
    other.send(2);
    expect([task.ready(receiver.changed()), receiver.borrow()]).toEqual([undefined, 2]);
    const last = receiver.changed();
    task.poll(last);
    const { wakes } = task;
    {
      using _own = sender;
    }
    sender.drop();
    expect([task.wakes - wakes, receiver.isClosed]).toEqual([0, false]);
    other.drop();
    expect([task.wakes - wakes, receiver.isClosed]).toEqual([1, true]);
    for (const use of [() => sender.send(1), () => sender.borrow(), () => sender.subscribe(), () => sender.clone()]) {
      expect(use).toThrow(SenderDroppedError);
    }
  });
});

describe("a watch channel with several receivers", () => {
  test("agrees with a value and a version under any order of events", () => {
    const kinds = ["send", "modify", "poll", "cancel", "see", "clone", "subscribe", "drop", "dropSender"] as const;
    const step = fc.record({ kind: fc.constantFrom(...kinds), which: fc.nat(4), value: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const [sender, receiver] = watch.channel(0);
        let [value, version, hasSender] = [0, 0, true];
        const entry = (each: watch.Receiver<number>, seen: number) => ({
          receiver: each,
          task: new Poller(),
          wait: each.changed(),
          seen,
          isWaiting: false,
          wakes: 0,
        });
        const live = [entry(receiver, 0)];
        const wakeAll = (): void => {
          for (const each of live) {
            if (each.isWaiting) each.wakes++;
            each.isWaiting = false;
          }
        };
        for (const { kind, which, value: next } of steps) {
          const chosen = live.length === 0 ? undefined : live[which % live.length];
          if ((kind === "send" || kind === "modify") && hasSender) {
            if (kind === "send" && live.length === 0) {
              expect(() => sender.send(next)).toThrow(SendError);
            } else {
              if (kind === "send") sender.send(next);
              else sender.sendModify((watched) => (watched.value = next));
              value = next;
              version++;
              wakeAll();
            }
          } else if (kind === "subscribe" && hasSender) {
            live.push(entry(sender.subscribe(), version));
          } else if (kind === "dropSender") {
            sender.drop();
            if (hasSender) wakeAll();
            hasSender = false;
          } else if (chosen !== undefined) {
            if (kind === "poll") {
              const isUnseen = chosen.seen !== version;
              const poll = (): unknown => chosen.task.poll(chosen.wait);
              if (isUnseen) expect(poll()).toBe(undefined);
              else if (hasSender) expect(poll()).toBe(Pending);
              else expect(poll).toThrow(RecvError);
              chosen.isWaiting = !isUnseen && hasSender;
              if (!chosen.isWaiting) chosen.wait = chosen.receiver.changed();
              chosen.seen = version;
            } else if (kind === "cancel") {
              chosen.wait.drop();
              chosen.wait = chosen.receiver.changed();
              chosen.isWaiting = false;
            } else if (kind === "see") {
              expect(chosen.receiver.borrowAndUpdate()).toBe(value);
              chosen.seen = version;
            } else if (kind === "clone") {
              live.push(entry(chosen.receiver.clone(), chosen.seen));
            } else if (kind === "drop") {
              chosen.wait.drop();
              chosen.receiver.drop();
              live.splice(live.indexOf(chosen), 1);
            }
          }
          for (const each of live) {
            expect([each.task.wakes, each.receiver.borrow()]).toEqual([each.wakes, value]);
            expect(each.receiver.isUnseen).toBe(each.seen !== version);
          }
          if (hasSender) expect(sender.receiverCount).toBe(live.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});
