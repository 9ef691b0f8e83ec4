// Every future of this module, dropped at every point of its life: before its first poll, after each poll, and after each event
// in between. Whatever it held or was about to get must then be there for the others, once.
import { describe, expect, test } from "vitest";
import { type Future, Pending, ready } from "../src/future/index.ts";
import { Barrier, CancellationToken, Mutex, Notify, OnceCell, RwLock, Semaphore } from "../src/sync/index.ts";
import { Controlled } from "./support/bench-stand.ts";
import { now, Probe, waiting } from "./support/probe.ts";

interface Scenario {
  /** The future whose life is cut short. */
  readonly future: Future<unknown>;
  /** What happens between its polls: the first event after the first poll, and so on. Each leads to one more poll. */
  readonly events: readonly (() => void)[];
  /**
   * Called after the drop, and after the value that the future may have returned was disposed of. Nothing may be missing.
   *
   * @param returned whether the future came to its end before it was dropped
   */
  readonly expectNothingHeld: (returned: boolean) => void;
}

const scenarios: Record<string, () => Scenario> = {
  "Semaphore.acquire of a free permit": () => {
    const semaphore = new Semaphore(1);
    return {
      future: semaphore.acquire(),
      events: [],
      expectNothingHeld: () => expect(semaphore.availablePermits).toBe(1),
    };
  },
  "Semaphore.acquireMany that is served bit by bit, with another behind it": () => {
    const semaphore = new Semaphore(1);
    const future = semaphore.acquireMany(3);
    let behind: Probe<unknown> | null = null;
    const queueBehind = (): void => void (behind ??= waiting(semaphore.acquireMany(3)));
    let added = 1;
    const add = (): void => {
      queueBehind();
      semaphore.addPermits(1);
      added++;
    };
    return {
      future,
      events: [queueBehind, add, add],
      expectNothingHeld: () => {
        semaphore.addPermits(3 - added);
        if (behind === null) expect(semaphore.availablePermits).toBe(3);
        else {
          expect(behind.wakes).toBe(1);
          expect(behind.poll()).not.toBe(Pending);
        }
      },
    };
  },
  "Semaphore.acquire while the semaphore is closed": () => {
    const semaphore = new Semaphore(1);
    return {
      future: semaphore.acquireMany(2),
      events: [() => semaphore.close()],
      expectNothingHeld: () => expect(semaphore.availablePermits).toBe(1),
    };
  },
  "Mutex.lock": () => {
    const mutex = new Mutex(0);
    const holder = now(mutex.lock());
    const future = mutex.lock();
    let behind: Probe<unknown> | null = null;
    return {
      future,
      events: [() => void (behind = waiting(mutex.lock())), () => holder.drop()],
      expectNothingHeld: () => {
        holder.drop();
        if (behind !== null) {
          expect(behind.wakes).toBe(1);
          behind.drop();
        }
        expect(mutex.tryLock()).not.toBe(null);
      },
    };
  },
  "RwLock.read": () => {
    const lock = new RwLock(0);
    const holder = now(lock.write());
    return {
      future: lock.read(),
      events: [() => holder.drop()],
      expectNothingHeld: () => {
        holder.drop();
        expect(lock.tryWrite()).not.toBe(null);
      },
    };
  },
  "RwLock.write between readers": () => {
    const lock = new RwLock(0);
    const holder = now(lock.read());
    const future = lock.write();
    let behind: Probe<unknown> | null = null;
    return {
      future,
      events: [() => void (behind = waiting(lock.read())), () => holder.drop()],
      expectNothingHeld: () => {
        if (behind !== null) {
          expect(behind.wakes).toBe(1);
          behind.drop();
        }
        holder.drop();
        expect(lock.tryWrite()).not.toBe(null);
      },
    };
  },
  "Notify.notified": () => {
    const notify = new Notify();
    const future = notify.notified();
    let behind: Probe<unknown> | null = null;
    let notified = false;
    return {
      future,
      events: [
        () => void (behind = waiting(notify.notified())),
        () => {
          notify.notifyOne();
          notified = true;
        },
      ],
      expectNothingHeld: (returned) => {
        // Returned, it is used up; otherwise it was passed on.
        if (!notified || returned) notify.notifyOne();
        expect((behind ?? new Probe(notify.notified())).poll()).toBe(undefined);
        expect(behind?.wakes ?? 1).toBe(1);
      },
    };
  },
  "Barrier.wait": () => {
    const barrier = new Barrier(2);
    const future = barrier.wait();
    let leader: unknown = null;
    return {
      future,
      events: [() => void (leader = now(barrier.wait()))],
      expectNothingHeld: () => {
        expect(leader).toEqual(leader === null ? null : { isLeader: true });
        const next = waiting(barrier.wait());
        expect(now(barrier.wait()).isLeader).toBe(true);
        expect(next.wakes).toBe(1);
      },
    };
  },
  "OnceCell.getOrInit that computes": () => {
    const cell = new OnceCell<number>();
    const source = new Controlled<number>();
    let behind: Probe<number> | null = null;
    return {
      future: cell.getOrInit(() => source),
      events: [() => void (behind = waiting(cell.getOrInit(() => ready(2)))), () => source.complete(1)],
      expectNothingHeld: () => {
        expect(source.drops).toBeLessThanOrEqual(1);
        expect(source.waker).toBe(null);
        if (behind !== null) {
          expect(behind.wakes).toBe(1);
          expect(behind.poll()).toBe(cell.get());
        } else expect(now(cell.getOrInit(() => ready(2)))).toBe(2);
      },
    };
  },
  "OnceCell.getOrInit that waits for its turn": () => {
    const cell = new OnceCell<number>();
    const first = waiting(cell.getOrInit(() => new Controlled<number>()));
    const source = new Controlled<number>();
    return {
      future: cell.getOrInit(() => source),
      events: [() => first.drop(), () => source.complete(1)],
      expectNothingHeld: () => {
        first.drop();
        expect(source.waker).toBe(null);
        expect(now(cell.getOrInit(() => ready(2)))).toBe(cell.get());
      },
    };
  },
  "CancellationToken.cancelled": () => {
    const token = new CancellationToken();
    const child = token.childToken();
    return {
      future: child.cancelled(),
      events: [() => token.cancel()],
      expectNothingHeld: () => token.cancel(),
    };
  },
  "CancellationToken.runUntilCancelled": () => {
    const token = new CancellationToken();
    const inner = new Controlled<number>();
    return {
      future: token.runUntilCancelled(inner),
      events: [() => {}, () => token.cancel()],
      expectNothingHeld: () => {
        expect([inner.drops, inner.waker]).toEqual([1, null]);
        token.cancel();
      },
    };
  },
};

