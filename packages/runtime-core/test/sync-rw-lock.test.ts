import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asyncFn, Pending, yieldNow } from "../src/future/index.ts";
import { GuardDroppedError, RwLock, type RwLockReadGuard, type RwLockWriteGuard } from "../src/sync/index.ts";
import { HandDriven } from "./support/bench-stand.ts";
import { now, Probe, waiting } from "./support/probe.ts";

describe("a read-write lock", () => {
  test("lets many read at once", () => {
    const lock = new RwLock("v");
    const guards = [now(lock.read()), now(lock.read()), lock.tryRead()];
    expect(guards.map((guard) => guard?.value)).toEqual(["v", "v", "v"]);
    expect(lock.tryWrite()).toBe(null);
  });

  test("lets a single one write, and nobody read meanwhile", () => {
    const lock = new RwLock(1);
    const writer = now(lock.write());
    writer.value = 2;
    expect([lock.tryRead(), lock.tryWrite()]).toEqual([null, null]);
    const [reader, other] = [waiting(lock.read()), waiting(lock.write())];
    writer.drop();
    expect([reader.wakes, other.wakes]).toEqual([1, 0]);
    const guard = reader.poll();
    if (guard === Pending) throw new Error("the lock was handed over");
    expect(guard.value).toBe(2);
    guard.drop();
    expect(other.wakes).toBe(1);
  });

  test("lets a writer in when the last of the readers has left", () => {
    const lock = new RwLock(0);
    const readers = [now(lock.read()), now(lock.read())];
    const writer = waiting(lock.write());
    readers[0].drop();
    readers[0].drop();
    expect(writer.wakes).toBe(0);
    readers[1].drop();
    expect(writer.wakes).toBe(1);
  });

  test("holds up readers behind a writer that waits, so that it does not starve", () => {
    const lock = new RwLock(0);
    const early = now(lock.read());
    const writer = waiting(lock.write());
    const late = waiting(lock.read());
    expect(lock.tryRead()).toBe(null);
    early.drop();
    expect([writer.wakes, late.wakes]).toEqual([1, 0]);
    writer.drop();
    expect(late.wakes).toBe(1);
  });

  test("lets all readers up to the next writer in together", () => {
    const lock = new RwLock(0);
    const writer = now(lock.write());
    const waiters = ["read", "read", "write", "read"].map((kind) =>
      kind === "read" ? waiting(lock.read()) : waiting(lock.write()),
    );
    writer.drop();
    expect(waiters.map((probe) => probe.wakes)).toEqual([1, 1, 0, 0]);
  });

  test("lets the readers behind a writer go on when that gives up", () => {
    const lock = new RwLock(0);
    const early = now(lock.read());
    const writer = waiting(lock.write());
    const late = [waiting(lock.read()), waiting(lock.read())];
    writer.drop();
    expect(late.map((probe) => probe.wakes)).toEqual([1, 1]);
    early.drop();
    for (const probe of late) probe.drop();
    expect(lock.tryWrite()).not.toBe(null);
  });

  test("lets a writer become a reader, and those readers in that wait right behind it", () => {
    const lock = new RwLock(0);
    const writer = now(lock.write());
    const [reader, next, last] = [waiting(lock.read()), waiting(lock.write()), waiting(lock.read())];
    writer.value = 7;
    const downgraded = writer.downgrade();
    expect(downgraded.value).toBe(7);
    expect([reader.wakes, next.wakes, last.wakes]).toEqual([1, 0, 0]);
    // The guard that was used up takes nothing with it.
    writer.drop();
    expect(lock.tryWrite()).toBe(null);
    reader.drop();
    expect(next.wakes).toBe(0);
    downgraded.drop();
    expect(next.wakes).toBe(1);
  });

  test("gives no access through a guard that was dropped or downgraded", () => {
    const lock = new RwLock(0);
    const reader = now(lock.read());
    reader.drop();
    expect(() => reader.value).toThrow(GuardDroppedError);
    const writer = now(lock.write());
    const downgraded = writer.downgrade();
    for (const use of [() => writer.value, () => (writer.value = 1), () => writer.downgrade()]) {
      expect(use).toThrow(GuardDroppedError);
    }
    expect(downgraded.value).toBe(0);
  });

  test("is free again when guards leave their blocks", () => {
    const lock = new RwLock(0);
    {
      using reader = now(lock.read());
      expect(reader.value).toBe(0);
    }
    {
      using writer = now(lock.write());
      writer.value = 1;
    }
    expect(lock.tryWrite()?.value).toBe(1);
  });

  test("loses no update and shows none halfway, whatever the tasks do while they hold it", () => {
    const runtime = new HandDriven();
    const lock = new RwLock({ left: 0, right: 0 });
    let torn = 0;
    const write = asyncFn(function* () {
      for (let i = 0; i < 10; i++) {
        using guard = yield* lock.write();
        guard.value.left++;
        yield* yieldNow();
        guard.value.right++;
      }
    });
    const read = asyncFn(function* () {
      for (let i = 0; i < 10; i++) {
        using guard = yield* lock.read();
        yield* yieldNow();
        if (guard.value.left !== guard.value.right) torn++;
      }
    });
    for (let i = 0; i < 5; i++) {
      runtime.spawn(write());
      runtime.spawn(read());
    }
    runtime.settle();
    expect([torn, now(lock.read()).value]).toEqual([0, { left: 50, right: 50 }]);
  });
});

