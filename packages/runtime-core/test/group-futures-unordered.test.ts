import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  asyncFn,
  consumeBudget,
  COOPERATIVE_BUDGET,
  Pending,
  PolledAfterCompletionError,
  pollFn,
  ready,
  yieldNow,
} from "../src/future/index.ts";
import { FuturesUnordered } from "../src/group/index.ts";
import { End, Stream } from "../src/stream/index.ts";
import { Controlled, HandDriven } from "./support/bench-stand.ts";

describe("FuturesUnordered", () => {
  test("hands out values in the order in which they are there, then End", () => {
    const runtime = new HandDriven();
    const [a, b, c] = [new Controlled<string>(), new Controlled<string>(), new Controlled<string>()];
    const group = new FuturesUnordered([a, b, c]);
    expect(runtime.poll(group.next())).toBe(Pending);
    c.complete("c");
    a.complete("a");
    expect([runtime.poll(group.next()), runtime.poll(group.next())]).toEqual(["c", "a"]);
    expect(runtime.poll(group.next())).toBe(Pending);
    b.complete("b");
    expect(runtime.poll(group.next())).toBe("b");
    expect(runtime.poll(group.next())).toBe(End);
    expect([a.polls, b.polls, c.polls]).toEqual([2, 2, 2]);
  });

  test("polls only those that were woken", () => {
    const runtime = new HandDriven();
    const futures = Array.from({ length: 100 }, () => new Controlled<number>());
    const group = new FuturesUnordered(futures);
    runtime.poll(group.next());
    futures[50].complete(50);
    expect(runtime.poll(group.next())).toBe(50);
    expect(futures.reduce((sum, future) => sum + future.polls, 0)).toBe(101);
  });

  test("wakes who waits once for any number of wakes, and again after the next poll", () => {
    const runtime = new HandDriven();
    const [a, b] = [new Controlled<number>(), new Controlled<number>()];
    const group = new FuturesUnordered([a, b]);
    runtime.poll(group.next());
    a.waker?.wake();
    a.waker?.wake();
    b.waker?.wake();
    expect(runtime.waker.wakes).toBe(1);
    expect(runtime.poll(group.next())).toBe(Pending);
    expect([a.polls, b.polls]).toEqual([2, 2]);
    b.waker?.wake();
    expect(runtime.waker.wakes).toBe(2);
  });

  test("wakes who waits when a future is added, and polls it in its turn", () => {
    const runtime = new HandDriven();
    const group = new FuturesUnordered<number>([new Controlled<number>()]);
    runtime.poll(group.next());
    group.push(ready(7));
    expect(runtime.waker.wakes).toBe(1);
    expect(runtime.poll(group.next())).toBe(7);
  });

  test("can be filled again after its end", () => {
    const runtime = new HandDriven();
    const group = new FuturesUnordered<number>();
    expect(runtime.poll(group.next())).toBe(End);
    group.push(ready(1));
    expect([group.size, runtime.poll(group.next()), group.size]).toEqual([1, 1, 0]);
    expect(runtime.poll(group.next())).toBe(End);
  });

  test("throws the error of a future in the place of its value, and the others go on", () => {
    const runtime = new HandDriven();
    const [a, b] = [new Controlled<number>(), new Controlled<number>()];
    const group = new FuturesUnordered([a, b]);
    a.fail(new Error("a failed"));
    b.complete(2);
    expect(() => runtime.poll(group.next())).toThrow("a failed");
    expect(runtime.poll(group.next())).toBe(2);
    expect([a.drops, b.drops]).toEqual([0, 0]);
  });

  test("loses nothing when a wait is dropped after it was woken", () => {
    const runtime = new HandDriven();
    const a = new Controlled<number>();
    const group = new FuturesUnordered([a]);
    const wait = group.next();
    runtime.poll(wait);
    a.complete(1);
    wait.drop();
    expect(runtime.poll(group.next())).toBe(1);
  });

  test("dropped, drops what is unfinished, in order, once, and wakes nobody any more", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const futures = ["a", "b", "c", "d"].map((name) => new Controlled<number>(name, log));
    const group = new FuturesUnordered(futures);
    futures[1].complete(1);
    runtime.poll(group.next());
    runtime.poll(group.next());
    const wakers = futures.map((future) => future.waker);
    log.length = 0;
    group.drop();
    group.drop();
    expect(log).toEqual(["drop a", "drop c", "drop d"]);
    for (const waker of wakers) waker?.wake();
    expect([runtime.waker.wakes, group.size]).toEqual([0, 0]);
    expect(() => runtime.poll(group.next())).toThrow(PolledAfterCompletionError);
    expect(() => group.push(ready(1))).toThrow(PolledAfterCompletionError);
  });

  test("drops every future even when dropping one throws", () => {
    const [bad, last] = [new Controlled<void>(), new Controlled<void>()];
    bad.drop = () => {
      throw new Error("bad drop");
    };
    const group = new FuturesUnordered([bad, last]);
    expect(() => group.drop()).toThrow("bad drop");
    expect(last.drops).toBe(1);
  });

  test("is dropped at the end of its block by `using`", () => {
    const future = new Controlled<void>();
    {
      using group = new FuturesUnordered([future]);
      expect(group.size).toBe(1);
    }
    expect(future.drops).toBe(1);
  });

  test("is not kept by a future that has finished and still holds its waker", () => {
    const runtime = new HandDriven();
    const future = new Controlled<number>();
    const group = new FuturesUnordered([future, new Controlled<number>()]);
    runtime.poll(group.next());
    const { waker } = future;
    future.complete(1);
    expect(runtime.poll(group.next())).toBe(1);
    runtime.poll(group.next());
    const { wakes } = runtime.waker;
    waker?.wake();
    expect(runtime.waker.wakes).toBe(wakes);
  });

  test("polls no future again that woke itself in the poll that finished it", () => {
    const runtime = new HandDriven();
    const waiting = new Controlled<number>();
    const hasty = pollFn((cx) => {
      cx.waker.wake();
      return 1;
    });
    const group = new FuturesUnordered<number>([hasty, waiting]);
    expect(runtime.poll(group.next())).toBe(1);
    expect(runtime.poll(group.next())).toBe(Pending);
    waiting.complete(2);
    expect([runtime.poll(group.next()), runtime.poll(group.next())]).toEqual([2, End]);
  });

  test("lets the other tasks run when a future yields", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const noisy = asyncFn(function* (name: string, rounds: number) {
      for (let i = 0; i < rounds; i++) {
        log.push(name);
        yield* yieldNow();
      }
    });
    runtime.spawn(new FuturesUnordered([noisy("a", 2), noisy("b", 2)]).next());
    runtime.spawn(noisy("other", 2));
    runtime.settle();
    expect(log).toEqual(["a", "b", "other", "a", "b", "other"]);
  });

  test("lets two futures that wake each other take turns with the other tasks", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const [a, b] = ["a", "b"].map((name) => new Controlled<number>(name, log));
    const group = new FuturesUnordered([a, b]);
    runtime.poll(group.next());
    const pollOf = (future: Controlled<number>, other: Controlled<number>): typeof future.poll => {
      const plain = future.poll.bind(future);
      return (cx) => {
        other.waker?.wake();
        return plain(cx);
      };
    };
    a.poll = pollOf(a, b);
    b.poll = pollOf(b, a);
    a.waker?.wake();
    for (let turn = 1; turn <= 4; turn++) {
      log.length = 0;
      expect(runtime.poll(group.next())).toBe(Pending);
      expect(log).toEqual([turn % 2 === 1 ? "poll a" : "poll b"]);
      expect(runtime.waker.wakes).toBe(turn + 1);
    }
  });

  test("polls nobody for nothing when the budget is used up, and keeps their order", () => {
    const runtime = new HandDriven();
    const started: number[] = [];
    const one = asyncFn(function* (i: number) {
      started.push(i);
      yield* consumeBudget();
      return i;
    });
    const numbers = Array.from({ length: 1000 }, (_, i) => i);
    const main = asyncFn(function* () {
      const group = new FuturesUnordered(numbers.map(one));
      const seen: number[] = [];
      for (let item = yield* group.next(); item !== End; item = yield* group.next()) seen.push(item);
      return seen;
    });
    const task = runtime.spawn(main());
    runtime.step();
    // Each takes one for itself and one for being handed out.
    expect(started).toHaveLength(64);
    runtime.settle();
    expect(runtime.poll(task)).toEqual(numbers);
    expect(started).toEqual(numbers);
  });

  test("gives way to other tasks when it is filled as fast as it is emptied", () => {
    const runtime = new HandDriven();
    let taken = 0;
    const busy = asyncFn(function* () {
      const group = new FuturesUnordered([ready(0)]);
      for (; taken < 1000; taken++) {
        yield* group.next();
        group.push(ready(0));
      }
    });
    runtime.spawn(busy());
    runtime.step();
    expect(taken).toBe(COOPERATIVE_BUDGET);
  });

  test("has the adapters of a stream", () => {
    const group = new FuturesUnordered([ready(1), ready(2)]);
    const doubled = Stream.from(group)
      .map((n) => n * 2)
      .collect();
    expect(new HandDriven().poll(doubled)).toEqual([2, 4]);
  });
});

