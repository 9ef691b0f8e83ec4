import { describe, expect, expectTypeOf, test } from "vitest";
import { asyncFn, type Future, Pending, type Poll, PolledAfterCompletionError } from "../src/future/index.ts";
import { End } from "../src/stream/index.ts";
import { mpsc, PermitUsedError, ReceiverBusyError, SendError, SenderDroppedError } from "../src/sync/index.ts";
import { ElapsedError, timeout } from "../src/time/index.ts";
import { HandDriven, thrownBy } from "./support/bench-stand.ts";
import { Poller } from "./support/poller.ts";

/** All messages that are there now. */
function drain<T>(receiver: mpsc.Receiver<T>): T[] {
  const messages: T[] = [];
  receiver.tryRecvMany(messages, 1e6);
  return messages;
}

describe("an mpsc channel", () => {
  test("delivers in order, then ends once every sender is dropped", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<number>(16);
    task.ready(sender.reserve()).send(1);
    expect(sender.trySend(2)).toBe(true);
    task.ready(sender.send(3));
    sender.drop();
    const received = [1, 2, 3, 4].map(() => task.ready(receiver.recv()));
    expect(received).toEqual([1, 2, 3, End]);
    expect(task.ready(receiver.recv())).toBe(End);
  });

  test("carries every value, undefined and null among them", () => {
    const [sender, receiver] = mpsc.channel<unknown>(4);
    for (const value of [undefined, null, 0, ""]) sender.trySend(value);
    expect(drain(receiver)).toEqual([undefined, null, 0, ""]);
  });

  test("between two tasks keeps one of them waiting at a time, and loses nothing", () => {
    const runtime = new HandDriven();
    const [sender, receiver] = mpsc.channel<number>(3);
    const produce = asyncFn(function* () {
      using own = sender;
      for (let i = 0; i < 1000; i++) yield* own.send(i);
    });
    const consume = asyncFn(function* () {
      const received: number[] = [];
      for (let m = yield* receiver.recv(); m !== End; m = yield* receiver.recv()) received.push(m);
      return received;
    });
    runtime.spawn(produce());
    const consumer = runtime.spawn(consume());
    runtime.settle();
    expect(runtime.poll(consumer)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  test("infers what it carries", () => {
    const [sender, receiver] = mpsc.channel<string>(1);
    expectTypeOf<typeof sender.send>().parameter(0).toEqualTypeOf<string>();
    expectTypeOf(receiver.recv()).toEqualTypeOf<Future<string | End>>();
    expectTypeOf(receiver.tryRecv()).toEqualTypeOf<Poll<string | End>>();
    expectTypeOf(sender.downgrade().upgrade()).toEqualTypeOf<mpsc.Sender<string> | null>();
    const [unbounded] = mpsc.unboundedChannel<number>();
    expectTypeOf<typeof unbounded.send>().toEqualTypeOf<(message: number) => void>();
  });

  test("refuses a capacity that is not an integer of at least 1", () => {
    for (const capacity of [0, -1, 1.5, Number.NaN, Infinity, 2 ** 30]) {
      expect(() => mpsc.channel(capacity)).toThrow(RangeError);
    }
    expect(mpsc.channel(2 ** 30 - 1)[0].maxCapacity).toBe(2 ** 30 - 1);
  });

  test("keeps its order while it grows far beyond its first memory, again and again", () => {
    const [sender, receiver] = mpsc.unboundedChannel<number>();
    let next = 0;
    let expected = 0;
    for (const burst of [10, 100, 5000, 3, 2000, 1]) {
      for (let i = 0; i < burst; i++) sender.send(next++);
      for (let i = 0; i < burst - 1; i++) expect(receiver.tryRecv()).toBe(expected++);
    }
    expect(receiver.len).toBe(6);
    expect(drain(receiver)).toEqual(Array.from({ length: 6 }, () => expected++));
  });
});

describe("sending", () => {
  test("waits while the channel is full, and is woken once for the slot that comes free", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<string>(1);
    expect(sender.trySend("a")).toBe(true);
    const send = sender.send("b");
    expect(task.poll(send)).toBe(Pending);
    expect(task.wakes).toBe(0);
    expect(receiver.tryRecv()).toBe("a");
    expect(task.wakes).toBe(1);
    expect(receiver.tryRecv()).toBe(Pending);
    expect(task.poll(send)).toBe(undefined);
    expect(receiver.tryRecv()).toBe("b");
    expect(() => task.poll(send)).toThrow(PolledAfterCompletionError);
  });

  test("does nothing before the first poll", () => {
    const [sender, receiver] = mpsc.channel<string>(1);
    sender.send("never").drop();
    sender.send("never polled");
    expect([receiver.len, sender.capacity]).toEqual([0, 1]);
  });

  test("is served in the order of the first polls, and nobody overtakes", () => {
    const [first, second, late] = [new Poller(), new Poller(), new Poller()];
    const [sender, receiver] = mpsc.channel<string>(1);
    sender.trySend("a");
    const sends = [sender.send("b"), sender.send("c")];
    first.poll(sends[0]);
    second.poll(sends[1]);
    receiver.tryRecv();
    expect([first.wakes, second.wakes]).toEqual([1, 0]);
    // The slot is kept for the one who was woken.
    expect(sender.trySend("overtaking")).toBe(false);
    expect(late.poll(sender.send("overtaking"))).toBe(Pending);
    expect(first.poll(sends[0])).toBe(undefined);
    expect(second.poll(sends[1])).toBe(Pending);
    receiver.tryRecv();
    expect([first.wakes, second.wakes]).toEqual([1, 1]);
  });

  test("that is dropped in line leaves it; the one behind is woken in its stead", () => {
    const [first, second] = [new Poller(), new Poller()];
    const [sender, receiver] = mpsc.channel<string>(1);
    sender.trySend("a");
    const sends = [sender.send("b"), sender.send("c")];
    first.poll(sends[0]);
    second.poll(sends[1]);
    sends[0].drop();
    receiver.tryRecv();
    expect([first.wakes, second.wakes]).toEqual([0, 1]);
  });

  test("that is dropped after it was woken passes its slot on, and has not sent", () => {
    const [first, second] = [new Poller(), new Poller()];
    const [sender, receiver] = mpsc.channel<string>(1);
    sender.trySend("a");
    const sends = [sender.send("b"), sender.send("c")];
    first.poll(sends[0]);
    second.poll(sends[1]);
    receiver.tryRecv();
    expect([first.wakes, second.wakes]).toEqual([1, 0]);
    sends[0].drop();
    expect([first.wakes, second.wakes]).toEqual([1, 1]);
    expect(second.poll(sends[1])).toBe(undefined);
    expect(drain(receiver)).toEqual(["c"]);
  });

  test("wakes the waker of the latest poll", () => {
    const [first, second] = [new Poller(), new Poller()];
    const [sender, receiver] = mpsc.channel<number>(1);
    sender.trySend(1);
    const send = sender.send(2);
    first.poll(send);
    second.poll(send);
    receiver.tryRecv();
    expect([first.wakes, second.wakes]).toEqual([0, 1]);
  });

  test("to a closed channel fails, and the error carries the message", () => {
    const task = new Poller();
    for (const end of ["close", "drop"] as const) {
      const [sender, receiver] = mpsc.channel<string>(1);
      receiver[end]();
      for (const attempt of [() => task.poll(sender.send("unsent")), () => sender.trySend("unsent")]) {
        const error = thrownBy(attempt);
        expect(error).toBeInstanceOf(SendError);
        expect(error).toHaveProperty("value", "unsent");
      }
      for (const attempt of [
        () => task.poll(sender.reserve()),
        () => task.poll(sender.reserveMany(1)),
        () => task.poll(sender.reserveMany(0)),
        () => sender.tryReserve(),
        () => sender.tryReserveMany(1),
        () => sender.tryReserveMany(0),
      ]) {
        expect(attempt).toThrow(SendError);
      }
    }
  });

  test("that waits is woken when the channel closes, and fails", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<string>(1);
    sender.trySend("a");
    const send = sender.send("b");
    task.poll(send);
    receiver.drop();
    expect(task.wakes).toBe(1);
    expect(thrownBy(() => task.poll(send))).toHaveProperty("value", "b");
    expect(() => task.poll(send)).toThrow(PolledAfterCompletionError);
  });

  test("within a time limit is a matter of timeout, and what ran out of time was not sent", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<number>(1);
    task.ready(timeout(1000, sender.send(1)));
    const late = timeout(1000, sender.send(2));
    expect(task.poll(late)).toBe(Pending);
    task.runtime.clock.advance(1000);
    task.runtime.timers.fire();
    expect(() => task.poll(late)).toThrow(ElapsedError);
    expect(drain(receiver)).toEqual([1]);
    expect(sender.capacity).toBe(1);
  });

  test("lets others run after a turn's worth of operations", () => {
    const task = new Poller();
    const [sender] = mpsc.channel<number>(1e6);
    expect(task.operationsInOneTurn(() => sender.send(1))).toBe(128);
    expect(task.wakes).toBe(1);
    sender.trySend(1);
    const [closed, receiver] = mpsc.channel<number>(1);
    receiver.close();
    expect(task.operationsInOneTurn(() => closed.send(1))).toBe(128);
    expect(task.operationsInOneTurn(() => closed.closed())).toBe(128);
  });
});

