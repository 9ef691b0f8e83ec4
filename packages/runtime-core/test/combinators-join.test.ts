import { describe, expect, test } from "vitest";
import { join, joinAll, joinBiased, joinSettled } from "../src/combinators/index.ts";
import { asyncFn, consumeBudget, Pending, PolledAfterCompletionError, pollFn, ready } from "../src/future/index.ts";
import { Controlled, HandDriven } from "./support/bench-stand.ts";

describe("join", () => {
  test("returns the values in the order of the arguments, whatever the order of completion", () => {
    const runtime = new HandDriven();
    const [a, b] = [new Controlled<string>(), new Controlled<number>()];
    const both = join(a, b, ready(true));
    expect(runtime.poll(both)).toBe(Pending);
    b.complete(2);
    expect(runtime.poll(both)).toBe(Pending);
    a.complete("a");
    expect(runtime.poll(both)).toEqual(["a", 2, true]);
    expect([a.polls, b.polls]).toEqual([3, 2]);
    expect(() => runtime.poll(both)).toThrow(PolledAfterCompletionError);
  });

  test("of nothing is ready with nothing", () => {
    expect(new HandDriven().poll(join())).toEqual([]);
  });

  test("drops the others, in order, when one throws", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const [a, b, c] = ["a", "b", "c"].map((name) => new Controlled<void>(name, log));
    const all = join(a, b, c);
    b.fail(new Error("b failed"));
    expect(() => runtime.poll(all)).toThrow("b failed");
    expect(log).toEqual(["poll a", "poll b", "drop a", "drop c"]);
    expect(b.drops).toBe(0);
  });

  test("joined with itself as a part runs all parts", () => {
    const inner = join(ready(1), ready("b"));
    expect(new HandDriven().poll(join(inner, ready(true)))).toEqual([[1, "b"], true]);
  });

  test("begins each poll with another future, in turn", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const [a, b, c] = ["a", "b", "c"].map((name) => new Controlled<void>(name, log));
    const all = join(a, b, c);
    const polled = [1, 2, 3, 4].map(() => {
      runtime.poll(all);
      return log.splice(0).join(", ");
    });
    expect(polled).toEqual([
      "poll a, poll b, poll c",
      "poll b, poll c, poll a",
      "poll c, poll a, poll b",
      "poll a, poll b, poll c",
    ]);
  });

  test("one part that uses up the budget of each poll does not starve the others", () => {
    const runtime = new HandDriven();
    const finished: string[] = [];
    runtime.spawn(join(greedy(), modest("b", finished), modest("c", finished)));
    for (let polls = 0; polls < 3; polls++) runtime.step();
    expect(finished).toEqual(["b", "c"]);
  });

  test("dropped, drops what is unfinished once", () => {
    const runtime = new HandDriven();
    const [a, b] = [new Controlled<void>(), new Controlled<void>()];
    const both = join(a, b);
    a.complete();
    runtime.poll(both);
    both.drop();
    both.drop();
    expect([a.drops, b.drops]).toEqual([0, 1]);
  });
});

describe("joinBiased", () => {
  test("polls the futures in the order of the arguments each time", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const [a, b] = ["a", "b"].map((name) => new Controlled<void>(name, log));
    const both = joinBiased(a, b);
    runtime.poll(both);
    runtime.poll(both);
    expect(log).toEqual(["poll a", "poll b", "poll a", "poll b"]);
    a.complete();
    b.complete();
    expect(runtime.poll(both)).toEqual([undefined, undefined]);
  });

  test("lets an early part that uses up the budget starve the later ones", () => {
    const runtime = new HandDriven();
    const finished: string[] = [];
    runtime.spawn(joinBiased(greedy(), modest("b", finished)));
    for (let polls = 0; polls < 10; polls++) runtime.step();
    expect(finished).toEqual([]);
  });
});

