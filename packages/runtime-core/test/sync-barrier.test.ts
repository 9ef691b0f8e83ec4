import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asyncFn, Pending, PolledAfterCompletionError } from "../src/future/index.ts";
import { Barrier, type BarrierWaitResult } from "../src/sync/index.ts";
import { HandDriven } from "./support/bench-stand.ts";
import { now, Probe, waiting } from "./support/probe.ts";

describe("a barrier", () => {
  test.each([0, 1])("for %d holds nobody up, and everybody leads", (parties) => {
    const barrier = new Barrier(parties);
    expect([now(barrier.wait()), now(barrier.wait())]).toEqual([{ isLeader: true }, { isLeader: true }]);
  });

  test("lets all go on when the last has arrived, which leads", () => {
    const barrier = new Barrier(3);
    const [a, b] = [waiting(barrier.wait()), waiting(barrier.wait())];
    expect(a.poll()).toBe(Pending);
    expect(now(barrier.wait())).toEqual({ isLeader: true });
    expect([a.wakes, b.wakes]).toEqual([1, 1]);
    expect([b.poll(), a.poll()]).toEqual([{ isLeader: false }, { isLeader: false }]);
    expect(() => a.poll()).toThrow(PolledAfterCompletionError);
  });

  test("can be used again at once, while members of the former group have not noticed", () => {
    const barrier = new Barrier(2);
    const first = waiting(barrier.wait());
    now(barrier.wait());
    const second = waiting(barrier.wait());
    expect(first.poll()).toEqual({ isLeader: false });
    expect(second.poll()).toBe(Pending);
    expect(now(barrier.wait()).isLeader).toBe(true);
    expect(second.wakes).toBe(1);
  });

  test("counts nobody who was never polled", () => {
    const barrier = new Barrier(2);
    barrier.wait();
    expect(new Probe(barrier.wait()).poll()).toBe(Pending);
  });

  test("does not count one that gave up before the group was complete", () => {
    const barrier = new Barrier(2);
    const gone = waiting(barrier.wait());
    gone.drop();
    gone.drop();
    const patient = waiting(barrier.wait());
    now(barrier.wait());
    expect([gone.wakes, patient.wakes]).toEqual([0, 1]);
  });

  test("is not short of one when somebody is dropped after being let through", () => {
    const barrier = new Barrier(2);
    const released = waiting(barrier.wait());
    now(barrier.wait());
    released.drop();
    const next = waiting(barrier.wait());
    expect(next.poll()).toBe(Pending);
  });

  test("lets other tasks run when it holds nobody up", () => {
    const runtime = new HandDriven();
    const barrier = new Barrier(1);
    let rounds = 0;
    const busy = asyncFn(function* () {
      for (;;) {
        yield* barrier.wait();
        rounds++;
      }
    });
    runtime.spawn(busy());
    runtime.step();
    expect([rounds, runtime.queue.length]).toEqual([128, 1]);
  });

  test.each([-1, 0.5, Number.NaN, Infinity])("refuses a group of %d", (parties) => {
    expect(() => new Barrier(parties)).toThrow(RangeError);
  });
});

test("a barrier lets exactly complete groups through, with one leader each", () => {
  const operation = fc.record({ kind: fc.constantFrom("new", "poll", "poll", "drop"), at: fc.nat() });
  interface Party {
    readonly probe: Probe<BarrierWaitResult>;
    state: "fresh" | "waiting" | "through" | "over";
    wakes: number;
  }
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(operation, { maxLength: 60 }), (parties, operations) => {
      const barrier = new Barrier(parties);
      const all: Party[] = [];
      for (const { kind, at } of operations) {
        const live = all.filter((party) => party.state !== "over");
        if (kind === "new") all.push({ probe: new Probe(barrier.wait()), state: "fresh", wakes: 0 });
        else if (live.length > 0) {
          const party = live[at % live.length];
          if (kind === "drop") {
            party.probe.drop();
            party.state = "over";
          } else {
            const result = party.probe.poll();
            const others = all.filter((other) => other.state === "waiting");
            if (party.state === "through") {
              expect(result).toEqual({ isLeader: false });
              party.state = "over";
            } else if (party.state === "fresh" && others.length + 1 === parties) {
              expect(result).toEqual({ isLeader: true });
              party.state = "over";
              for (const other of others) {
                other.state = "through";
                other.wakes++;
              }
            } else {
              expect(result).toBe(Pending);
              party.state = "waiting";
            }
          }
        }
        for (const party of all) expect(party.probe.wakes).toBe(party.wakes);
      }
    }),
    { numRuns: 300 },
  );
});
