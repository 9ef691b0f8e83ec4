import { Pending } from "@pollab/runtime-core/future";
import { End } from "@pollab/runtime-core/stream";
import { RecvError, SendError } from "@pollab/runtime-core/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bytes,
  f64,
  HeapFullError,
  i32,
  i64,
  oneshotSenderOf,
  SemaphoreClosedError,
  StaleHandleError,
  struct,
} from "../src/index.ts";
import * as tasks from "./fixtures/tasks.ts";
import { coroutines, expectNothingLeft, failureOf, shared, start } from "./support.ts";

describe("a channel", () => {
  test("carries messages from several tasks to one, in the order of each", async () => {
    const runtime = await shared();
    for (const capacity of [1, 2, 7, 100]) {
      const [to, from] = runtime.channel(i32, capacity);
      const consumer = runtime.spawn(tasks.consumer, { from });
      const producers = [1, 2, 3, 4].map((i) =>
        runtime.spawn(tasks.producer, { first: i * 1_000_000 + 1, count: 2000, to }),
      );
      to.close();
      from.close();
      const expected = [1, 2, 3, 4].reduce((sum, i) => sum + 2000 * (i * 1_000_000) + 2000 * 1000.5, 0);
      expect(await consumer.result()).toEqual({ count: 8000, sum: expected, outOfOrder: 0 });
      for (const producer of producers) await producer.result();
    }
    await expectNothingLeft(runtime);
  });

  test("holds senders back when it is full", async () => {
    const runtime = await shared();
    const [to, from] = runtime.channel(i32, 3);
    const producer = runtime.spawn(tasks.producer, { first: 1, count: 10, to });
    await expect.poll(() => from.length).toBe(3);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(from.length).toBe(3);
    expect(to.trySend(99)).toBe(false);
    expect(await from.recv().promise()).toBe(1);
    await expect.poll(() => from.length).toBe(3);
    for (let i = 2; i <= 10; i++) expect(await from.recv().promise()).toBe(i);
    expect(from.tryRecv()).toBe(Pending);
    await producer.result();
    to.close();
    expect(await from.recv().promise()).toBe(End);
    from.close();
    await expectNothingLeft(runtime);
  });

  test("lets the main thread wait for room, and gives it its turn", async () => {
    const runtime = await shared();
    const [to, from] = runtime.channel(i32, 1);
    const sent: number[] = [];
    const all = [1, 2, 3].map(async (value) => {
      await to.send(value).promise();
      sent.push(value);
    });
    await Promise.resolve();
    expect(from.tryRecv()).toBe(1);
    expect(await from.recv().promise()).toBe(2);
    expect(await from.recv().promise()).toBe(3);
    await Promise.all(all);
    expect(sent).toEqual([1, 2, 3]);
    to.close();
    from.close();
    await expectNothingLeft(runtime);
  });

  test("fails senders, waiting ones too, when the receiver is gone", async () => {
    const runtime = await shared();
    const [to, from] = runtime.channel(i32, 1);
    const producer = runtime.spawn(tasks.producer, { first: 1, count: 10, to });
    await expect.poll(() => from.length).toBe(1);
    const waiting = failureOf(to.send(2).promise());
    from.close();
    expect(await waiting).toBeInstanceOf(SendError);
    expect(() => to.trySend(3)).toThrow(SendError);
    expect(await failureOf(producer.result())).toMatchObject({ cause: { name: "SendError" } });
    to.close();
    await expectNothingLeft(runtime);
  });

  test("is stopped by its receiver, which gets what was sent before", async () => {
    const runtime = await shared();
    const [to, from] = runtime.channel(i32, 4);
    to.trySend(1);
    to.trySend(2);
    from.stop();
    expect(() => to.trySend(3)).toThrow(SendError);
    expect([from.tryRecv(), from.tryRecv(), from.tryRecv()]).toEqual([1, 2, End]);
    to.close();
    from.close();
    await expectNothingLeft(runtime);
  });

  test("gives the turn of a sender that was aborted to the next", async () => {
    const runtime = await start();
    const [to, from] = runtime.channel(i32, 1);
    to.trySend(0);
    const first = runtime.spawn(tasks.producer, { first: 1, count: 1, to });
    await expect.poll(() => runtime.metrics().workers.reduce((sum, { polls }) => sum + polls, 0)).toBe(1);
    const second = runtime.spawn(tasks.producer, { first: 2, count: 1, to });
    await expect.poll(() => runtime.metrics().workers.reduce((sum, { polls }) => sum + polls, 0)).toBe(2);
    first.abort();
    expect(await from.recv().promise()).toBe(0);
    expect(await from.recv().promise()).toBe(2);
    await second.result();
    expect(await failureOf(first.result())).toMatchObject({ reason: "cancelled" });
    to.close();
    from.close();
    await expectNothingLeft(runtime);
  });

  test("gives the turn of a sender that does not ask for it any more to the next", async () => {
    const runtime = await start();
    const [to, from] = runtime.channel(i32, 1);
    const [told, news] = runtime.channel(i32, 1);
    const stop = runtime.token();
    to.trySend(0);
    const quitter = runtime.spawn(tasks.quitter, { to, stop, told });
    const polls = (): number => runtime.metrics().workers.reduce((sum, metrics) => sum + metrics.polls, 0);
    await expect.poll(polls).toBe(1);
    const next = runtime.spawn(tasks.producer, { first: 1, count: 1, to });
    await expect.poll(polls).toBe(2);
    stop.cancel();
    expect(await news.recv().promise()).toBe(1);
    expect(await from.recv().promise()).toBe(0);
    expect(await from.recv().promise()).toBe(1);
    await next.result();
    quitter.abort();
    quitter.drop();
    for (const handle of [to, from, told, news, stop]) handle.close();
    await expectNothingLeft(runtime);
  });

  test("carries structures, bytes, and the senders by which they are answered", async () => {
    const runtime = await shared();
    const [ask, requests] = runtime.channel(tasks.request, 4);
    const responder = runtime.spawn(tasks.responder, { requests });
    requests.close();
    for (let question = 0; question < 10; question++) {
      const [answer, answered] = runtime.oneshot(i32);
      await ask.send({ question, answer }).promise();
      answer.close();
      expect(await answered.recv().promise()).toBe(2 * question);
      answered.close();
    }
    ask.close();
    expect(await responder.result()).toBe(10);

    const message = struct({ a: f64, b: i64, c: bytes(5) });
    const [to, from] = runtime.channel(message, 2);
    for (const c of [new Uint8Array(), new Uint8Array([1, 2, 3, 4, 5])]) {
      to.trySend({ a: 0.5, b: -1n, c });
      expect(from.tryRecv()).toEqual({ a: 0.5, b: -1n, c });
    }
    to.close();
    from.close();
    await expectNothingLeft(runtime);
  });

  test("drops what nobody receives: messages give up what they hold", async () => {
    const runtime = await shared();
    const [to, from] = runtime.channel(struct({ answer: oneshotSenderOf(i32) }), 2);
    const [answer, answered] = runtime.oneshot(i32);
    to.trySend({ answer });
    answer.close();
    from.close();
    expect(await failureOf(answered.recv().promise())).toBeInstanceOf(RecvError);
    answered.close();
    to.close();
    await expectNothingLeft(runtime);
  });

  test("refuses messages that cannot be sent, and goes on", async () => {
    const runtime = await shared();
    const [to, from] = runtime.channel(struct({ x: i32 }), 2);
    expect(() => to.trySend({ x: 0.5 })).toThrow(/the field "x" of a message of this channel takes an i32/);
    expect(() => to.trySend(3 as never)).toThrow(/a message of this channel takes an object with the fields x/);
    to.trySend({ x: 1 });
    expect(from.length).toBe(1);
    to.close();
    expect(() => to.close()).toThrow(StaleHandleError);
    from.close();
    expect(() => runtime.channel(i32, 0)).toThrow(/capacity of at least 1, got 0/);
    expect(() => runtime.channel(bytes(1 << 20), 1 << 10)).toThrow(HeapFullError);
    await expectNothingLeft(runtime);
  });

  test("can be made by a task and returned by it", async () => {
    const runtime = await shared();
    const from = await runtime.run(tasks.selfMade, {});
    expect([from?.tryRecv(), from?.tryRecv(), from?.tryRecv(), from?.tryRecv()]).toEqual([1, 2, 3, End]);
    from?.close();
    await expectNothingLeft(runtime);
  });

  test("serves coroutines at both ends", async () => {
    const runtime = await shared();
    const [first, from] = runtime.channel(i32, 2);
    const [to, last] = runtime.channel(i32, 2);
    const forwarder = runtime.spawnPinned(coroutines, "forwards", [from, to]);
    from.close();
    to.close();
    const producer = runtime.spawn(tasks.producer, { first: 1, count: 500, to: first });
    first.close();
    for (let i = 1; i <= 500; i++) expect(await last.recv().promise()).toBe(i + 1);
    expect(await last.recv().promise()).toBe(End);
    last.close();
    await producer.result();
    await forwarder.result();
    await expectNothingLeft(runtime);
  });

  test("lets a task pass no more messages in one turn than the budget allows", async () => {
    const runtime = await start({ workers: 1 });
    const [to, from] = runtime.channel(i32, 4);
    // Each round is two operations, so a turn has 64 rounds; the last poll, without a budget that was used up, is one more.
    expect(await runtime.run(tasks.greedy, { from, to, n: 640 })).toBe(10);
    expect(await runtime.run(tasks.greedy, { from, to, n: 641 })).toBe(11);
    await expect.poll(() => runtime.metrics().workers[0]?.budgetYields).toBe(9 + 10);
    to.close();
    from.close();
  });

  test("behaves as a queue of limited length, whatever is done with it", async () => {
    const runtime = await start({ workers: 1 });
    const step = fc.oneof(fc.constant("send" as const), fc.constant("receive" as const));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 40 }), (capacity, steps) => {
        const [to, from] = runtime.channel(i32, capacity);
        const model: number[] = [];
        for (const [i, kind] of steps.entries()) {
          if (kind === "send") {
            const fits = model.length < capacity;
            expect(to.trySend(i)).toBe(fits);
            if (fits) model.push(i);
          } else {
            expect(from.tryRecv()).toBe(model.shift() ?? Pending);
          }
          expect(from.length).toBe(model.length);
        }
        to.close();
        for (const value of model) expect(from.tryRecv()).toBe(value);
        expect(from.tryRecv()).toBe(End);
        from.close();
      }),
    );
    await expectNothingLeft(runtime);
  });
});