describe("an unbounded channel", () => {
  test("never keeps a sender waiting", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.unboundedChannel<number>();
    for (let i = 0; i < 10_000; i++) sender.send(i);
    expect(receiver.len).toBe(10_000);
    for (let i = 0; i < 10_000; i++) expect(task.ready(receiver.recv())).toBe(i);
    sender.drop();
    expect(task.ready(receiver.recv())).toBe(End);
  });

  test("wakes its receiver, and refuses messages after it was closed or dropped", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.unboundedChannel<string>();
    const recv = receiver.recv();
    task.poll(recv);
    sender.send("a");
    expect([task.wakes, task.poll(recv)]).toEqual([1, "a"]);
    const other = sender.clone();
    receiver.close();
    expect([sender.isClosed, other.isClosed]).toEqual([true, true]);
    expect(thrownBy(() => other.send("b"))).toHaveProperty("value", "b");
    expect(task.ready(receiver.recv())).toBe(End);
  });
});

describe("receiving", () => {
  test("is woken once by the first message, whoever sends it", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<number>(4);
    const recv = receiver.recv();
    expect(task.poll(recv)).toBe(Pending);
    sender.trySend(1);
    sender.trySend(2);
    expect(task.wakes).toBe(1);
    expect(task.poll(recv)).toBe(1);
    expect(() => task.poll(recv)).toThrow(PolledAfterCompletionError);
  });

  test("that is dropped takes nothing with it, also after it was woken", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<number>(4);
    const recv = receiver.recv();
    task.poll(recv);
    sender.trySend(1);
    recv.drop();
    expect(task.ready(receiver.recv())).toBe(1);
    const second = receiver.recv();
    task.poll(second);
    second.drop();
    sender.trySend(2);
    expect(task.wakes).toBe(1);
  });

  test("wakes the waker of the latest poll", () => {
    const [first, second] = [new Poller(), new Poller()];
    const [sender, receiver] = mpsc.channel<number>(1);
    const recv = receiver.recv();
    first.poll(recv);
    second.poll(recv);
    sender.trySend(1);
    expect([first.wakes, second.wakes]).toEqual([0, 1]);
  });

  test("is for one future at a time: a second one that would wait is told so, and the first one loses nothing", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<number>(1);
    const first = receiver.recv();
    task.poll(first);
    expect(() => task.poll(receiver.recv())).toThrow(ReceiverBusyError);
    expect(() => task.poll(receiver.recvMany([], 1))).toThrow(ReceiverBusyError);
    expect(() => receiver.pollRecv(task.runtime.context)).toThrow(ReceiverBusyError);
    sender.trySend(1);
    expect([task.wakes, task.poll(first)]).toEqual([1, 1]);
    const second = receiver.recv();
    task.poll(second);
    second.drop();
    expect(task.poll(receiver.recv())).toBe(Pending);
  });

  test("by one future is not undone when another that was woken before is dropped", () => {
    const [first, second] = [new Poller(), new Poller()];
    const [sender, receiver] = mpsc.channel<number>(1);
    const woken = receiver.recv();
    first.poll(woken);
    sender.trySend(1);
    second.ready(receiver.recv());
    const waiting = receiver.recv();
    second.poll(waiting);
    woken.drop();
    sender.trySend(2);
    expect([first.wakes, second.wakes, second.poll(waiting)]).toEqual([1, 1, 2]);
  });

  test("by polls of the receiver itself goes on with any future later", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<number>(2);
    const { context, waker } = task.runtime;
    context.waker = waker;
    expect(receiver.pollRecv(context)).toBe(Pending);
    sender.trySend(1);
    expect(task.wakes).toBe(1);
    expect(receiver.pollRecv(context)).toBe(1);
    expect(receiver.pollRecv(context)).toBe(Pending);
    const recv = receiver.recv();
    expect(task.poll(recv)).toBe(Pending);
    sender.trySend(2);
    expect([task.wakes, task.poll(recv)]).toEqual([2, 2]);
    const many: number[] = [];
    expect(receiver.pollRecvMany(context, many, 5)).toBe(Pending);
    sender.trySend(3);
    expect([receiver.pollRecvMany(context, many, 5), many]).toEqual([1, [3]]);
    sender.drop();
    expect(receiver.pollRecv(context)).toBe(End);
  });

  test("lets others run after a turn's worth of messages", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.unboundedChannel<number>();
    for (let i = 0; i < 1000; i++) sender.send(i);
    expect(task.operationsInOneTurn(() => receiver.recv())).toBe(128);
    expect(task.wakes).toBe(1);
    sender.drop();
    drain(receiver);
    expect(task.operationsInOneTurn(() => receiver.recv())).toBe(128);
  });

  test("without waiting tells empty from ended", () => {
    const [sender, receiver] = mpsc.channel<string>(5);
    expect(receiver.tryRecv()).toBe(Pending);
    sender.trySend("a");
    expect(receiver.tryRecv()).toBe("a");
    expect(receiver.tryRecv()).toBe(Pending);
    sender.trySend("b");
    sender.drop();
    expect(receiver.tryRecv()).toBe("b");
    expect(receiver.tryRecv()).toBe(End);
  });

  test("without waiting makes room", () => {
    const [sender, receiver] = mpsc.channel<number>(5);
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 5; i++) expect(sender.trySend(i)).toBe(true);
      expect(sender.trySend(5)).toBe(false);
      for (let i = 0; i < 5; i++) expect(receiver.tryRecv()).toBe(i);
      expect(receiver.tryRecv()).toBe(Pending);
    }
  });
});

