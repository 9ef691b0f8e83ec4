import { describe, expect, test } from "vitest";
import { type Future, Pending } from "../src/future/index.ts";
import { broadcast, mpsc, oneshot, watch } from "../src/sync/index.ts";
import { expectDroppableEverywhere } from "./support/drop-everywhere.ts";
import { Poller } from "./support/poller.ts";

interface Case {
  readonly future: Future<unknown>;
  /** Each wakes the future once; the last one ends it. */
  readonly events: readonly (() => void)[];
  /** After the future was dropped: nothing that it held or was given may be missing. */
  readonly expectIntact: () => void;
}

/** A bounded channel of one slot, which is taken. */
function fullChannel(): [mpsc.Sender<string>, mpsc.Receiver<string>] {
  const [sender, receiver] = mpsc.channel<string>(1);
  sender.trySend("first");
  return [sender, receiver];
}

/** Whatever was sent is received, but never what the dropped future would have sent; then every slot is free. */
function expectAllSlots(sender: mpsc.Sender<string>, receiver: mpsc.Receiver<string>): void {
  const left: string[] = [];
  receiver.tryRecvMany(left, 10);
  expect(left).not.toContain("dropped");
  expect(sender.capacity).toBe(sender.maxCapacity);
  expect(sender.trySend("next")).toBe(true);
  expect(receiver.tryRecv()).toBe("next");
}

const cases: Record<string, () => Case> = {
  "mpsc send": () => {
    const [sender, receiver] = fullChannel();
    return {
      future: sender.send("dropped"),
      events: [() => receiver.tryRecv()],
      expectIntact: () => expectAllSlots(sender, receiver),
    };
  },
  "mpsc send to a channel that closes": () => {
    const [sender, receiver] = fullChannel();
    return {
      future: sender.send("dropped"),
      events: [() => receiver.close()],
      expectIntact: () => {
        receiver.tryRecv();
        expect([sender.capacity, receiver.isEmpty]).toEqual([1, true]);
      },
    };
  },
  "mpsc reserve": () => {
    const [sender, receiver] = fullChannel();
    return {
      future: sender.reserve(),
      events: [() => receiver.tryRecv()],
      expectIntact: () => expectAllSlots(sender, receiver),
    };
  },
  "mpsc reserveMany that has a part of its slots": () => {
    const [sender, receiver] = mpsc.channel<string>(3);
    sender.trySend("first");
    return {
      future: sender.reserveMany(3),
      events: [() => receiver.tryRecv()],
      expectIntact: () => expectAllSlots(sender, receiver),
    };
  },
  "mpsc recv": () => {
    const [sender, receiver] = mpsc.channel<string>(2);
    return {
      future: receiver.recv(),
      events: [
        () => {
          sender.trySend("taken by another");
          receiver.tryRecv();
        },
        () => sender.trySend("kept"),
      ],
      expectIntact: () => {
        sender.trySend("later");
        expect(["kept", "later"]).toContain(new Poller().ready(receiver.recv()));
      },
    };
  },
  "mpsc recvMany": () => {
    const [sender, receiver] = mpsc.channel<string>(2);
    const into: string[] = [];
    return {
      future: receiver.recvMany(into, 2),
      events: [() => sender.trySend("kept")],
      expectIntact: () => {
        expect([into, receiver.len]).toEqual([[], 2 - sender.capacity]);
      },
    };
  },
  "mpsc closed": () => {
    const [sender, receiver] = mpsc.channel<string>(1);
    return { future: sender.closed(), events: [() => receiver.drop()], expectIntact: () => sender.drop() };
  },
  "oneshot receiver": () => {
    const [sender, receiver] = oneshot.channel<string>();
    return {
      future: receiver,
      // It is dropped together with its side of the channel, so the sender may find nobody.
      events: [() => void (sender.isClosed || sender.send("value"))],
      expectIntact: () => expect([sender.isClosed, receiver.isEmpty]).toEqual([true, true]),
    };
  },
  "oneshot closed": () => {
    const [sender, receiver] = oneshot.channel<string>();
    return { future: sender.closed(), events: [() => receiver.close()], expectIntact: () => sender.drop() };
  },
  "broadcast recv": () => {
    const [sender, receiver] = broadcast.channel<string>(2);
    return {
      future: receiver.recv(),
      events: [
        () => {
          sender.send("taken by another");
          receiver.tryRecv();
        },
        () => sender.send("kept"),
      ],
      expectIntact: () => {
        sender.send("later");
        expect(["kept", "later"]).toContain(new Poller().ready(receiver.recv()));
      },
    };
  },
  "broadcast closed, while receivers come and go": () => {
    const [sender, first] = broadcast.channel<string>(1);
    let second: broadcast.Receiver<string> | null = null;
    return {
      future: sender.closed(),
      events: [
        () => {
          first.drop();
          second = sender.subscribe();
        },
        () => second?.drop(),
      ],
      expectIntact: () => sender.drop(),
    };
  },
  "watch changed": () => {
    const [sender, receiver] = watch.channel(0);
    return {
      future: receiver.changed(),
      events: [
        () => {
          sender.send(1);
          receiver.markUnchanged();
        },
        () => sender.send(2),
      ],
      expectIntact: () => {
        sender.send(3);
        expect(new Poller().ready(receiver.changed())).toBe(undefined);
      },
    };
  },
  "watch waitFor": () => {
    const [sender, receiver] = watch.channel(0);
    return {
      future: receiver.waitFor((value) => value === 3),
      events: [1, 2, 3].map((value) => () => sender.send(value)),
      expectIntact: () => expect(new Poller().poll(receiver.waitFor((value) => value < 0))).toBe(Pending),
    };
  },
  "watch closed": () => {
    const [sender, receiver] = watch.channel(0);
    return { future: sender.closed(), events: [() => receiver.drop()], expectIntact: () => sender.drop() };
  },
};

describe.each(Object.entries(cases))("%s", (_name, make) => {
  test("can be dropped after each poll and each event", () => {
    expectDroppableEverywhere(() => make());
  });

  test("dropped there, is not woken by what happens later, and takes nothing with it", () => {
    const { events } = make();
    for (let polls = 0; polls <= events.length; polls++) {
      for (const behind of ["poll", "event"] as const) {
        const task = new Poller();
        const tried = make();
        for (let i = 0; i < polls; i++) {
          expect(task.poll(tried.future)).toBe(Pending);
          if (i + 1 < polls || behind === "event") tried.events[i]();
        }
        tried.future.drop();
        const { wakes } = task;
        const next = behind === "event" || polls === 0 ? polls : polls - 1;
        for (const event of tried.events.slice(next)) event();
        tried.expectIntact();
        expect(task.wakes).toBe(wakes);
      }
    }
  });
});