describe.each(Object.entries(scenarios))("%s", (_name, make) => {
  // Polls and events alternate, from a poll to a poll.
  const points = Array.from({ length: 2 * make().events.length + 2 }, (_, steps) => steps);

  test.each(points)("dropped after %d polls and events, leaves nothing behind", (steps) => {
    const { future, events, expectNothingHeld } = make();
    const probe = new Probe(future);
    let value: unknown = Pending;
    for (let step = 0; step < steps && value === Pending; step++) {
      if (step % 2 === 1) {
        const { wakes } = probe;
        events[(step - 1) / 2]();
        expect(probe.wakes - wakes).toBeLessThanOrEqual(1);
      } else {
        try {
          value = probe.poll();
        } catch (error) {
          value = error;
        }
      }
    }
    const { wakes } = probe;
    future.drop();
    future.drop();
    if (typeof value === "object" && value !== null && Symbol.dispose in value) (value as Disposable)[Symbol.dispose]();
    expectNothingHeld(value !== Pending);
    expect(probe.wakes).toBe(wakes);
  });

  test("comes to its end when it is not dropped", () => {
    const { future, events } = make();
    const probe = new Probe(future);
    let outcome: unknown = probe.poll();
    for (const event of events) {
      expect(outcome).toBe(Pending);
      event();
      try {
        outcome = probe.poll();
      } catch (error) {
        outcome = error;
      }
    }
    expect(outcome).not.toBe(Pending);
  });
});