describe("receiving many", () => {
  test("takes what there is up to the limit, behind what the array has", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<number>(10);
    for (const i of [7, 13, 100, 1002]) sender.trySend(i);
    const into = [0];
    expect(task.ready(receiver.recvMany(into, 3))).toBe(3);
    expect(task.ready(receiver.recvMany(into, 3))).toBe(1);
    expect(into).toEqual([0, 7, 13, 100, 1002]);
    expect(sender.capacity).toBe(10);
  });

  test("waits for the first message, and returns 0 only at the end or for a limit of 0", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<number>(10);
    const into: number[] = [];
    expect(task.ready(receiver.recvMany(into, 0))).toBe(0);
    const recv = receiver.recvMany(into, 5);
    expect(task.poll(recv)).toBe(Pending);
    sender.trySend(1);
    sender.trySend(2);
    expect(task.wakes).toBe(1);
    expect(task.poll(recv)).toBe(2);
    expect(() => task.poll(recv)).toThrow(PolledAfterCompletionError);
    const last = receiver.recvMany(into, 5);
    task.poll(last);
    sender.drop();
    expect([task.wakes, task.poll(last), into]).toEqual([2, 0, [1, 2]]);
  });

  test("from a channel that is closed and idle leaves the array as it is", () => {
    const task = new Poller();
    const [, receiver] = mpsc.channel<number>(1);
    receiver.close();
    const into = [1];
    expect([task.ready(receiver.recvMany(into, 1)), into]).toEqual([0, [1]]);
  });

  test("wakes as many of those in line as it makes room for", () => {
    const tasks = [new Poller(), new Poller(), new Poller()];
    const [sender, receiver] = mpsc.channel<number>(2);
    sender.trySend(1);
    sender.trySend(2);
    const sends = tasks.map((task, i) => {
      const send = sender.send(3 + i);
      task.poll(send);
      return send;
    });
    expect(receiver.tryRecvMany([], 2)).toBe(2);
    expect(tasks.map((task) => task.wakes)).toEqual([1, 1, 0]);
    expect(sends.map((send, i) => tasks[i].poll(send))).toEqual([undefined, undefined, Pending]);
  });

  test("counts as one operation of the turn", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.unboundedChannel<number>();
    for (let i = 0; i < 10_000; i++) sender.send(i);
    expect(task.operationsInOneTurn(() => receiver.recvMany([], 10))).toBe(128);
    expect(receiver.len).toBe(10_000 - 1280);
  });

  test("refuses a limit that is not a count", () => {
    const [, receiver] = mpsc.channel<number>(1);
    for (const limit of [-1, 0.5, Number.NaN]) {
      expect(() => receiver.recvMany([], limit)).toThrow(RangeError);
      expect(() => receiver.tryRecvMany([], limit)).toThrow(RangeError);
    }
  });
});

