import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asyncFn, Pending, PolledAfterCompletionError, yieldNow } from "../src/future/index.ts";
import { Semaphore, SemaphoreClosedError, type SemaphorePermit } from "../src/sync/index.ts";
import { HandDriven } from "./support/bench-stand.ts";
import { now, Probe, waiting } from "./support/probe.ts";

const MAX = Semaphore.MAX_PERMITS;

describe("a semaphore", () => {
  test("without permits refuses to try and makes others wait until there is one", () => {
    const semaphore = new Semaphore(0);
    expect(semaphore.tryAcquire()).toBe(null);
    const probe = waiting(semaphore.acquire());
    semaphore.addPermits(1);
    expect(probe.wakes).toBe(1);
    expect(probe.poll()).toMatchObject({ numPermits: 1 });
  });

  test("gives each permit to one at a time", () => {
    const semaphore = new Semaphore(1);
    {
      using permit = semaphore.tryAcquire();
      expect(permit?.numPermits).toBe(1);
      expect([semaphore.availablePermits, semaphore.tryAcquire()]).toEqual([0, null]);
    }
    expect(semaphore.availablePermits).toBe(1);
  });

  test("is ready at the first poll when permits are free", () => {
    const semaphore = new Semaphore(3);
    const permit = now(semaphore.acquireMany(2));
    expect([permit.numPermits, semaphore.availablePermits]).toEqual([2, 1]);
  });

  test("does nothing before the first poll", () => {
    const semaphore = new Semaphore(1);
    const early = new Probe(semaphore.acquire());
    const late = now(semaphore.acquire());
    expect(early.poll()).toBe(Pending);
    late.drop();
    expect(early.wakes).toBe(1);
  });

  test("serves in the order of the first polls, and wakes only whom it can serve", () => {
    const semaphore = new Semaphore(0);
    const [a, b, c] = [1, 2, 3].map(() => waiting(semaphore.acquire()));
    semaphore.addPermits(2);
    expect([a.wakes, b.wakes, c.wakes]).toEqual([1, 1, 0]);
    expect(c.poll()).toBe(Pending);
    semaphore.addPermits(1);
    expect(c.wakes).toBe(1);
  });

  test("lets a large request at the head of the queue block small ones behind it", () => {
    const semaphore = new Semaphore(3);
    const large = waiting(semaphore.acquireMany(5));
    const small = waiting(semaphore.acquire());
    expect([semaphore.availablePermits, semaphore.tryAcquire()]).toEqual([0, null]);
    semaphore.addPermits(1);
    expect([large.wakes, small.wakes]).toEqual([0, 0]);
    semaphore.addPermits(2);
    expect([large.wakes, small.wakes]).toEqual([1, 1]);
    expect(large.poll()).toMatchObject({ numPermits: 5 });
  });

  test("passes what a dropped request had collected on to those behind it", () => {
    const semaphore = new Semaphore(2);
    const large = waiting(semaphore.acquireMany(5));
    const small = [1, 2, 3].map(() => waiting(semaphore.acquire()));
    large.drop();
    expect(small.map((probe) => probe.wakes)).toEqual([1, 1, 0]);
    expect(large.wakes).toBe(0);
  });

  test("passes a permit on when the one that was woken for it is dropped", () => {
    const semaphore = new Semaphore(0);
    const [a, b] = [1, 2].map(() => waiting(semaphore.acquire()));
    semaphore.addPermits(1);
    a.drop();
    a.drop();
    expect([a.wakes, b.wakes]).toEqual([1, 1]);
    b.drop();
    expect(semaphore.availablePermits).toBe(1);
  });

  test("lets one that gives up leave from the middle of the queue", () => {
    const semaphore = new Semaphore(0);
    const [a, b, c] = [1, 2, 3].map(() => waiting(semaphore.acquire()));
    b.drop();
    semaphore.addPermits(2);
    expect([a.wakes, b.wakes, c.wakes]).toEqual([1, 0, 1]);
  });

  test("acquires nothing at once, even when nothing is free", () => {
    const semaphore = new Semaphore(0);
    waiting(semaphore.acquire());
    expect(now(semaphore.acquireMany(0)).numPermits).toBe(0);
    expect(semaphore.tryAcquireMany(0)?.numPermits).toBe(0);
  });

  test("wakes the waker of the latest poll", () => {
    const semaphore = new Semaphore(0);
    const future = semaphore.acquire();
    const [first, second] = [new Probe(future), new Probe(future)];
    first.poll();
    second.poll();
    semaphore.addPermits(1);
    expect([first.wakes, second.wakes]).toEqual([0, 1]);
  });

  test("cannot be polled after it was granted or dropped", () => {
    const semaphore = new Semaphore(2);
    const granted = new Probe(semaphore.acquire());
    granted.poll();
    expect(() => granted.poll()).toThrow(PolledAfterCompletionError);
    const dropped = new Probe(semaphore.acquire());
    dropped.drop();
    expect(() => dropped.poll()).toThrow(PolledAfterCompletionError);
    expect(semaphore.availablePermits).toBe(1);
  });

  test("dropping a future whose permit was returned takes nothing back", () => {
    const semaphore = new Semaphore(1);
    const probe = new Probe(semaphore.acquire());
    probe.poll();
    probe.drop();
    expect(semaphore.availablePermits).toBe(0);
  });

  test("takes one from the budget, and lets others run when there is none left", () => {
    const semaphore = new Semaphore(1);
    const probe = new Probe(semaphore.acquire());
    expect([probe.poll(0), probe.wakes, semaphore.availablePermits]).toEqual([Pending, 1, 1]);
    probe.poll(1);
    expect([probe.budget, semaphore.availablePermits]).toEqual([0, 0]);
  });

  test("never lets more tasks in than it has permits, under any load", () => {
    const runtime = new HandDriven();
    const semaphore = new Semaphore(5);
    let [inside, most, finished] = [0, 0, 0];
    const worker = asyncFn(function* (count: number) {
      for (let i = 0; i < 20; i++) {
        using permit = yield* semaphore.acquireMany(count);
        inside += permit.numPermits;
        most = Math.max(most, inside);
        yield* yieldNow();
        inside -= permit.numPermits;
      }
      finished++;
    });
    for (let i = 0; i < 100; i++) runtime.spawn(worker(1 + (i % 5)));
    runtime.settle();
    expect([finished, most, semaphore.availablePermits]).toEqual([100, 5, 5]);
  });

  test("lets a woken waiter's waker use it at once", () => {
    const semaphore = new Semaphore(0);
    const log: (SemaphorePermit | null | number)[] = [];
    const first = new Probe(semaphore.acquire());
    first.waker.wake = () => log.push(semaphore.tryAcquire(), semaphore.availablePermits);
    first.poll();
    const second = waiting(semaphore.acquire());
    semaphore.addPermits(3);
    expect(log).toEqual([null, 0]);
    expect([second.wakes, semaphore.availablePermits]).toEqual([1, 1]);
  });
});

