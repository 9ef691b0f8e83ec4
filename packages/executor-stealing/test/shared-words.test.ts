// The parts of the scheduler by themselves, as one thread uses them; test/models has them on all schedules.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Heap, HeapFullError } from "../src/memory/heap.ts";
import { Idle } from "../src/memory/idle.ts";
import { Locks, type Members } from "../src/memory/mutex.ts";
import { Parker } from "../src/memory/parker.ts";
import { SharedQueue, sharedQueueWords } from "../src/memory/shared-queue.ts";
import { Slab, slabWords } from "../src/memory/slab.ts";
import {
  Aborted,
  Again,
  Complete,
  Deliver,
  Joinable,
  JOINER,
  Live,
  Nothing,
  Pinned,
  Queued,
  Ready,
  Running,
  Schedule,
  Stale,
  TaskStates,
  Waiting,
  Watched,
} from "../src/memory/task-state.ts";
import type { Words } from "../src/memory/words.ts";

function words(count: number): Words {
  return new Int32Array(new SharedArrayBuffer(count * 4));
}

function locksOf(shared: Words, alive: readonly number[] = [1], me = 1): Locks {
  const members: Members = { me, isAlive: (id) => alive.includes(id) };
  return new Locks(shared, members, 0);
}

const task = 3;

function stateOf(states: TaskStates): number {
  return states.load(task) & 0xff;
}

function freshTask(flags: number = Joinable): { states: TaskStates; generation: number } {
  const states = new TaskStates(words(64), 0, 16);
  return { states, generation: states.create(task, flags) };
}

describe("the state of a task", () => {
  test("goes from queued to running to idle and back", () => {
    const { generation, states } = freshTask();
    expect(stateOf(states)).toBe(Live | Joinable | Queued);
    expect(states.start(task) & 0xff).toBe(Live | Joinable | Running);
    expect(states.suspend(task)).toBe(false);
    expect(stateOf(states)).toBe(Live | Joinable);
    expect(states.wake(task, generation)).toBe(Schedule);
    expect(states.wake(task, generation)).toBe(Nothing);
    expect(stateOf(states)).toBe(Live | Joinable | Queued);
  });

  test("is queued again when it was woken while it ran", () => {
    const { generation, states } = freshTask();
    states.start(task);
    expect(states.wake(task, generation)).toBe(Nothing);
    expect(states.suspend(task)).toBe(true);
    expect(stateOf(states)).toBe(Live | Joinable | Queued);
  });

  test.each([false, true])("is queued once when it yields, woken meanwhile: %s", (woken) => {
    const { generation, states } = freshTask();
    const started = states.start(task);
    if (woken) states.wake(task, generation);
    states.requeue(task, started);
    expect(stateOf(states)).toBe(Live | Joinable | Queued);
  });

  test("remembers an abort until the task is started, in every state", () => {
    const queued = freshTask();
    expect(queued.states.abort(task, queued.generation)).toBe(Nothing);
    expect(queued.states.start(task) & Aborted).toBe(Aborted);

    const idle = freshTask();
    idle.states.start(task);
    idle.states.suspend(task);
    expect(idle.states.abort(task, idle.generation)).toBe(Schedule);
    expect(idle.states.abort(task, idle.generation)).toBe(Nothing);
    expect(idle.states.start(task) & Aborted).toBe(Aborted);

    const running = freshTask();
    running.states.start(task);
    expect(running.states.abort(task, running.generation)).toBe(Nothing);
    expect(running.states.suspend(task)).toBe(true);
    expect(running.states.start(task) & Aborted).toBe(Aborted);

    const complete = freshTask();
    complete.states.start(task);
    complete.states.complete(task, Running);
    expect(complete.states.abort(task, complete.generation)).toBe(Nothing);
    expect(complete.states.wake(task, complete.generation)).toBe(Nothing);
  });

  test("names whom to wake when it is complete, once", () => {
    const { generation, states } = freshTask();
    expect(states.peek(task, generation)).toBe(Waiting);
    expect(states.watch(task, generation, 7, 70)).toBe(Waiting);
    expect(states.watch(task, generation, 8, 80)).toBe(Waiting);
    states.start(task);
    const state = states.complete(task, Running);
    expect([states.joiner, states.joinerGeneration]).toEqual([8, 80]);
    expect(state & (Complete | Joinable | Watched)).toBe(Complete | Joinable);
    expect(states.peek(task, generation)).toBe(Ready);
    expect(states.watch(task, generation, 9, 90)).toBe(Ready);
  });

  test("lets nobody release it while the completer reads whom to wake", () => {
    const shared = words(64);
    const states = new TaskStates(shared, 0, 16);
    const generation = states.create(task, Joinable);
    states.watch(task, generation, 7, 70);
    states.start(task);
    // Half of what `complete` does.
    Atomics.xor(shared, task * 16, Running | Complete);
    expect(states.peek(task, generation)).toBe(Again);
    expect(states.watch(task, generation, 8, 80)).toBe(Again);
    expect(states.watch(task, generation, 7, 70)).toBe(Waiting);
    expect(shared[task * 16 + JOINER]).toBe(7);
    expect(states.detach(task, generation)).toBe(false);
  });

  test("is released by the completer if it is detached before, and by who detaches it if after", () => {
    const before = freshTask();
    before.states.start(task);
    expect(before.states.detach(task, before.generation)).toBe(false);
    expect(before.states.complete(task, Running) & Joinable).toBe(0);

    const after = freshTask();
    after.states.start(task);
    expect(after.states.complete(task, Running) & Joinable).toBe(Joinable);
    expect(after.states.detach(task, after.generation)).toBe(true);
  });

  test("makes every handle and waker of an earlier generation stale", () => {
    const { generation, states } = freshTask();
    states.start(task);
    states.complete(task, Running);
    states.release(task, generation);
    for (const create of [false, true]) {
      if (create) expect(states.create(task, Joinable)).toBe(generation + 1);
      expect(states.wake(task, generation)).toBe(Nothing);
      expect(states.abort(task, generation)).toBe(Nothing);
      expect(states.peek(task, generation)).toBe(Stale);
      expect(states.watch(task, generation, 1, 1)).toBe(Stale);
      expect(states.detach(task, generation)).toBe(false);
    }
    expect(stateOf(states)).toBe(Live | Joinable | Queued);
  });

  test("begins again with generation 0 after the last one", () => {
    const shared = words(64);
    const states = new TaskStates(shared, 0, 16);
    shared[task * 16] = 0xffff_ff00 | 0;
    expect(states.create(task, 0)).toBe(0xff_ffff);
    states.release(task, 0xff_ffff);
    expect(states.create(task, 0)).toBe(0);
  });

  test("sends the wakes of what is pinned to its home, and acknowledges them there", () => {
    const { generation, states } = freshTask();
    states.start(task);
    states.wake(task, generation);
    expect(states.pin(task)).toBe(true);
    expect(states.acknowledge(task, generation) & (Queued | Pinned)).toBe(Queued | Pinned);
    expect(states.wake(task, generation)).toBe(Deliver);
    expect(states.wake(task, generation)).toBe(Nothing);
    expect(states.acknowledge(task, generation + 1)).toBe(0);
    states.acknowledge(task, generation);
    expect(states.complete(task, 0) & Complete).toBe(Complete);
  });
});