describe("reserving", () => {
  test("takes a slot that only its permit fills", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<string>(1);
    const permit = task.ready(sender.reserve());
    expect(sender.trySend("other")).toBe(false);
    expect(sender.tryReserve()).toBe(null);
    permit.send("a");
    expect(() => permit.send("b")).toThrow(PermitUsedError);
    permit.drop();
    expect(drain(receiver)).toEqual(["a"]);
    expect(sender.capacity).toBe(1);
  });

  test("waits for a slot that is received from or given back, in turn", () => {
    const [third, fourth] = [new Poller(), new Poller()];
    const [sender, receiver] = mpsc.channel<number>(2);
    const permits = [sender.tryReserve(), sender.tryReserve()];
    const waits = [sender.reserve(), sender.reserve()];
    third.poll(waits[0]);
    fourth.poll(waits[1]);
    permits[0]?.send(1);
    expect(third.wakes).toBe(0);
    receiver.tryRecv();
    expect([third.wakes, fourth.wakes]).toEqual([1, 0]);
    permits[1]?.drop();
    expect([third.wakes, fourth.wakes]).toEqual([1, 1]);
    expect(third.poll(sender.reserve())).toBe(Pending);
  });

  test("with `using` gives the slot back unless it was sent with", () => {
    const [sender, receiver] = mpsc.channel<number>(1);
    {
      using permit = sender.tryReserve();
      expect(permit).not.toBe(null);
      expect(sender.capacity).toBe(0);
    }
    expect(sender.capacity).toBe(1);
    {
      using permit = sender.tryReserve();
      permit?.send(1);
    }
    expect([sender.capacity, receiver.len]).toEqual([0, 1]);
  });

  test("dropped after it was woken passes its slot on", () => {
    const [first, second] = [new Poller(), new Poller()];
    const [sender] = mpsc.channel<number>(1);
    const permit = sender.tryReserve();
    const waits = [sender.reserve(), sender.reserve()];
    first.poll(waits[0]);
    second.poll(waits[1]);
    permit?.drop();
    waits[0].drop();
    expect([first.wakes, second.wakes]).toEqual([1, 1]);
    second.ready(waits[1]).drop();
    expect(sender.capacity).toBe(1);
  });
});

