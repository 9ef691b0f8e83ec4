// The bounded channel, as mpsc and as oneshot: each message arrives once and in its sender's order, nobody waits while there is
// room or a message, and both ends learn that the other is gone.
import assert from "node:assert/strict";
import type { Model } from "@pollab/interleave";
import { describe, it } from "vitest";
import { Ended, NoPlace } from "../../src/memory/channel.ts";
import type { Words } from "../../src/memory/words.ts";
import { expectCorrect, expectEachOnce, expectNoticed, instead, withoutNotify } from "./support.ts";
import { channelWords, type Task, World } from "./tasks.ts";

/** One end, as its task has it. */
interface End {
  readonly task: Task;
  readonly at: number;
  readonly words: Words;
}

interface Setting {
  readonly name: string;
  readonly capacity: number;
  readonly senders: number;
  readonly threads: Readonly<Record<string, (end: End) => unknown>>;
  readonly check?: (results: Readonly<Record<string, unknown>>) => void;
}

function channelModel({ capacity, check, name, senders, threads }: Setting): Model {
  return {
    name: `channel: ${name}`,
    setup(memory) {
      const count = Object.keys(threads).length;
      const world = new World(memory, count + 1, channelWords(capacity, 1));
      const { thing: at, words } = world;
      const { channels } = world.task(count + 1);
      channels.initialise(at, capacity, 1);
      for (let sender = 1; sender < senders; sender++) channels.addSender(at);
      const bodies = Object.entries(threads).map(([thread, body], i) => [
        thread,
        () => body({ task: world.task(i + 1), at, words }),
      ]);
      return {
        threads: Object.fromEntries(bodies) as Record<string, () => unknown>,
        check: (results) => check?.(results),
      };
    },
  };
}

/** @returns whether the message was taken */
function send({ at, task, words }: End, message: number): boolean {
  for (;;) {
    const place = task.channels.beginSend(at, task.number, task.generation);
    if (place === Ended) return false;
    if (place !== NoPlace) {
      words[place] = message;
      task.channels.commitSend(at);
      return true;
    }
    task.sleep();
  }
}

const sends =
  (...messages: readonly number[]) =>
  (end: End): boolean[] => {
    const sent = messages.map((message) => send(end, message));
    end.task.channels.dropSender(end.at);
    return sent;
  };

/** @returns undefined when there will be none any more */
function receive({ at, task, words }: End): number | undefined {
  for (;;) {
    const place = task.channels.beginReceive(at, task.number, task.generation);
    if (place === Ended) return undefined;
    if (place !== NoPlace) {
      const message = words[place];
      task.channels.commitReceive(at);
      return message;
    }
    task.sleep();
  }
}

function receiveAll(end: End): number[] {
  const messages: number[] = [];
  for (let message = receive(end); message !== undefined; message = receive(end)) messages.push(message);
  return messages;
}

function receivedIn(results: Readonly<Record<string, unknown>>): number[] {
  return results["receiver"] as number[]; // As `receiveAll` returns it.
}

const oneToOne: Setting = {
  name: "mpsc, one sender and more messages than places",
  capacity: 1,
  senders: 1,
  threads: { sender: sends(1, 2, 3), receiver: receiveAll },
  check: (results) => assert.deepEqual(receivedIn(results), [1, 2, 3]),
};

const twoToOne: Setting = {
  name: "mpsc, two senders and one place",
  capacity: 1,
  senders: 2,
  threads: { a: sends(1, 2), b: sends(3), receiver: receiveAll },
  check(results) {
    const received = receivedIn(results);
    expectEachOnce(received, [1, 2, 3]);
    assert.ok(received.indexOf(1) < received.indexOf(2), "in the order of the sender");
  },
};

const givesUp: Setting = {
  name: "mpsc, a sender that does not come for its place",
  capacity: 1,
  senders: 2,
  threads: {
    fickle({ at, task, words }) {
      const place = task.channels.beginSend(at, task.number, task.generation);
      if (place === NoPlace) task.channels.forgo(at, task.number);
      else {
        words[place] = 1;
        task.channels.commitSend(at);
      }
      task.channels.dropSender(at);
      return place !== NoPlace;
    },
    sender: sends(2, 3),
    receiver: receiveAll,
  },
  check(results) {
    expectEachOnce(receivedIn(results), results["fickle"] === true ? [1, 2, 3] : [2, 3]);
  },
};

const receiverLeaves: Setting = {
  name: "mpsc, the receiver leaves",
  capacity: 1,
  senders: 2,
  threads: {
    a: sends(1, 2),
    b: sends(3),
    receiver(end) {
      const first = receive(end);
      const { at, task } = end;
      assert.equal(task.channels.closeReceiver(at), true);
      const rest = receiveAll(end);
      task.channels.dropReceiver(at);
      return [first, ...rest];
    },
  },
  check(results) {
    const sent = [...(results["a"] as boolean[]), ...(results["b"] as boolean[])]; // As `sends` returns it.
    const messages = [1, 2, 3].filter((_, i) => sent[i]);
    expectEachOnce(receivedIn(results), messages);
  },
};

const oneshot: Setting = {
  name: "oneshot",
  capacity: 1,
  senders: 1,
  threads: { sender: sends(1), receiver: (end) => [receive(end)] },
  check: (results) => assert.deepEqual(receivedIn(results), [1]),
};

const oneshotDropped: Setting = {
  name: "oneshot whose sender goes away",
  capacity: 1,
  senders: 1,
  threads: { sender: sends(), receiver: (end) => [receive(end)] },
  check: (results) => assert.deepEqual(receivedIn(results), [undefined]),
};

/** Whoever drops the last end frees the channel: one of them. */
const frees: Setting = {
  name: "the last end is dropped by one",
  capacity: 1,
  senders: 2,
  threads: {
    a: ({ at, task }) => task.channels.dropSender(at),
    b: ({ at, task }) => task.channels.dropSender(at),
    receiver({ at, task }) {
      task.channels.closeReceiver(at);
      return task.channels.dropReceiver(at);
    },
  },
  check: (results) => assert.equal(Object.values(results).filter((isLast) => isLast === true).length, 1),
};

describe("a channel", () => {
  it.each([
    { setting: oneToOne, preemptions: 3 },
    { setting: twoToOne, preemptions: 2 },
    { setting: givesUp, preemptions: 2 },
    { setting: receiverLeaves, preemptions: 2 },
    { setting: oneshot, preemptions: Infinity },
    { setting: oneshotDropped, preemptions: Infinity },
    { setting: frees, preemptions: 4 },
  ])("$setting.name", ({ setting, preemptions }) => {
    expectCorrect(channelModel(setting), { preemptions });
  });
});

describe("a model notices when", () => {
  it("the receiver is not woken", () => {
    expectNoticed(channelModel(oneshot), withoutNotify("woken[2]"), {}, ["deadlock"]);
  });

  it("a sender is not woken", () => {
    expectNoticed(
      channelModel(oneToOne),
      instead("store", "woken[1]", () => 0),
      {},
      ["deadlock"],
    );
  });

  it("what the lock protects is touched without it", () => {
    const unlocked = instead("compareExchange", "lock", () => 0);
    expectNoticed(channelModel(twoToOne), unlocked, {}, ["race", "assertion"]);
  });
});