describe("a oneshot channel", () => {
  test("brings one value to a coroutine", async () => {
    const runtime = await shared();
    const [sender, receiver] = runtime.oneshot(i32);
    const waiting = runtime.spawnPinned(coroutines, "awaitsOneshot", [receiver]);
    receiver.close();
    sender.send(42);
    expect(() => sender.send(43)).toThrow(SendError);
    expect(await waiting.result()).toBe(42);
    sender.close();
    await expectNothingLeft(runtime);
  });

  test("fails its receiver when the sender is given up", async () => {
    const runtime = await shared();
    const [sender, receiver] = runtime.oneshot(i32);
    expect(receiver.tryRecv()).toBe(Pending);
    sender.close();
    expect(() => receiver.tryRecv()).toThrow(RecvError);
    receiver.close();
    await expectNothingLeft(runtime);
  });
});

describe("a semaphore", () => {
  test("lets no more tasks in than it has permits", async () => {
    const runtime = await shared();
    const gate = runtime.semaphore(1);
    const counter = runtime.buffer(8);
    const handles = Array.from({ length: 8 }, () => runtime.spawn(tasks.critical, { n: 500, gate, counter }));
    for (const handle of handles) await handle.result();
    // One inside at most, and none in the end.
    expect([...new Int32Array(counter.bytes.buffer, counter.bytes.byteOffset, 2)]).toEqual([0, 1]);
    expect(gate.availablePermits).toBe(1);
    gate.close();
    counter.close();
    await expectNothingLeft(runtime);
  });

  test("serves those who came first, also when they need more", async () => {
    const runtime = await shared();
    const gate = runtime.semaphore(2);
    const first = gate.tryAcquire(2);
    const order: string[] = [];
    const many = gate.acquire(2).promise();
    const one = gate.acquire(1).promise();
    void many.then(() => order.push("many"));
    void one.then(() => order.push("one"));
    first?.release();
    (await many).release();
    (await one).release();
    expect(order).toEqual(["many", "one"]);
    expect(gate.availablePermits).toBe(2);
    gate.close();
    await expectNothingLeft(runtime);
  });

  test("gets the permits of tasks and coroutines back that are aborted", async () => {
    const runtime = await start();
    const gate = runtime.semaphore(3);
    const [got, news] = runtime.channel(i32, 4);
    const task = runtime.spawn(tasks.hoarder, { gate, count: 2, got });
    const coroutine = runtime.spawnPinned(coroutines, "holdsPermit", [gate, got]);
    expect(((await news.recv().promise()) as number) + ((await news.recv().promise()) as number)).toBe(3);
    expect(gate.availablePermits).toBe(0);
    const waiting = runtime.spawn(tasks.hoarder, { gate, count: 3, got });
    task.abort();
    coroutine.abort();
    expect(await news.recv().promise()).toBe(3);
    waiting.abort();
    await expect.poll(() => gate.availablePermits).toBe(3);
    for (const handle of [task, coroutine, waiting]) handle.drop();
    gate.close();
    got.close();
    news.close();
    await expectNothingLeft(runtime);
  });

  test("serves the next when the one before it is aborted while it waits", async () => {
    const runtime = await start();
    const gate = runtime.semaphore(1);
    const [got, news] = runtime.channel(i32, 4);
    const many = runtime.spawn(tasks.hoarder, { gate, count: 2, got });
    const polls = (): number => runtime.metrics().workers.reduce((sum, metrics) => sum + metrics.polls, 0);
    await expect.poll(polls).toBe(1);
    const one = runtime.spawn(tasks.hoarder, { gate, count: 1, got });
    await expect.poll(polls).toBe(2);
    expect(news.tryRecv()).toBe(Pending);
    many.abort();
    expect(await news.recv().promise()).toBe(1);
    one.abort();
    await expect.poll(() => gate.availablePermits).toBe(1);
    for (const handle of [many, one]) handle.drop();
    for (const handle of [gate, got, news]) handle.close();
    await expectNothingLeft(runtime);
  });

  test("can be shut: who waits and who comes later learns it", async () => {
    const runtime = await shared();
    const gate = runtime.semaphore(0);
    const waiting = failureOf(gate.acquire().promise());
    gate.shut();
    expect(await waiting).toBeInstanceOf(SemaphoreClosedError);
    expect(await failureOf(gate.acquire().promise())).toBeInstanceOf(SemaphoreClosedError);
    expect(() => gate.acquire(0)).toThrow(RangeError);
    gate.close();
    await expectNothingLeft(runtime);
  });
});