describe("FuturesUnordered against its model", () => {
  type Step =
    | { readonly does: "push" }
    | { readonly does: "complete" | "fail" | "wake"; readonly child: number }
    | { readonly does: "poll" };

  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.constant({ does: "push" as const }),
    fc.record({ does: fc.constantFrom("complete" as const, "fail" as const, "wake" as const), child: fc.nat(9) }),
    fc.constant({ does: "poll" as const }),
  );

  test("the same values, polls and wakes, whatever happens in whatever order", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
        const runtime = new HandDriven();
        const group = new FuturesUnordered<number>();
        const futures: Controlled<number>[] = [];
        // The model: who stands in the queue, who has been decided, who is live, whether somebody waits.
        const queue: number[] = [];
        const decided = new Map<number, "complete" | "fail">();
        const live = new Set<number>();
        const polls: number[] = [];
        let waits = false;
        let wakes = 0;
        const enqueue = (child: number): void => {
          if (!live.has(child) || queue.includes(child)) return;
          queue.push(child);
          if (waits) wakes++;
          waits = false;
        };
        const pollModel = (): unknown => {
          if (live.size === 0) return End;
          for (let child = queue.shift(); child !== undefined; child = queue.shift()) {
            polls[child]++;
            const outcome = decided.get(child);
            if (outcome === undefined) continue;
            live.delete(child);
            waits = false;
            return outcome === "complete" ? child : `error ${child}`;
          }
          waits = true;
          return Pending;
        };
        for (const action of steps) {
          if (action.does === "push") {
            const child = futures.length;
            futures.push(new Controlled());
            polls.push(0);
            live.add(child);
            enqueue(child);
            group.push(futures[child]);
          } else if (action.does === "poll") {
            runtime.context.budget = 128;
            const expected = pollModel();
            let item: unknown;
            try {
              item = runtime.poll(group.next());
            } catch (error) {
              item = (error as Error).message;
            }
            expect(item).toBe(expected);
          } else if (action.child < futures.length) {
            const { child, does } = action;
            // One that has not been polled has left its waker nowhere, but stands in the queue anyway.
            if (does !== "wake" && !decided.has(child)) decided.set(child, does);
            enqueue(child);
            const future = futures[child];
            if (does === "wake") future.waker?.wake();
            else if (decided.get(child) === "complete") future.complete(child);
            else future.fail(new Error(`error ${child}`));
          }
          expect(runtime.waker.wakes).toBe(wakes);
          expect(group.size).toBe(live.size);
          expect(futures.map((future) => future.polls)).toEqual(polls);
        }
        group.drop();
        expect(futures.map((future) => future.drops)).toEqual(futures.map((_, child) => (live.has(child) ? 1 : 0)));
        for (const future of futures) future.waker?.wake();
        expect(runtime.waker.wakes).toBe(wakes);
      }),
    );
  });
});
