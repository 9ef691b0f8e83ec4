import { describe, expect, test } from "vitest";
import { type Future, Pending } from "../src/future/index.ts";
import { broadcast, mpsc, oneshot, watch } from "../src/sync/index.ts";
import { whatIsHeld } from "./support/garbage.ts";
import { Poller } from "./support/poller.ts";

describe("a message", () => {
  test("in an mpsc channel is held until it is received, or the receiver dropped", async () => {
    const [sender, receiver] = mpsc.channel<object>(4);
    const held = await whatIsHeld(() => {
      const messages = [{}, {}];
      for (const message of messages) sender.trySend(message);
      receiver.tryRecv();
      return messages;
    });
    expect(held).toEqual([false, true]);
    const [other, dropped] = mpsc.channel<object>(4);
    const permit = other.tryReserve();
    const afterDrop = await whatIsHeld(() => {
      const messages = [{}, {}];
      other.trySend(messages[0]);
      dropped.drop();
      permit?.send(messages[1]);
      return messages;
    });
    expect(afterDrop).toEqual([false, false]);
    expect([sender.isClosed, receiver.len, other.isClosed, dropped.len]).toEqual([false, 1, true, 0]);
  });

  test("is not held by a send that has ended, however it ended", async () => {
    const task = new Poller();
    const [sender, receiver] = mpsc.channel<object>(1);
    const sends: object[] = [];
    const held = await whatIsHeld(() => {
      const messages = [{}, {}, {}];
      const [sent, waited, dropped] = messages.map((message) => sender.send(message));
      task.ready(sent);
      expect(task.poll(waited)).toBe(Pending);
      receiver.tryRecv();
      task.ready(waited);
      receiver.tryRecv();
      dropped.drop();
      sends.push(sent, waited, dropped);
      return messages;
    });
    expect([held, sends.length]).toEqual([[false, false, false], 3]);
  });

  test("in a broadcast channel is held until the last receiver has it, lost it or was dropped", async () => {
    const [sender, first] = broadcast.channel<object>(2);
    const second = sender.subscribe();
    const held = await whatIsHeld(() => {
      const messages = [{}, {}, {}];
      for (const message of messages) sender.send(message);
      second.drop();
      expect(() => first.tryRecv()).toThrow("missed 1");
      first.tryRecv();
      return messages;
    });
    expect(held).toEqual([false, false, true]);
    expect([sender.len, first.len, second.len]).toEqual([1, 1, 0]);
  });

  test("in a oneshot channel is not held once it was received, or the receiver dropped", async () => {
    const channels = [oneshot.channel<object>(), oneshot.channel<object>()];
    const held = await whatIsHeld(() => {
      const messages = [{}, {}];
      channels.forEach(([sender], i) => sender.send(messages[i]));
      channels[0][1].tryRecv();
      channels[1][1].drop();
      return messages;
    });
    expect([held, channels.map(([sender]) => sender.isClosed)]).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  test("in a watch channel is held until the next one", async () => {
    const [sender, receiver] = watch.channel<object>({});
    const held = await whatIsHeld(() => {
      const messages = [{}, {}];
      for (const message of messages) sender.send(message);
      return messages;
    });
    expect([held, receiver.isUnseen]).toEqual([[false, true], true]);
  });
});

describe("a task", () => {
  test("is not held by a channel once what it waited for has come, or was dropped", async () => {
    const [sender, receiver] = mpsc.channel<number>(1);
    const [answer, answered] = oneshot.channel<number>();
    const [publisher, subscriber] = broadcast.channel<number>(1);
    const [setter, watcher] = watch.channel(0);
    const held = await whatIsHeld(() => {
      const tasks = Array.from({ length: 6 }, () => new Poller());
      const waits: Future<unknown>[] = [
        receiver.recv(),
        subscriber.recv(),
        watcher.changed(),
        sender.closed(),
        answer.closed(),
      ];
      waits.forEach((wait, i) => tasks[i].poll(wait));
      tasks[5].poll(answered);
      sender.trySend(1);
      publisher.send(1);
      setter.send(1);
      for (const wait of waits) wait.drop();
      answered.drop();
      return tasks.map((task) => task.runtime.waker);
    });
    expect(held).toEqual([false, false, false, false, false, false]);
    expect([sender.isClosed, answer.isClosed, publisher.isClosed, setter.isClosed]).toEqual([
      false,
      true,
      false,
      false,
    ]);
    expect([receiver.len, subscriber.len, watcher.isUnseen]).toEqual([1, 1, true]);
  });
});