describe("a cancellation token", () => {
  test("wakes every task, coroutine and promise that waits for it, once", async () => {
    const runtime = await start();
    const stop = runtime.token();
    const [started, news] = runtime.channel(i32, 4);
    const handles = Array.from({ length: 50 }, () => runtime.spawn(tasks.untilCancelled, { stop }));
    const coroutine = runtime.spawnPinned(coroutines, "awaitsToken", [stop, started]);
    await news.recv().promise();
    await expect
      .poll(() => runtime.metrics().workers.reduce((sum, { polls }) => sum + polls, 0))
      .toBeGreaterThanOrEqual(52);
    const promise = stop.cancelled().promise();
    expect(stop.isCancelled).toBe(false);
    stop.cancel();
    stop.cancel();
    await promise;
    for (const handle of handles) expect(await handle.result()).toBe(2);
    expect(await coroutine.result()).toBe(true);
    expect(await runtime.run(tasks.untilCancelled, { stop })).toBe(1);
    for (const handle of [stop, started, news]) handle.close();
    await expectNothingLeft(runtime);
  });

  test("is left by tasks that end otherwise", async () => {
    const runtime = await start();
    const stop = runtime.token();
    const handle = runtime.spawn(tasks.untilCancelled, { stop });
    await expect.poll(() => runtime.metrics().workers.some(({ polls }) => polls > 0)).toBe(true);
    handle.abort();
    expect(await failureOf(handle.result())).toMatchObject({ reason: "cancelled" });
    stop.cancel();
    stop.close();
    await expectNothingLeft(runtime);
  });
});
