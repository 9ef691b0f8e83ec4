import fc from "fast-check";
import { expect, test } from "vitest";
import { Waiter, WaitList } from "../src/sync/wait-list.ts";
import { CountingWaker } from "./support/bench-stand.ts";

test("a wait list keeps the order of arrival, whoever leaves from wherever", () => {
  const operation = fc.oneof(
    { weight: 3, arbitrary: fc.constant("append" as const) },
    fc.constantFrom("shift" as const, "pop" as const, "drain" as const),
    { weight: 2, arbitrary: fc.nat().map((at) => ({ removeAt: at })) },
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const list = new WaitList();
      const all: Waiter[] = [];
      let model: Waiter[] = [];
      for (const step of operations) {
        if (step === "append") {
          const waiter = new Waiter(new CountingWaker(), 0);
          list.append(waiter);
          all.push(waiter);
          model.push(waiter);
        } else if (step === "shift") expect(list.shift()).toBe(model.shift() ?? null);
        else if (step === "pop") expect(list.pop()).toBe(model.pop() ?? null);
        else if (step === "drain") {
          const drained = list.drain();
          expect(drained.length).toBe(model.length);
          for (const [i, waiter] of drained.entries()) expect(waiter).toBe(model[i]);
          model = [];
        } else if (all.length > 0) {
          // Also of one that has left: that changes nothing.
          const waiter = all[step.removeAt % all.length];
          list.remove(waiter);
          expect(waiter.waker).toBe(null);
          model = model.filter((other) => other !== waiter);
        }
        expect(list.first).toBe(model[0] ?? null);
        expect(list.isEmpty).toBe(model.length === 0);
        for (const waiter of all) expect(waiter.isWaiting).toBe(model.includes(waiter));
      }
    }),
  );
});

test("a waiter is woken once, and one that gave up never", () => {
  const list = new WaitList();
  const wakers = [new CountingWaker(), new CountingWaker()];
  const [woken, gone] = wakers.map((waker) => new Waiter(waker, 0));
  list.append(woken);
  list.append(gone);
  const drained = list.drain();
  list.remove(gone);
  for (const waiter of [...drained, ...drained]) waiter.wake();
  expect(wakers.map((waker) => waker.wakes)).toEqual([1, 0]);
});