test("a read-write lock agrees with a queue of readers and writers", () => {
  const operation = fc.record({
    kind: fc.oneof(
      fc.constantFrom("read" as const, "write" as const, "tryRead" as const, "tryWrite" as const, "downgrade" as const),
      fc.constantFrom("poll" as const, "poll" as const, "dropFuture" as const, "release" as const, "release" as const),
    ),
    at: fc.nat(),
  });
  interface Request {
    readonly probe: Probe<RwLockReadGuard<null> | RwLockWriteGuard<null>>;
    readonly writes: boolean;
    state: "fresh" | "waiting" | "granted" | "over";
    wakes: number;
  }
  interface Holder {
    readonly guard: RwLockReadGuard<null> | RwLockWriteGuard<null>;
    readonly writes: boolean;
  }
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
      const lock = new RwLock(null);
      const requests: Request[] = [];
      let holders: Holder[] = [];
      let queue: Request[] = [];
      const inside = (): boolean[] => [
        ...holders.map((holder) => holder.writes),
        ...requests.filter((request) => request.state === "granted").map((request) => request.writes),
      ];
      const fits = (writes: boolean): boolean => (writes ? inside().length === 0 : !inside().includes(true));
      const serve = (): void => {
        for (let head = queue[0]; head !== undefined && fits(head.writes); head = queue[0]) {
          queue.shift();
          head.state = "granted";
          head.wakes++;
        }
      };
      for (const { kind, at } of operations) {
        const live = requests.filter((request) => request.state !== "over");
        if (kind === "read" || kind === "write") {
          const probe = kind === "read" ? new Probe(lock.read()) : new Probe(lock.write());
          requests.push({ probe, writes: kind === "write", state: "fresh", wakes: 0 });
        } else if (kind === "tryRead" || kind === "tryWrite") {
          const writes = kind === "tryWrite";
          const guard = writes ? lock.tryWrite() : lock.tryRead();
          expect(guard !== null).toBe(queue.length === 0 && fits(writes));
          if (guard !== null) holders.push({ guard, writes });
        } else if (kind === "downgrade") {
          const writer = holders.find((holder) => holder.writes);
          if (writer === undefined) continue;
          const guard = (writer.guard as RwLockWriteGuard<null>).downgrade();
          holders = [{ guard, writes: false }];
          serve();
        } else if (kind === "release") {
          if (holders.length === 0) continue;
          const [holder] = holders.splice(at % holders.length, 1);
          holder.guard.drop();
          serve();
        } else if (live.length > 0) {
          const request = live[at % live.length];
          if (kind === "dropFuture") {
            request.probe.drop();
            request.state = "over";
            queue = queue.filter((other) => other !== request);
            serve();
          } else {
            const guard = request.probe.poll();
            if (request.state === "fresh") {
              if (queue.length === 0 && fits(request.writes)) request.state = "granted";
              else {
                request.state = "waiting";
                queue.push(request);
              }
            }
            expect(guard !== Pending).toBe(request.state === "granted");
            if (guard === Pending) continue;
            request.state = "over";
            holders.push({ guard, writes: request.writes });
          }
        }
        for (const request of requests) expect(request.probe.wakes).toBe(request.wakes);
      }
      for (const request of requests) request.probe.drop();
      for (const holder of holders) holder.guard.drop();
      expect(lock.tryWrite()).not.toBe(null);
    }),
    { numRuns: 500 },
  );
});