describe("the idle word", () => {
  test("wakes one who sleeps, unless somebody searches", () => {
    const idle = new Idle(words(1), 0, 4);
    expect(idle.wakeOne()).toBe(-1);
    expect(idle.sleep(2, false)).toBe(false);
    expect(idle.sleep(3, false)).toBe(false);
    expect(idle.wakeOne()).toBe(2);
    expect(idle.rise(2)).toBe(true);
    // The one that was woken counts as searching.
    expect(idle.wakeOne()).toBe(-1);
    expect(idle.endSearch()).toBe(true);
    expect(idle.wakeOne()).toBe(3);
  });

  test("lets half of the workers search, rounded up", () => {
    for (const [workers, most] of [
      [1, 1],
      [2, 1],
      [3, 2],
      [24, 12],
    ] as const) {
      const idle = new Idle(words(1), 0, workers);
      for (let i = 0; i < most; i++) expect(idle.beginSearch()).toBe(true);
      expect(idle.beginSearch()).toBe(false);
      for (let i = most; i > 1; i--) expect(idle.endSearch()).toBe(false);
      expect(idle.endSearch()).toBe(true);
    }
  });

  test("tells the last one who ends its search by going to sleep", () => {
    const idle = new Idle(words(1), 0, 24);
    for (let i = 0; i < 2; i++) idle.beginSearch();
    expect(idle.sleep(23, true)).toBe(false);
    expect(idle.sleep(0, true)).toBe(true);
    expect(idle.isAsleep(23)).toBe(true);
    expect(idle.rise(23)).toBe(false);
    expect(idle.isAsleep(23)).toBe(false);
    expect(idle.wakeOne()).toBe(0);
  });
});

describe("a parker", () => {
  test("keeps a wake that comes before the sleep, and only one", () => {
    const parker = new Parker(words(2), 0);
    let kicks = 0;
    const kick = (): void => void kicks++;
    parker.unpark(kick);
    parker.unpark(kick);
    // Would never return.
    parker.park(Infinity);
    expect(parker.enterDriver()).toBe(true);
    parker.unpark(kick);
    parker.unpark(kick);
    expect(kicks).toBe(1);
    parker.wakeUp();
    parker.unpark(kick);
    expect(parker.enterDriver()).toBe(false);
    expect(kicks).toBe(1);
  });

  test("kicks no driver once it is closed", () => {
    const parker = new Parker(words(2), 0);
    parker.enterDriver();
    parker.unpark(() => {
      expect(parker.close()).toBe(false);
    });
    expect(parker.close()).toBe(true);
    parker.unpark(() => expect.fail("the driver is gone"));
  });

  test("wakes an event loop", async () => {
    const parker = new Parker(words(2), 0);
    const arrival = parker.arrival();
    parker.unpark(() => expect.fail("there is no driver"));
    await arrival;
    parker.unpark(() => {});
    await parker.arrival();
  });
});