describe("adding and forgetting permits", () => {
  test("adds up to the maximum and no further", () => {
    const semaphore = new Semaphore(0);
    semaphore.addPermits(MAX);
    expect(semaphore.availablePermits).toBe(MAX);
    expect(() => semaphore.addPermits(1)).toThrow(/at most/);
    expect(semaphore.availablePermits).toBe(MAX);
    expect(new Semaphore(MAX).availablePermits).toBe(MAX);
  });

  test("forgets what is free, and says how much that was", () => {
    const semaphore = new Semaphore(5);
    expect([semaphore.forgetPermits(2), semaphore.availablePermits]).toEqual([2, 3]);
    expect([semaphore.forgetPermits(9), semaphore.availablePermits]).toEqual([3, 0]);
    expect(semaphore.forgetPermits(1)).toBe(0);
  });

  test.each([-1, 1.5, Number.NaN, MAX + 1, Infinity])("refuses %d permits everywhere", (count) => {
    const semaphore = new Semaphore(1);
    const permit = now(semaphore.acquire());
    for (const attempt of [
      () => new Semaphore(count),
      () => semaphore.addPermits(count),
      () => semaphore.forgetPermits(count),
      () => semaphore.acquireMany(count),
      () => semaphore.tryAcquireMany(count),
      () => permit.split(count),
    ]) {
      expect(attempt).toThrow(RangeError);
    }
  });
});

