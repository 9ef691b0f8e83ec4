// Mutual exclusion of two threads with loads and stores alone (Peterson). Broken: the turn is given away before the interest
// is announced.
import type { Model } from "../../src/index.ts";
import type { SeededBug } from "./seeded-bug.ts";
import { expectEqual } from "./check.ts";

function modelOf(name: string, announcesFirst: boolean): Model {
  return {
    name,
    setup(memory) {
      const wants = memory.int32Array("wants", 2);
      const turn = memory.int32Array("turn");
      const inside = memory.int32Array("inside");
      const work = (me: number): void => {
        const other = 1 - me;
        if (announcesFirst) Atomics.store(wants, me, 1);
        Atomics.store(turn, 0, other);
        if (!announcesFirst) Atomics.store(wants, me, 1);
        while (Atomics.load(wants, other) === 1 && Atomics.load(turn, 0) === other) Atomics.pause();
        expectEqual(Atomics.add(inside, 0, 1), 0, "how many are inside already");
        Atomics.sub(inside, 0, 1);
        Atomics.store(wants, me, 0);
      };
      return { threads: { first: () => work(0), second: () => work(1) } };
    },
  };
}

const correct: Model = modelOf("Peterson's algorithm", true);
const broken: Model = modelOf("Peterson's algorithm, two lines swapped", false);

export const peterson: SeededBug = { correct, broken };
