import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Stealer, WorkQueue, workQueueWords } from "../src/memory/work-queue.ts";

const CAPACITY = 4;

/** Collects what a queue spills. */
class Spill {
  readonly entries: number[] = [];
  pushBatch(buffer: Int32Array, start: number, count: number): void {
    this.entries.push(...buffer.subarray(start, start + count));
  }
}

function queues(count: number, firstIndex = 0) {
  const size = workQueueWords(CAPACITY);
  const words = new Int32Array(new SharedArrayBuffer(count * size * 4));
  // Head and tail begin at any index: the words of a queue that has been used for long.
  for (let i = 0; i < count; i++) words[i * size] = words[i * size + 64] = firstIndex;
  return {
    owners: Array.from({ length: count }, (_, i) => new WorkQueue(words, i * size, CAPACITY)),
    stealers: Array.from({ length: count }, (_, i) => new Stealer(words, i * size, CAPACITY, i + 1)),
  };
}

function drain(queue: WorkQueue): number[] {
  const entries: number[] = [];
  for (let entry = queue.pop(); entry !== 0; entry = queue.pop()) entries.push(entry);
  return entries;
}

function owner(set: ReturnType<typeof queues>, i: number): WorkQueue {
  const queue = set.owners[i];
  if (queue === undefined) throw new Error("no such queue");
  return queue;
}

function stealer(set: ReturnType<typeof queues>, i: number): Stealer {
  const queue = set.stealers[i];
  if (queue === undefined) throw new Error("no such queue");
  return queue;
}

describe("a work queue", () => {
  test("gives its owner the entries in the order in which they came", () => {
    const set = queues(1);
    const spill = new Spill();
    const queue = owner(set, 0);
    for (const entry of [5, 6, 7]) queue.push(entry, spill);
    expect(queue.length).toBe(3);
    expect(drain(queue)).toEqual([5, 6, 7]);
    expect(queue.pop()).toBe(0);
    expect(spill.entries).toEqual([]);
  });

  test("takes several entries at once, and spills like one that is given each of them", () => {
    const together = queues(1, 0x7fff_fffe);
    const oneByOne = queues(1, 0x7fff_fffe);
    const [spill, expected] = [new Spill(), new Spill()];
    for (const entries of [[1, 2], [3, 4, 5, 6, 7], [], [8], [9, 10, 11]]) {
      owner(together, 0).pushMany(Int32Array.of(...entries, 99), entries.length, spill);
      for (const entry of entries) owner(oneByOne, 0).push(entry, expected);
      expect(spill.entries).toEqual(expected.entries);
      expect(owner(together, 0).pop()).toBe(owner(oneByOne, 0).pop());
    }
    expect(drain(owner(together, 0))).toEqual(drain(owner(oneByOne, 0)));
  });

  test("keeps its older half when it is full, and spills the younger one with the new entry", () => {
    const set = queues(1);
    const spill = new Spill();
    const queue = owner(set, 0);
    for (const entry of [1, 2, 3, 4, 5]) queue.push(entry, spill);
    expect(spill.entries).toEqual([3, 4, 5]);
    expect(drain(queue)).toEqual([1, 2]);
  });

  test("loses half of its entries, rounded up, to a thief, who gets the last of them at once", () => {
    const set = queues(2);
    const spill = new Spill();
    for (const entry of [1, 2, 3]) owner(set, 0).push(entry, spill);
    expect(stealer(set, 0).stealInto(owner(set, 1))).toBe(2);
    expect(stealer(set, 0).stolen).toBe(2);
    expect(drain(owner(set, 1))).toEqual([1]);
    expect(drain(owner(set, 0))).toEqual([3]);
    expect(stealer(set, 0).stealInto(owner(set, 1))).toBe(0);
    expect(stealer(set, 0).stolen).toBe(0);
  });

  test("gives a thief no more than it has room for", () => {
    const set = queues(2);
    const spill = new Spill();
    for (const entry of [1, 2, 3, 4]) owner(set, 0).push(entry, spill);
    for (const entry of [11, 12, 13]) owner(set, 1).push(entry, spill);
    expect(stealer(set, 0).stealInto(owner(set, 1))).toBe(1);
    expect(drain(owner(set, 1))).toEqual([11, 12, 13]);
    expect(drain(owner(set, 0))).toEqual([2, 3, 4]);
  });

  test("is taken over by another owner with what is in it", () => {
    const size = workQueueWords(CAPACITY);
    const words = new Int32Array(new SharedArrayBuffer(size * 4));
    const spill = new Spill();
    const first = new WorkQueue(words, 0, CAPACITY);
    for (const entry of [1, 2, 3]) first.push(entry, spill);
    expect(first.pop()).toBe(1);
    const second = new WorkQueue(words, 0, CAPACITY);
    for (const entry of [4, 5]) second.push(entry, spill);
    expect(drain(second)).toEqual([2, 3, 4, 5]);
    expect(spill.entries).toEqual([]);
  });

  test("refuses a capacity that is no power of two", () => {
    const words = new Int32Array(new SharedArrayBuffer(1024));
    expect(() => new WorkQueue(words, 0, 5)).toThrow(/power of two from 2 to 32768, got 5/);
  });

  test("never loses or doubles an entry, whatever its owners do and wherever the indices wrap", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("push" as const), queue: fc.nat(1) }),
      fc.record({ kind: fc.constant("pop" as const), queue: fc.nat(1) }),
      fc.record({ kind: fc.constant("steal" as const), queue: fc.nat(1) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: -6, max: 2 }), (steps, offset) => {
        const set = queues(2, (0x7fff_ffff + offset) | 0);
        const spill = new Spill();
        const out: number[] = [];
        let pushed = 0;
        for (const { kind, queue } of steps) {
          if (kind === "push") owner(set, queue).push(++pushed, spill);
          else {
            const entry =
              kind === "pop" ? owner(set, queue).pop() : stealer(set, queue).stealInto(owner(set, 1 - queue));
            if (entry !== 0) out.push(entry);
          }
        }
        const all = [...out, ...spill.entries, ...drain(owner(set, 0)), ...drain(owner(set, 1))];
        expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: pushed }, (_, i) => i + 1));
      }),
      { numRuns: 500 },
    );
  });
});
