// What threads take and give under locks: the records of the slab, the blocks of the heap and the entries of shared queues.
import type { Model } from "@pollab/interleave";
import { describe, it } from "vitest";
import { Heap } from "../../src/memory/heap.ts";
import { Locks } from "../../src/memory/mutex.ts";
import { SharedQueue, sharedQueueWords } from "../../src/memory/shared-queue.ts";
import { Slab, slabWords } from "../../src/memory/slab.ts";
import type { Words } from "../../src/memory/words.ts";
import { expectCorrect, expectEachOnce, expectNoticed, instead } from "./support.ts";

function locksOf(words: Words, me: number): Locks {
  return new Locks(words, { me, isAlive: () => true }, 0);
}

/** Two threads each take two records, which they have for themselves, and give one back. */
const slab: Model = {
  name: "slab: take and give",
  setup(memory) {
    const capacity = 4;
    const words = memory.int32Array("slab", slabWords(capacity));
    const records = memory.int32Array("records", capacity + 1);
    const use = (me: number) => (): number => {
      const own = new Slab(words, 0, capacity, locksOf(words, me), 1);
      const [first, second] = [own.take(), own.take()];
      records[first]++;
      records[second]++;
      own.give(first);
      own.flush();
      return second;
    };
    return {
      threads: { left: use(1), right: use(2) },
      check({ left, right }) {
        const rest = new Slab(words, 0, capacity, locksOf(words, 3), 1);
        const taken = [left, right] as number[]; // As they return it.
        expectEachOnce([...taken, rest.take(), rest.take(), rest.take()], [0, 1, 2, 3, 4]);
      },
    };
  },
};

/** Two threads each take a block, write to it, give it back and take another. */
const heap: Model = {
  name: "heap: allocate and free",
  setup(memory) {
    const size = 128;
    const words = memory.int32Array("heap", size);
    const use = (me: number) => (): void => {
      const own = new Heap(words, 0, size, locksOf(words, me));
      const first = own.allocate(4);
      words[first] = me;
      if (words[first] !== me) throw new Error("somebody else has the block");
      own.free(first);
      words[own.allocate(4)] = me;
    };
    return {
      threads: { left: use(1), right: use(2) },
      check() {
        const used = new Heap(words, 0, size, locksOf(words, 3)).usedWords();
        if (used !== 32) throw new Error(`two blocks have ${used} words`);
      },
    };
  },
};

/** Two threads push, two entries at once and one; a third takes what is there. */
const queue: Model = {
  name: "shared queue: push and pop",
  setup(memory) {
    const capacity = 4;
    const words = memory.int32Array("queue", sharedQueueWords(capacity));
    const queueOf = (me: number): SharedQueue => new SharedQueue(words, 0, capacity, locksOf(words, me));
    return {
      threads: {
        batch: () => queueOf(1).pushBatch(Int32Array.of(1, 2), 0, 2),
        single: () => queueOf(2).push(3, 30),
        taker() {
          const own = queueOf(3);
          const taken: number[] = [];
          for (let turn = 0; turn < 2; turn++) {
            const entry = own.pop();
            if (entry === 0) continue;
            if (own.tag !== (entry === 3 ? 30 : 0)) throw new Error(`entry ${entry} has the tag ${own.tag}`);
            taken.push(entry);
          }
          return taken;
        },
      },
      check({ taker }) {
        const rest = new Int32Array(capacity);
        const count = queueOf(4).popBatch(rest, capacity);
        expectEachOnce([...(taker as number[]), ...rest.subarray(0, count)], [1, 2, 3]); // As it returns it.
      },
    };
  },
};

const all: readonly { readonly model: Model; readonly lock: string }[] = [
  { model: slab, lock: "slab[0]" },
  { model: heap, lock: "heap[0]" },
  { model: queue, lock: "queue[0]" },
];

describe("each is given once", () => {
  it.each(all)("$model.name", ({ model }) => {
    expectCorrect(model, { preemptions: 4 });
  });
});

describe("a model notices when there is no lock", () => {
  it.each(all)("$model.name", ({ lock, model }) => {
    expectNoticed(
      model,
      instead("compareExchange", lock, () => 0),
      {},
      ["race", "assertion"],
    );
  });
});
