import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asyncFn, COOPERATIVE_BUDGET, Pending, PolledAfterCompletionError, ready } from "../src/future/index.ts";
import { FuturesOrdered } from "../src/group/index.ts";
import { End } from "../src/stream/index.ts";
import { Controlled, HandDriven } from "./support/bench-stand.ts";

describe("FuturesOrdered", () => {
  test("hands out values in the order of the queue, whatever the order of completion", () => {
    const runtime = new HandDriven();
    const [a, b, c] = [new Controlled<string>(), new Controlled<string>(), new Controlled<string>()];
    const group = new FuturesOrdered([a, b, c]);
    expect(runtime.poll(group.next())).toBe(Pending);
    c.complete("c");
    b.complete("b");
    expect(runtime.poll(group.next())).toBe(Pending);
    expect(group.size).toBe(3);
    a.complete("a");
    expect([0, 1, 2, 3].map(() => runtime.poll(group.next()))).toEqual(["a", "b", "c", End]);
    expect([a.polls, b.polls, c.polls]).toEqual([2, 2, 2]);
  });

  test("runs those behind while the first waits", () => {
    const runtime = new HandDriven();
    const group = new FuturesOrdered<number>([new Controlled<number>()]);
    let ran = false;
    group.pushBack(
      asyncFn(function* () {
        ran = true;
        return yield* ready(1);
      })(),
    );
    runtime.poll(group.next());
    expect(ran).toBe(true);
  });

  test("hands out next what was added at the front", () => {
    const runtime = new HandDriven();
    const group = new FuturesOrdered<number>();
    group.pushFront(ready(2));
    group.pushBack(ready(3));
    group.pushFront(ready(1));
    expect([0, 1, 2, 3].map(() => runtime.poll(group.next()))).toEqual([1, 2, 3, End]);
    group.pushBack(ready(4));
    expect(runtime.poll(group.next())).toBe(4);
  });

  test("throws an error in its turn, and the others go on", () => {
    const runtime = new HandDriven();
    const [a, b, c] = [new Controlled<number>(), new Controlled<number>(), new Controlled<number>()];
    const group = new FuturesOrdered([a, b, c]);
    b.fail(new Error("b failed"));
    c.complete(3);
    expect(runtime.poll(group.next())).toBe(Pending);
    a.complete(1);
    expect(runtime.poll(group.next())).toBe(1);
    expect(() => runtime.poll(group.next())).toThrow("b failed");
    expect(runtime.poll(group.next())).toBe(3);
  });

  test("dropped, drops what is unfinished once and is empty", () => {
    const runtime = new HandDriven();
    const [a, b] = [new Controlled<number>(), new Controlled<number>()];
    const group = new FuturesOrdered([a, b]);
    b.complete(2);
    runtime.poll(group.next());
    group.drop();
    group.drop();
    expect([a.drops, b.drops, group.size]).toEqual([1, 0, 0]);
    expect(() => runtime.poll(group.next())).toThrow(PolledAfterCompletionError);
    expect(() => group.pushFront(ready(1))).toThrow(PolledAfterCompletionError);
  });

  test("gives way to other tasks when it is filled as fast as it is emptied", () => {
    const runtime = new HandDriven();
    let taken = 0;
    const busy = asyncFn(function* () {
      const group = new FuturesOrdered([ready(0)]);
      for (; taken < 1000; taken++) {
        yield* group.next();
        group.pushBack(ready(0));
      }
    });
    runtime.spawn(busy());
    runtime.step();
    expect(taken).toBe(COOPERATIVE_BUDGET);
  });

  test("gives way to other tasks while it hands out what had to wait for its turn", () => {
    const runtime = new HandDriven();
    const first = new Controlled<number>();
    const group = new FuturesOrdered([first, ...Array.from({ length: 1000 }, () => ready(0))]);
    let taken = 0;
    const main = asyncFn(function* () {
      while ((yield* group.next()) !== End) taken++;
    });
    runtime.spawn(main());
    runtime.settle();
    first.complete(0);
    runtime.step();
    expect(taken).toBe(COOPERATIVE_BUDGET);
    runtime.settle();
    expect(taken).toBe(1001);
  });

  test("agrees with a queue of values, whatever is added, completed and polled in whatever order", () => {
    const step = fc.oneof(
      fc.constantFrom("back" as const, "front" as const, "poll" as const),
      fc.nat(9).map((child) => ({ child })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
        const runtime = new HandDriven();
        const group = new FuturesOrdered<number>();
        const futures: Controlled<number>[] = [];
        const queue: number[] = [];
        const complete = new Set<number>();
        for (const action of steps) {
          if (action === "back" || action === "front") {
            const child = futures.length;
            const future = new Controlled<number>();
            futures.push(future);
            if (action === "back") {
              queue.push(child);
              group.pushBack(future);
            } else {
              queue.unshift(child);
              group.pushFront(future);
            }
          } else if (action === "poll") {
            runtime.context.budget = 128;
            const front = queue[0];
            const expected = front === undefined ? End : complete.has(front) ? front : Pending;
            if (expected === front) queue.shift();
            expect(runtime.poll(group.next())).toBe(expected);
          } else if (action.child < futures.length && !complete.has(action.child)) {
            complete.add(action.child);
            futures[action.child].complete(action.child);
          }
          expect(group.size).toBe(queue.length);
        }
      }),
    );
  });
});