describe("a lock", () => {
  test("tells whoever takes it over that its holder has died", () => {
    const shared = words(1);
    const alive = [1, 2];
    expect(locksOf(shared, alive, 2).lock(0)).toBe(true);
    alive.pop();
    const mine = locksOf(shared, alive);
    expect(mine.lock(0)).toBe(false);
    mine.unlock(0);
    expect(mine.lock(0)).toBe(true);
  });

  test("is refused to everybody once it is poisoned", () => {
    const shared = words(1);
    const mine = locksOf(shared);
    mine.lock(0);
    mine.poison(0);
    expect(mine.lock(0)).toBe(false);
    expect(mine.lock(0)).toBe(false);
  });
});

test("a shared queue is first in, first out, whatever is done with it, and refuses what it has no room for", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -4, max: 3 }), { maxLength: 50 }), (steps) => {
      const shared = words(sharedQueueWords(8));
      const queue = new SharedQueue(shared, 0, 8, locksOf(shared));
      const model: [number, number][] = [];
      const buffer = new Int32Array(4);
      let entry = 0;
      for (const step of steps) {
        if (step > 0) {
          // As many as that, one after the other.
          for (let i = 0; i < step; i++) {
            entry++;
            if (model.length === 8) expect(() => queue.push(entry, -entry)).toThrow(/full/);
            else {
              queue.push(entry, -entry);
              model.push([entry, -entry]);
            }
          }
        } else if (step === 0) {
          const [first, tag] = model.shift() ?? [0, 0];
          expect(queue.pop()).toBe(first);
          if (first !== 0) expect(queue.tag).toBe(tag);
        } else {
          const count = queue.popBatch(buffer, -step);
          expect([...buffer.subarray(0, count)]).toEqual(model.splice(0, -step).map(([first]) => first));
        }
        expect(queue.length).toBe(model.length);
        expect(queue.entries()).toEqual(model.map(([first]) => first));
      }
    }),
  );
});

describe("the slab", () => {
  test("gives each record to one at a time, whoever takes and gives, and knows them all in the end", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.tuple(fc.nat(1), fc.integer({ min: -3, max: 6 })), { maxLength: 60 }),
        (capacity, batch, steps) => {
          const shared = words(slabWords(capacity));
          const locks = locksOf(shared);
          const slabs = [new Slab(shared, 0, capacity, locks, batch), new Slab(shared, 0, capacity, locks, batch)];
          const taken: number[] = [];
          for (const [who, count] of steps) {
            const slab = slabs[who];
            if (slab === undefined) continue;
            for (let i = 0; i < count; i++) {
              const record = slab.take();
              if (record === 0) continue;
              expect(record).toBeGreaterThanOrEqual(1);
              expect(record).toBeLessThanOrEqual(capacity);
              expect(taken).not.toContain(record);
              taken.push(record);
            }
            for (let i = count; i < 0 && taken.length > 0; i++)
              slab.give(taken.splice((who * 7) % taken.length, 1)[0] ?? 0);
          }
          for (const record of taken) slabs[0]?.give(record);
          for (const slab of slabs) slab.flush();
          expect(slabs[0]?.available()).toBe(capacity);
        },
      ),
    );
  });
});

describe("the heap", () => {
  test("gives blocks that are apart from each other, empty and aligned, and reuses them", () => {
    const size = 4096;
    const shared = words(size);
    const heap = new Heap(shared, 0, size, locksOf(shared));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 200 }), { maxLength: 30 }), (steps) => {
        const blocks: { at: number; count: number; mark: number }[] = [];
        let mark = 0;
        for (const step of steps) {
          if (step <= 0) {
            const block = blocks.splice(-step, 1)[0];
            if (block !== undefined) heap.free(block.at);
            continue;
          }
          let at: number;
          try {
            at = heap.allocate(step);
          } catch (error) {
            expect(error).toBeInstanceOf(HeapFullError);
            continue;
          }
          expect(at % 2).toBe(0);
          expect(shared.subarray(at, at + step).every((word) => word === 0)).toBe(true);
          shared.fill(++mark, at, at + step);
          blocks.push({ at, count: step, mark });
        }
        for (const block of blocks) {
          expect(shared.subarray(block.at, block.at + block.count).every((word) => word === block.mark)).toBe(true);
        }
        for (const { at } of blocks) heap.free(at);
        expect(heap.usedWords()).toBe(0);
      }),
    );
  });

  test("says what to do when it is full", () => {
    const shared = words(512);
    const heap = new Heap(shared, 0, 512, locksOf(shared));
    expect(() => heap.allocate(1024)).toThrow(/no 4096 bytes .* raise heapBytes/);
  });
});