describe("a permit", () => {
  test("goes back once", () => {
    const semaphore = new Semaphore(2);
    const permit = now(semaphore.acquireMany(2));
    permit.drop();
    permit.drop();
    expect([permit.numPermits, semaphore.availablePermits]).toEqual([0, 2]);
  });

  test("that is forgotten never goes back", () => {
    const semaphore = new Semaphore(2);
    const permit = now(semaphore.acquire());
    permit.forget();
    permit.drop();
    expect([permit.numPermits, semaphore.availablePermits]).toEqual([0, 1]);
  });

  test("takes over those of another of the same semaphore", () => {
    const semaphore = new Semaphore(3);
    const one = now(semaphore.acquire());
    const two = now(semaphore.acquireMany(2));
    one.merge(two);
    expect([one.numPermits, two.numPermits]).toEqual([3, 0]);
    two.drop();
    expect(semaphore.availablePermits).toBe(0);
    one.drop();
    expect(semaphore.availablePermits).toBe(3);
  });

  test("refuses those of another semaphore, and itself", () => {
    const [semaphore, other] = [new Semaphore(1), new Semaphore(1)];
    const [mine, theirs] = [now(semaphore.acquire()), now(other.acquire())];
    expect(() => mine.merge(theirs)).toThrow(/same semaphore/);
    expect(() => mine.merge(mine)).toThrow(/itself/);
    expect([mine.numPermits, theirs.numPermits]).toEqual([1, 1]);
  });

  test("can be split, but not beyond what it has", () => {
    const semaphore = new Semaphore(5);
    const whole = now(semaphore.acquireMany(5));
    const part = whole.split(2);
    expect([whole.numPermits, part?.numPermits]).toEqual([3, 2]);
    expect(whole.split(4)).toBe(null);
    expect(whole.split(0)?.numPermits).toBe(0);
    part?.drop();
    expect(semaphore.availablePermits).toBe(2);
    whole.drop();
    expect(semaphore.availablePermits).toBe(5);
  });
});

describe("a closed semaphore", () => {
  test("wakes everybody who waits, and they fail", () => {
    const semaphore = new Semaphore(1);
    const probes = [2, 1, 1].map((count) => waiting(semaphore.acquireMany(count)));
    semaphore.close();
    semaphore.close();
    expect(semaphore.isClosed).toBe(true);
    for (const probe of probes) {
      expect(probe.wakes).toBe(1);
      expect(() => probe.poll()).toThrow(SemaphoreClosedError);
      expect(() => probe.poll()).toThrow(PolledAfterCompletionError);
    }
    expect(semaphore.availablePermits).toBe(1);
  });

  test("refuses new requests, even when permits are free", () => {
    const semaphore = new Semaphore(1);
    semaphore.close();
    expect(() => now(semaphore.acquire())).toThrow(SemaphoreClosedError);
    expect(() => semaphore.tryAcquire()).toThrow(SemaphoreClosedError);
    expect(() => now(semaphore.acquireMany(0))).toThrow(SemaphoreClosedError);
  });

  test("refuses one that was granted but had not noticed, and keeps its permit", () => {
    const semaphore = new Semaphore(0);
    const probe = waiting(semaphore.acquire());
    semaphore.addPermits(1);
    semaphore.close();
    expect(probe.wakes).toBe(1);
    expect(() => probe.poll()).toThrow(SemaphoreClosedError);
    expect(semaphore.availablePermits).toBe(1);
  });

  test("takes permits back, and takes new ones", () => {
    const semaphore = new Semaphore(2);
    const permit = now(semaphore.acquire());
    semaphore.close();
    permit.drop();
    semaphore.addPermits(3);
    expect(semaphore.availablePermits).toBe(5);
    expect(semaphore.forgetPermits(1)).toBe(1);
  });
});

