// Plain accesses to shared memory are in order if atomic operations order them, as the memory model of ECMAScript has it, and
// reported if not.
import { describe, expect, it } from "vitest";
import { type Exploration, explore, type Memory, type Model, replay } from "../src/index.ts";
import { findingIn } from "./support/finding.ts";

type Body = () => unknown;

function run(setup: (memory: Memory) => Record<string, Body>): Exploration {
  return explore({ name: "races", setup: (memory) => ({ threads: setup(memory) }) }, { preemptions: Infinity });
}

function kindOf(setup: (memory: Memory) => Record<string, Body>): string {
  return findingIn(() => run(setup)).kind;
}

describe("two accesses race", () => {
  it("when both are plain and one writes, with the place of each", () => {
    const found = findingIn(() =>
      run((memory) => {
        const word = memory.int32Array("word");
        return {
          writer: () => (word[0] = 1),
          reader: () => word[0],
        };
      }),
    );
    expect(found.kind).toBe("race");
    expect(found.message).toMatch(
      /to word: writer writes it plainly at .*races\.test\.ts:\d+:\d+\)?; reader reads it plainly at .*races\.test\.ts/,
    );
  });

  it("when one is atomic and the other plain", () => {
    expect(
      kindOf((memory) => {
        const word = memory.int32Array("word");
        return { writer: () => Atomics.store(word, 0, 1), reader: () => word[0] };
      }),
    ).toBe("race");
  });

  it("when both are atomic, but of different sizes", () => {
    expect(
      kindOf((memory) => {
        const word = memory.int32Array("word");
        return {
          writer: () => Atomics.store(word, 0, 1),
          reader: () => Atomics.load(new Uint8Array(word.buffer), 0),
        };
      }),
    ).toBe("race");
  });

  it("when they overlap in one byte", () => {
    expect(
      kindOf((memory) => {
        const bytes = memory.name("bytes", new Uint8Array(new SharedArrayBuffer(16)));
        return { left: () => bytes.fill(1, 0, 9), right: () => bytes.fill(2, 8, 16) };
      }),
    ).toBe("race");
  });

  it("when the reader saw an atomic store that came before, and another thread wrote since", () => {
    expect(
      kindOf((memory) => {
        const [payload, flag] = [memory.int32Array("payload"), memory.int32Array("flag")];
        return {
          writer() {
            Atomics.store(flag, 0, 1);
            payload[0] = 1;
          },
          reader: () => (Atomics.load(flag, 0) === 1 ? payload[0] : 0),
        };
      }),
    ).toBe("race");
  });

  it("when the flag that was read is another thread's store, though that came after the writer's", () => {
    const model: Model = {
      name: "overwritten",
      setup(memory) {
        const [payload, flag] = [memory.int32Array("payload"), memory.int32Array("flag")];
        return {
          threads: {
            writer() {
              payload[0] = 1;
              Atomics.store(flag, 0, 1);
            },
            bystander: () => Atomics.store(flag, 0, 2),
            reader: () => (Atomics.load(flag, 0) > 0 ? payload[0] : 0),
          },
        };
      },
    };
    expect(findingIn(() => replay(model, "0*1 1*1 2*1")).kind).toBe("race");
    expect(replay(model, "1*1 0*1 2*1").trace).toHaveLength(5);
  });
});

describe("two accesses are in order", () => {
  it("when the reader saw what the writer stored atomically after its plain write", () => {
    const explored = run((memory) => {
      const [payload, flag] = [memory.int32Array("payload"), memory.int32Array("flag")];
      return {
        writer() {
          payload[0] = 1;
          Atomics.store(flag, 0, 1);
        },
        reader() {
          if (Atomics.load(flag, 0) === 1 && payload[0] !== 1) throw new Error("the payload is not there");
        },
      };
    });
    expect(explored.unbounded).toBe(true);
  });

  it("through a third thread that saw the flag and changed it", () => {
    const explored = run((memory) => {
      const [payload, flag] = [memory.int32Array("payload"), memory.int32Array("flag")];
      return {
        writer() {
          payload[0] = 1;
          Atomics.store(flag, 0, 1);
        },
        between: () => Atomics.compareExchange(flag, 0, 1, 2),
        reader: () => (Atomics.load(flag, 0) === 2 ? payload[0] : 0),
      };
    });
    expect(explored.unbounded).toBe(true);
  });

  it("when one waits and the other notifies it", () => {
    const explored = run((memory) => {
      const [payload, word] = [memory.int32Array("payload"), memory.int32Array("word")];
      return {
        waiter: () => (Atomics.wait(word, 0, 0) === "ok" ? payload[0] : 0),
        notifier() {
          payload[0] = 1;
          while (Atomics.notify(word, 0) === 0) Atomics.pause();
        },
      };
    });
    expect(explored.unbounded).toBe(true);
  });

  it("when they are to neighbouring bytes", () => {
    const explored = run((memory) => {
      const bytes = memory.name("bytes", new Uint8Array(new SharedArrayBuffer(8)));
      return { left: () => bytes.fill(1, 0, 3), right: () => bytes.fill(2, 3, 8) };
    });
    expect(explored.unbounded).toBe(true);
  });

  it("when both read", () => {
    const explored = run((memory) => {
      const word = memory.int32Array("word");
      return { left: () => word[0], right: () => Atomics.load(word, 0) };
    });
    expect(explored.unbounded).toBe(true);
  });
});