describe("reserving many", () => {
  test("hands out one permit for each slot", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<number>(100);
    for (const reserve of [
      (count: number) => task.ready(sender.reserveMany(count)),
      (count: number) => sender.tryReserveMany(count),
    ]) {
      for (let count = 0; count <= 100; count++) {
        const permits = reserve(count);
        expect([permits?.len, sender.capacity]).toEqual([count, 100 - count]);
        let i = 0;
        for (const permit of permits ?? []) permit.send(i++);
        expect(drain(receiver)).toEqual(Array.from({ length: count }, (_, k) => k));
        expect(sender.capacity).toBe(100);
      }
    }
  });

  test("takes all or nothing when it does not wait", () => {
    const [sender, receiver] = mpsc.channel<number>(3);
    const permits = sender.tryReserveMany(3);
    expect(sender.tryReserveMany(1)).toBe(null);
    expect(sender.tryReserveMany(0)?.len).toBe(0);
    permits?.next().value?.send(1);
    expect([permits?.len, sender.capacity]).toEqual([2, 0]);
    permits?.drop();
    expect(sender.capacity).toBe(2);
    expect(sender.tryReserveMany(3)).toBe(null);
    expect(sender.tryReserveMany(4)).toBe(null);
    expect(sender.capacity).toBe(2);
    receiver.tryRecv();
    expect(sender.tryReserveMany(3)?.len).toBe(3);
  });

  test("gathers slots as they come free, and later wishes do not get ahead", () => {
    const [many, one] = [new Poller(), new Poller()];
    const [sender] = mpsc.channel<number>(3);
    const held = [sender.tryReserve(), sender.tryReserve(), sender.tryReserve()];
    const gathering = sender.reserveMany(2);
    const behind = sender.reserve();
    many.poll(gathering);
    one.poll(behind);
    held[0]?.drop();
    expect([many.wakes, one.wakes, sender.tryReserve()]).toEqual([0, 0, null]);
    expect(many.poll(gathering)).toBe(Pending);
    held[1]?.drop();
    expect([many.wakes, one.wakes]).toEqual([1, 0]);
    held[2]?.drop();
    expect([many.wakes, one.wakes]).toEqual([1, 1]);
    expect(many.ready(gathering).len).toBe(2);
  });

  test("dropped while it gathers gives what it has to the next, and the rest back", () => {
    const [many, one] = [new Poller(), new Poller()];
    const [sender] = mpsc.channel<number>(3);
    const held = sender.tryReserve();
    const gathering = sender.reserveMany(3);
    const behind = sender.reserve();
    many.poll(gathering);
    one.poll(behind);
    gathering.drop();
    expect([many.wakes, one.wakes]).toEqual([0, 1]);
    one.ready(behind).drop();
    held?.drop();
    expect(sender.capacity).toBe(3);
  });

  test("left early in a loop gives back what was not handed out", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<number>(5);
    const waiting = sender.reserveMany(5);
    for (const permit of task.ready(sender.reserveMany(5))) {
      task.poll(waiting);
      permit.send(1);
      break;
    }
    expect(task.wakes).toBe(0);
    receiver.tryRecv();
    expect(task.wakes).toBe(1);
    {
      using permits = task.ready(waiting);
      expect(permits.len).toBe(5);
    }
    expect(sender.capacity).toBe(5);
  });

  test("refuses a count that can never be had", () => {
    const [sender] = mpsc.channel<number>(2);
    for (const count of [3, -1, 0.5, Infinity]) expect(() => sender.reserveMany(count)).toThrow(RangeError);
    for (const count of [-1, 0.5, Infinity]) expect(() => sender.tryReserveMany(count)).toThrow(RangeError);
  });
});