describe("joinSettled", () => {
  test("waits for every part and says how each ended", () => {
    const runtime = new HandDriven();
    const [a, b, c] = [new Controlled<number>(), new Controlled<number>(), new Controlled<string>()];
    const all = joinSettled(a, b, c);
    const error = new Error("b failed");
    b.fail(error);
    expect(runtime.poll(all)).toBe(Pending);
    a.complete(1);
    c.complete("c");
    expect(runtime.poll(all)).toEqual([
      { ok: true, value: 1 },
      { ok: false, error },
      { ok: true, value: "c" },
    ]);
    expect([a.drops, b.drops, c.drops]).toEqual([0, 0, 0]);
  });
});

describe("joinAll", () => {
  const many = 1000;

  test("returns the values in order, of few and of many", () => {
    for (const count of [0, 1, 30, 31, many]) {
      const numbers = Array.from({ length: count }, (_, i) => i);
      const runtime = new HandDriven();
      expect(runtime.poll(joinAll(numbers.map((n) => ready(n))))).toEqual(numbers);
    }
  });

  test("takes any iterable", () => {
    const futures = new Set([ready(1), ready(2)]);
    expect(new HandDriven().poll(joinAll(futures))).toEqual([1, 2]);
  });

  test("of many polls only those that were woken", () => {
    const runtime = new HandDriven();
    const futures = Array.from({ length: many }, () => new Controlled<number>());
    const all = joinAll(futures);
    expect(runtime.poll(all)).toBe(Pending);
    for (const [i, future] of futures.entries()) {
      future.complete(i);
      expect(runtime.waker.wakes).toBe(i + 1);
      if (i + 1 < many) expect(runtime.poll(all)).toBe(Pending);
    }
    expect(runtime.poll(all)).toEqual(futures.map((_, i) => i));
    expect(futures.every((future) => future.polls === 2)).toBe(true);
    expect(() => runtime.poll(all)).toThrow(PolledAfterCompletionError);
  });

  test("of many wakes its task once for any number of wakes between two polls", () => {
    const runtime = new HandDriven();
    const futures = Array.from({ length: many }, () => new Controlled<number>());
    const all = joinAll(futures);
    runtime.poll(all);
    for (const future of futures) future.complete(0);
    expect(runtime.waker.wakes).toBe(1);
    expect(runtime.poll(all)).toHaveLength(many);
  });

  test("of many drops the others, in order, when one throws", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const futures = Array.from({ length: 40 }, (_, i) => new Controlled<void>(String(i), log));
    const all = joinAll(futures);
    runtime.poll(all);
    log.length = 0;
    futures[7].fail(new Error("7 failed"));
    expect(() => runtime.poll(all)).toThrow("7 failed");
    const others = futures.map((_, i) => i).filter((i) => i !== 7);
    expect(log).toEqual(["poll 7", ...others.map((i) => `drop ${i}`)]);
    expect(() => runtime.poll(all)).toThrow(PolledAfterCompletionError);
  });

  test("of many coroutines shares one budget, and every one finishes", () => {
    const runtime = new HandDriven();
    const finished: string[] = [];
    const names = Array.from({ length: 300 }, (_, i) => String(i));
    const handle = runtime.spawn(joinAll(names.map((name) => modest(name, finished))));
    runtime.settle();
    expect(finished).toEqual(names);
    expect(handle.isFinished).toBe(true);
  });

  test("restores the waker of its task for whoever is polled after it", () => {
    const runtime = new HandDriven();
    const all = joinAll(Array.from({ length: 40 }, () => new Controlled<void>()));
    let seen: unknown;
    const after = pollFn((cx) => {
      seen = cx.waker;
      return Pending;
    });
    runtime.poll(joinBiased(all, after));
    expect(seen).toBe(runtime.waker);
  });
});

const greedy = asyncFn(function* () {
  for (;;) yield* consumeBudget();
});

const modest = asyncFn(function* (name: string, finished: string[]) {
  yield* consumeBudget();
  finished.push(name);
});
