// A lock that serves in the order of tickets. Broken: tickets are bytes and begin again at 0, but who is served is a word
// that does not.
import type { Model } from "../../src/index.ts";
import type { SeededBug } from "./seeded-bug.ts";
import { expectEqual } from "./check.ts";

function modelOf(name: string, servingAfter: (ticket: number) => number): Model {
  return {
    name,
    setup(memory) {
      const next = memory.name("next", new Uint8Array(new SharedArrayBuffer(1)));
      const serving = memory.int32Array("serving");
      const count = memory.int32Array("count");
      Atomics.store(next, 0, 255);
      Atomics.store(serving, 0, 255);
      const work = (): void => {
        const ticket = Atomics.add(next, 0, 1);
        while (Atomics.load(serving, 0) !== ticket) Atomics.pause();
        count[0] = (count[0] ?? 0) + 1;
        Atomics.store(serving, 0, servingAfter(ticket));
      };
      return { threads: { left: work, right: work }, check: () => expectEqual(count[0], 2, "count") };
    },
  };
}

const correct: Model = modelOf("ticket lock", (ticket) => (ticket + 1) & 0xff);
const broken: Model = modelOf("ticket lock that overflows", (ticket) => ticket + 1);

export const ticketLock: SeededBug = { correct, broken };
