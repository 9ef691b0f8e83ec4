// Two producers hand payloads of two words to one consumer: each claims a slot, fills it and then marks it as full. Broken:
// it marks the slot before it has filled it.
import type { Model } from "../../src/index.ts";
import type { SeededBug } from "./seeded-bug.ts";
import { expectEachOnce, expectEqual } from "./check.ts";

const slots = 2;

function modelOf(name: string, fillsFirst: boolean): Model {
  return {
    name,
    setup(memory) {
      const tail = memory.int32Array("tail");
      const full = memory.int32Array("full", slots);
      const payloads = memory.name("payloads", new Float64Array(new SharedArrayBuffer(slots * 16)));
      const send = (value: number): void => {
        const slot = Atomics.add(tail, 0, 1);
        if (!fillsFirst) Atomics.store(full, slot, 1);
        payloads[slot * 2] = value;
        payloads[slot * 2 + 1] = -value;
        if (!fillsFirst) return;
        Atomics.store(full, slot, 1);
      };
      return {
        threads: {
          one: () => send(1),
          two: () => send(2),
          consumer() {
            const received: number[] = [];
            for (let slot = 0; slot < slots; slot++) {
              while (Atomics.load(full, slot) === 0) Atomics.pause();
              const value = payloads[slot * 2] ?? 0;
              expectEqual(payloads[slot * 2 + 1], -value, "the second half");
              received.push(value);
            }
            expectEachOnce(received, [1, 2]);
          },
        },
      };
    },
  };
}

const correct: Model = modelOf("mpsc", true);
const broken: Model = modelOf("mpsc, slot published before its payload", false);

export const mpsc: SeededBug = { correct, broken };
