// The local run queue: one owner, and thieves.
import type { Model } from "@pollab/interleave";
import { describe, it } from "vitest";
import { LINE_WORDS, type Words } from "../../src/memory/words.ts";
import { Stealer, WorkQueue, workQueueWords } from "../../src/memory/work-queue.ts";
import { expectCorrect, expectEachOnce, expectNoticed, instead, tornCompareExchange } from "./support.ts";

const capacity = 4;
const queueWords = workQueueWords(capacity);

/** An owner's part: what it takes out, entries that overflow included. */
type Owner = (queue: WorkQueue, overflow: Overflow) => number[];

class Overflow {
  readonly entries: number[] = [];

  pushBatch(buffer: Int32Array, start: number, count: number): void {
    this.entries.push(...buffer.slice(start, start + count));
  }
}

interface Setting {
  readonly name: string;
  /** How many entries are there before. */
  readonly before: number;
  /** Entries are numbered from 1; the last one is given out by `owner`. */
  readonly entries: number;
  readonly owner: Owner;
  /** How often each thief steals. */
  readonly thieves: readonly number[];
  readonly firstIndex?: number;
}

/** Queue 0 is the owner's, the others are those of the thieves. Every entry must be taken once, or be left in a queue. */
function queueModel({ name, before, entries, owner, thieves, firstIndex = 0 }: Setting): Model {
  return {
    name: `queue: ${name}`,
    setup(memory) {
      const words = memory.int32Array("queues", (thieves.length + 1) * queueWords);
      memory.name("head", words.subarray(0, 1));
      memory.name("thief", words.subarray(LINE_WORDS, LINE_WORDS + 1));
      memory.name("tail", words.subarray(2 * LINE_WORDS, 2 * LINE_WORDS + 1));
      memory.name("entries", words.subarray(3 * LINE_WORDS, queueWords));
      Atomics.store(words, 0, firstIndex);
      Atomics.store(words, 2 * LINE_WORDS, firstIndex);
      const initial = new WorkQueue(words, 0, capacity);
      for (let entry = 1; entry <= before; entry++) initial.push(entry, new Overflow());

      const threads: Record<string, () => readonly number[]> = {
        owner() {
          const overflow = new Overflow();
          return [...owner(new WorkQueue(words, 0, capacity), overflow), ...overflow.entries];
        },
      };
      thieves.forEach((times, i) => {
        threads[`thief ${i + 1}`] = () => steal(words, i + 1, times);
      });
      return {
        threads,
        check(results) {
          const taken = Object.values(results).flat() as number[]; // Threads of any name.
          const left = Array.from({ length: thieves.length + 1 }, (_, i) =>
            drain(new WorkQueue(words, i * queueWords, capacity)),
          );
          expectEachOnce([...taken, ...left.flat()], range(entries));
        },
      };
    },
  };
}

/** @returns the entries that it would run at once; the others are in its queue */
function steal(words: Words, id: number, times: number): number[] {
  const mine = new WorkQueue(words, id * queueWords, capacity);
  const stealer = new Stealer(words, 0, capacity, id);
  return Array.from({ length: times }, () => stealer.stealInto(mine)).filter((entry) => entry !== 0);
}

function drain(queue: WorkQueue): number[] {
  const entries: number[] = [];
  for (let entry = queue.pop(); entry !== 0; entry = queue.pop()) entries.push(entry);
  return entries;
}

function range(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}

function pushAll(queue: WorkQueue, overflow: Overflow, first: number, last: number): void {
  for (let entry = first; entry <= last; entry++) queue.push(entry, overflow);
}

const pushesAndPops: Setting = {
  name: "push and pop against a thief",
  before: 0,
  entries: 3,
  owner(queue, overflow) {
    pushAll(queue, overflow, 1, 3);
    return drain(queue);
  },
  thieves: [2],
};

const reuses: Setting = {
  name: "pop and push into the places of what a thief takes",
  before: 4,
  entries: 6,
  owner(queue, overflow) {
    const taken = [queue.pop()].filter((entry) => entry !== 0);
    pushAll(queue, overflow, 5, 6);
    return [...taken, queue.pop()].filter((entry) => entry !== 0);
  },
  thieves: [1],
};

const overflows: Setting = {
  name: "overflow against a thief",
  before: 3,
  entries: 6,
  owner(queue, overflow) {
    pushAll(queue, overflow, 4, 6);
    return [queue.pop()].filter((entry) => entry !== 0);
  },
  thieves: [2],
};

const several: Setting = {
  name: "several pushed at once against a thief",
  before: 2,
  entries: 5,
  owner(queue, overflow) {
    const taken = queue.pop();
    queue.pushMany(Int32Array.of(3, 4, 5), 3, overflow);
    return [taken, queue.pop()].filter((entry) => entry !== 0);
  },
  thieves: [2],
};

const twoThieves: Setting = { ...reuses, name: "pop and push against two thieves", thieves: [1, 1] };

describe("the work queue gives each entry out once", () => {
  it.each([
    { setting: pushesAndPops, preemptions: Infinity },
    { setting: reuses, preemptions: Infinity },
    { setting: overflows, preemptions: Infinity },
    { setting: several, preemptions: Infinity },
    { setting: { ...overflows, name: "overflow where indices wrap at 2^31", firstIndex: 0x7fff_fffe }, preemptions: 3 },
    { setting: { ...overflows, name: "overflow where indices wrap at 2^32", firstIndex: -2 }, preemptions: 3 },
    { setting: twoThieves, preemptions: 3 },
  ])("$setting.name", ({ setting, preemptions }) => {
    expectCorrect(queueModel(setting), { preemptions });
  });
});

describe("a model notices when", () => {
  it("an entry is claimed without compareExchange", () => {
    expectNoticed(queueModel(pushesAndPops), tornCompareExchange("head"), {}, ["assertion", "race"]);
  });

  it("a thief does not say that it is at work", () => {
    const unannounced = instead("compareExchange", "thief", () => 0);
    expectNoticed(queueModel(reuses), unannounced, {}, ["assertion", "race"]);
  });

  it("several entries are pushed where a thief still copies", () => {
    // As if nobody were at work when the owner looks for room.
    const overlooked = instead("load", "thief", () => 0);
    expectNoticed(queueModel(several), overlooked, {}, ["assertion", "race"]);
  });

  it("a thief says too early that it is done", () => {
    // The store after the copy comes with the claim instead.
    const early = instead("compareExchange", "head", (checked, view, index, expected, value) => {
      const seen = checked.compareExchange(view, index, expected, value);
      if (seen === expected) checked.store(view, index + LINE_WORDS, 0);
      return seen;
    });
    expectNoticed(queueModel(reuses), early, {}, ["assertion", "race"]);
  });

  it("two thieves are at work at a time", () => {
    const both = instead("compareExchange", "thief", (checked, view, index, _, me) => {
      checked.store(view, index, me);
      return 0;
    });
    expectNoticed(queueModel(twoThieves), both, { preemptions: 3 }, ["assertion", "race"]);
  });

  it("the tail is published before the entry", () => {
    const early = instead("load", "tail", (checked, view, index) => checked.load(view, index) + 1);
    expectNoticed(queueModel(pushesAndPops), early, {}, ["assertion", "race"]);
  });
});