describe("the end of an mpsc channel", () => {
  test("wakes a receiver that waits when the last sender is dropped, and not before", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<number>(1);
    const other = sender.clone();
    const recv = receiver.recv();
    task.poll(recv);
    sender.drop();
    sender.drop();
    expect([task.wakes, receiver.isClosed]).toEqual([0, false]);
    other.drop();
    expect([task.wakes, task.poll(recv), receiver.isClosed]).toEqual([1, End, true]);
  });

  test("comes after the messages that were sent before the receiver closed", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<number>(4);
    sender.trySend(1);
    sender.trySend(2);
    receiver.close();
    receiver.close();
    expect([1, 2, 3].map(() => task.ready(receiver.recv()))).toEqual([1, 2, End]);
  });

  test("waits for a permit that was held when the receiver closed", () => {
    const [task, other] = [new Poller(), new Poller()];
    const [sender, receiver] = mpsc.channel<number>(1);
    const permit = sender.tryReserve();
    const refused = sender.reserve();
    other.poll(refused);
    receiver.close();
    expect(other.wakes).toBe(1);
    expect(() => other.poll(refused)).toThrow(SendError);
    const recv = receiver.recv();
    expect([task.poll(recv), receiver.tryRecv()]).toEqual([Pending, Pending]);
    permit?.send(123);
    expect([task.wakes, task.poll(recv)]).toEqual([1, 123]);
    expect(task.ready(receiver.recv())).toBe(End);
  });

  test("comes when the last permit is given back, single or of many", () => {
    for (const reserve of ["tryReserve", "one of many"] as const) {
      const task = new Poller();
      const [sender, receiver] = mpsc.channel<number>(100);
      const permit = reserve === "tryReserve" ? sender.tryReserve() : sender.tryReserveMany(1);
      receiver.close();
      const recv = receiver.recv();
      expect(task.poll(recv)).toBe(Pending);
      permit?.drop();
      expect([task.wakes, task.poll(recv)]).toEqual([1, End]);
    }
  });

  test("waits for slots that a refused reservation was already given: it returns them when it fails", () => {
    const [task, other] = [new Poller(), new Poller()];
    const [sender, receiver] = mpsc.channel<number>(2);
    const permit = sender.tryReserve();
    const reserve = sender.reserveMany(2);
    other.poll(reserve);
    receiver.close();
    const recv = receiver.recv();
    task.poll(recv);
    permit?.drop();
    expect(task.wakes).toBe(0);
    expect(() => other.poll(reserve)).toThrow(SendError);
    expect([task.wakes, task.poll(recv)]).toEqual([1, End]);
  });

  test("waits for them also when it is dropped instead", () => {
    const waits: ((sender: mpsc.Sender<number>) => Future<unknown>)[] = [(s) => s.reserve(), (s) => s.send(1)];
    for (const make of waits) {
      const [task, other] = [new Poller(), new Poller()];
      const [sender, receiver] = mpsc.channel<number>(1);
      const permit = sender.tryReserve();
      const waiting = make(sender);
      other.poll(waiting);
      permit?.drop();
      expect(other.wakes).toBe(1);
      receiver.close();
      const recv = receiver.recv();
      expect(task.poll(recv)).toBe(Pending);
      waiting.drop();
      expect([task.wakes, task.poll(recv)]).toEqual([1, End]);
    }
  });

  test("does not come while a permit or a waiting send is left of the senders", () => {
    const [task, other] = [new Poller(), new Poller()];
    const [sender, receiver] = mpsc.channel<string>(1);
    const weak = sender.downgrade();
    const permit = sender.tryReserve();
    const send = sender.send("late");
    other.poll(send);
    sender.drop();
    expect(receiver.isClosed).toBe(false);
    permit?.send("early");
    expect([receiver.isClosed, task.ready(receiver.recv()), other.wakes]).toEqual([false, "early", 1]);
    const revived = weak.upgrade();
    expect(revived?.strongCount).toBe(1);
    revived?.drop();
    expect(task.poll(receiver.recv())).toBe(Pending);
    expect(other.poll(send)).toBe(undefined);
    expect(receiver.isClosed).toBe(true);
    expect([task.wakes, receiver.tryRecv(), receiver.tryRecv()]).toEqual([1, "late", End]);
  });

  test("is final: a send made before and polled after it fails, as nobody would receive", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<string>(1);
    const stray = sender.send("stray");
    sender.drop();
    expect(task.ready(receiver.recv())).toBe(End);
    expect(thrownBy(() => task.poll(stray))).toHaveProperty("value", "stray");
  });

  test("by dropping the receiver forgets what was not received, and what permits send afterwards", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<object>(100);
    sender.trySend({});
    const permit = sender.tryReserve();
    receiver.drop();
    receiver.drop();
    permit?.send({});
    expect([receiver.len, receiver.isEmpty, receiver.capacity]).toEqual([0, true, 100]);
    expect([receiver.tryRecv(), task.ready(receiver.recv())]).toEqual([End, End]);
  });

  test("by dropping the receiver wakes whoever still waits for it", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<number>(1);
    const permit = sender.tryReserve();
    const recv = receiver.recv();
    task.poll(recv);
    receiver.drop();
    expect([task.wakes, task.poll(recv)]).toEqual([1, End]);
    permit?.drop();
    expect(task.wakes).toBe(1);
    const [other, closed] = mpsc.channel<number>(1);
    using _held = other.tryReserve();
    closed.close();
    const last = closed.recv();
    expect(task.poll(last)).toBe(Pending);
    closed.drop();
    expect([task.wakes, task.poll(last)]).toEqual([2, End]);
  });

  test("is what closed() waits for on each sender", () => {
    const tasks = [new Poller(), new Poller()];
    const [sender, receiver] = mpsc.channel<number>(1);
    const other = sender.clone();
    const waits = [sender.closed(), other.closed()];
    expect(waits.map((wait, i) => tasks[i].poll(wait))).toEqual([Pending, Pending]);
    expect([sender.isClosed, other.isClosed]).toEqual([false, false]);
    receiver.close();
    expect(tasks.map((task) => task.wakes)).toEqual([1, 1]);
    expect(waits.map((wait, i) => tasks[i].poll(wait))).toEqual([undefined, undefined]);
    expect(tasks[0].ready(sender.closed())).toBe(undefined);
    receiver.drop();
    expect(tasks.map((task) => task.wakes)).toEqual([1, 1]);
  });
});