test("a semaphore agrees with a queue whose head is served as soon as all it asks for is free", () => {
  const count = fc.integer({ min: 0, max: 4 });
  const operation = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("acquire" as const), arg: count }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("poll" as const), arg: fc.nat() }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("drop" as const), arg: fc.nat() }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("release" as const), arg: fc.nat() }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom("try" as const, "add" as const, "forget" as const), arg: count }),
    },
  );
  interface Request {
    readonly probe: Probe<SemaphorePermit>;
    readonly count: number;
    state: "fresh" | "waiting" | "granted" | "over";
    wakes: number;
  }
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 80 }), fc.integer({ min: 0, max: 5 }), (operations, initial) => {
      const semaphore = new Semaphore(initial);
      const requests: Request[] = [];
      const permits: SemaphorePermit[] = [];
      let queue: Request[] = [];
      let free = initial;
      const serve = (): void => {
        while (queue.length > 0 && queue[0].count <= free) {
          const request = queue[0];
          queue.shift();
          free -= request.count;
          request.state = "granted";
          request.wakes++;
        }
      };
      const take = (amount: number): boolean => {
        if (amount > 0 && (queue.length > 0 || amount > free)) return false;
        free -= amount;
        return true;
      };
      for (const { kind, arg } of operations) {
        if (kind === "acquire") {
          const probe = new Probe(semaphore.acquireMany(arg));
          requests.push({ probe, count: arg, state: "fresh", wakes: 0 });
        } else if (kind === "try") {
          const permit = semaphore.tryAcquireMany(arg);
          expect(permit !== null).toBe(take(arg));
          if (permit !== null) permits.push(permit);
        } else if (kind === "add") {
          semaphore.addPermits(arg);
          free += arg;
          serve();
        } else if (kind === "forget") {
          const forgotten = queue.length > 0 ? 0 : Math.min(arg, free);
          expect(semaphore.forgetPermits(arg)).toBe(forgotten);
          free -= forgotten;
        } else if (kind === "release") {
          if (permits.length === 0) continue;
          const [permit] = permits.splice(arg % permits.length, 1);
          free += permit.numPermits;
          permit.drop();
          serve();
        } else {
          const live = requests.filter((request) => request.state !== "over");
          if (live.length === 0) continue;
          const request = live[arg % live.length];
          if (kind === "drop") {
            request.probe.drop();
            queue = queue.filter((other) => other !== request);
            if (request.state === "granted") free += request.count;
            request.state = "over";
            serve();
          } else {
            const result = request.probe.poll();
            if (request.state === "fresh") {
              if (take(request.count)) request.state = "granted";
              else {
                request.state = "waiting";
                queue.push(request);
              }
            }
            expect(result !== Pending).toBe(request.state === "granted");
            if (result === Pending) continue;
            request.state = "over";
            permits.push(result);
          }
        }
        expect(semaphore.availablePermits).toBe(queue.length > 0 ? 0 : free);
        for (const request of requests) expect(request.probe.wakes).toBe(request.wakes);
      }
      // When everybody lets go, everything is back.
      for (const request of requests) request.probe.drop();
      let held = permits.reduce((sum, permit) => sum + permit.numPermits, 0);
      for (const request of requests) if (request.state === "granted") held += request.count;
      for (const permit of permits) permit.drop();
      expect(semaphore.availablePermits).toBe(free + held);
    }),
    { numRuns: 500 },
  );
});
