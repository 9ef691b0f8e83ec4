// A stack as a linked list of numbered nodes. Broken: the head has no tag, so that a head which was taken and put back looks
// as if nothing had happened (ABA).
import type { Model } from "../../src/index.ts";
import type { SeededBug } from "./seeded-bug.ts";
import { expectEachOnce } from "./check.ts";

const none = 0;

class Stack {
  readonly #head: Int32Array;
  readonly #next: Int32Array;
  readonly #tagStep: number;

  constructor(head: Int32Array, next: Int32Array, tagStep: number) {
    this.#head = head;
    this.#next = next;
    this.#tagStep = tagStep;
  }

  push(node: number): void {
    for (;;) {
      const head = Atomics.load(this.#head, 0);
      Atomics.store(this.#next, node, head & 0xff);
      if (this.#replace(head, node)) return;
    }
  }

  pop(): number {
    for (;;) {
      const head = Atomics.load(this.#head, 0);
      const node = head & 0xff;
      if (node === none || this.#replace(head, Atomics.load(this.#next, node))) return node;
    }
  }

  #replace(head: number, node: number): boolean {
    const tagged = (head & ~0xff) + this.#tagStep + node;
    return Atomics.compareExchange(this.#head, 0, head, tagged) === head;
  }
}

function modelOf(name: string, tagStep: number): Model {
  return {
    name,
    setup(memory) {
      const head = memory.int32Array("head");
      const next = memory.int32Array("next", 4);
      const taken = memory.int32Array("taken", 2);
      const stack = (): Stack => new Stack(head, next, tagStep);
      for (const node of [3, 2, 1]) stack().push(node);
      return {
        threads: {
          pops: () => Atomics.store(taken, 0, stack().pop()),
          popsTwiceAndPutsBack() {
            const own = stack();
            const first = own.pop();
            Atomics.store(taken, 1, own.pop());
            own.push(first);
          },
        },
        check() {
          const left: number[] = [];
          for (let node = stack().pop(); node !== none && left.length < 4; node = stack().pop()) left.push(node);
          expectEachOnce([...taken, ...left], [1, 2, 3]);
        },
      };
    },
  };
}

const correct: Model = modelOf("Treiber stack", 0x100);
const broken: Model = modelOf("Treiber stack without tags (ABA)", 0);

export const treiber: SeededBug = { correct, broken };