describe("a receiver's view", () => {
  test("isClosed says that nobody may begin to send, not that nothing is left", () => {
    const [sender, receiver] = mpsc.channel<number>(2);
    expect(receiver.isClosed).toBe(false);
    sender.trySend(1);
    sender.trySend(2);
    expect(receiver.isClosed).toBe(false);
    receiver.close();
    expect([receiver.isClosed, receiver.len]).toEqual([true, 2]);
    const [other, drained] = mpsc.channel<number>(2);
    other.trySend(1);
    other.drop();
    expect([drained.isClosed, drained.len]).toEqual([true, 1]);
  });

  test("len and isEmpty follow the messages, whatever becomes of the senders", () => {
    for (const end of ["none", "close", "dropSender", "dropSender, close", "close, dropSender"]) {
      for (const [sender, receiver] of [mpsc.channel<number>(100), mpsc.unboundedChannel<number>()]) {
        expect([receiver.len, receiver.isEmpty]).toEqual([0, true]);
        for (let i = 0; i < 33; i++) {
          if (sender instanceof mpsc.Sender) sender.trySend(i);
          else sender.send(i);
        }
        for (const step of end.split(", ")) {
          if (step === "close") receiver.close();
          if (step === "dropSender") sender.drop();
        }
        for (let left = 33; left > 0; left--) {
          expect([receiver.len, receiver.isEmpty]).toEqual([left, false]);
          receiver.tryRecv();
        }
        expect([receiver.len, receiver.isEmpty]).toEqual([0, true]);
      }
    }
  });

  test("capacity counts what is neither taken nor reserved, seen from both sides", () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<number>(100);
    const look = () => [sender.capacity, receiver.capacity, sender.maxCapacity, receiver.maxCapacity];
    expect(look()).toEqual([100, 100, 100, 100]);
    const permits = Array.from({ length: 98 }, () => sender.tryReserve());
    expect(look()).toEqual([2, 2, 100, 100]);
    task.ready(sender.send(1));
    expect(look()).toEqual([1, 1, 100, 100]);
    permits[0]?.send(1);
    expect(look()).toEqual([1, 1, 100, 100]);
    permits[1]?.drop();
    receiver.tryRecv();
    expect(look()).toEqual([3, 3, 100, 100]);
  });
});

describe("the senders of an mpsc channel", () => {
  test("are counted", () => {
    const [sender, receiver] = mpsc.channel<number>(1);
    const other = sender.clone();
    expect([sender.strongCount, receiver.senderStrongCount]).toEqual([2, 2]);
    other.drop();
    expect(sender.strongCount).toBe(1);
  });

  test("know whether they send into the same channel", () => {
    const [sender] = mpsc.channel<number>(1);
    expect(sender.sameChannel(sender.clone())).toBe(true);
    expect(sender.sameChannel(mpsc.channel<number>(1)[0])).toBe(false);
  });

  test("are of no use once dropped, and say so", () => {
    const [sender] = mpsc.channel<number>(1);
    const [unbounded] = mpsc.unboundedChannel<number>();
    sender.drop();
    unbounded.drop();
    for (const use of [
      () => sender.send(1),
      () => sender.trySend(1),
      () => sender.reserve(),
      () => sender.reserveMany(1),
      () => sender.tryReserve(),
      () => sender.tryReserveMany(1),
      () => sender.clone(),
      () => sender.downgrade(),
      () => sender.closed(),
      () => sender.isClosed,
      () => sender.capacity,
      () => unbounded.send(1),
      () => unbounded.clone(),
    ]) {
      expect(use).toThrow(SenderDroppedError);
    }
  });

  test("that are weak keep nothing open, and find their way back as long as a strong one is left", () => {
    const [sender, receiver] = mpsc.channel<number>(1);
    const weak = sender.downgrade();
    expect(sender.strongCount).toBe(1);
    const upgraded = weak.upgrade();
    expect(upgraded?.sameChannel(sender)).toBe(true);
    upgraded?.trySend(1);
    upgraded?.drop();
    sender.drop();
    expect([weak.upgrade(), receiver.isClosed]).toEqual([null, true]);
    expect([receiver.tryRecv(), receiver.tryRecv()]).toEqual([1, End]);
  });

  test("that are weak work alike for an unbounded channel, and while the receiver has closed it", () => {
    const [sender, receiver] = mpsc.unboundedChannel<number>();
    const weak = sender.downgrade();
    expect(weak.upgrade()?.sameChannel(sender)).toBe(true);
    expect(sender.strongCount).toBe(2);
    receiver.close();
    expect(weak.upgrade()?.isClosed).toBe(true);
    const [other, ended] = mpsc.unboundedChannel<number>();
    const lost = other.downgrade();
    other.drop();
    expect([lost.upgrade(), ended.tryRecv()]).toEqual([null, End]);
  });
});
