// Views on shared memory behave as the ones that they stand in for, and what they do is seen.
import { describe, expect, it } from "vitest";
import { explore, replay, type Model } from "../src/index.ts";

/** Runs `work` as one thread, before and after another thread's operation, so that it is also run again. */
function within(work: (buffer: SharedArrayBuffer, word: Int32Array) => unknown): unknown {
  let result: unknown;
  const model: Model = {
    name: "views",
    setup(memory) {
      const buffer = new SharedArrayBuffer(32);
      const word = memory.int32Array("word");
      memory.name("bytes", new Uint8Array(buffer));
      return {
        threads: {
          worker() {
            const value = work(buffer, word);
            Atomics.add(word, 0, 1);
            Atomics.add(word, 0, 1);
            return value;
          },
          other: () => Atomics.add(word, 0, 1),
        },
        check: (results) => {
          result = results.worker;
        },
      };
    },
  };
  expect(explore(model, { preemptions: Infinity }).unbounded).toBe(true);
  return result;
}

describe("a view on shared memory", () => {
  it("reads and writes elements of every kind", () => {
    expect(
      within((buffer) => {
        new Uint8Array(buffer)[0] = 257;
        new Int16Array(buffer)[1] = -2;
        new Float64Array(buffer)[1] = 0.5;
        new BigInt64Array(buffer)[2] = -3n;
        return [
          new Uint8Array(buffer, 0, 4).join(),
          new Float64Array(buffer)[1],
          String(new BigInt64Array(buffer, 16, 1)[0]),
        ].join(" ");
      }),
    ).toBe("1,0,254,255 0.5 -3");
  });

  it("has the methods of typed arrays", () => {
    expect(
      within((buffer) => {
        const bytes = new Uint8Array(buffer, 0, 6);
        bytes.fill(7, 4);
        bytes.set([3, 1, 2]);
        bytes.subarray(3).set(new Uint8Array([9]));
        bytes.sort();
        bytes.copyWithin(0, 4);
        return [bytes.join(), bytes.slice(1, 3).join(), [...bytes].length, bytes.indexOf(9), bytes.at(-1)].join(" ");
      }),
    ).toBe("7,9,3,7,7,9 9,3 6 1 9");
  });

  it("refuses to be written past its end, as any", () => {
    expect(
      within((buffer) => {
        try {
          new Uint8Array(buffer, 0, 2).set([1, 2, 3]);
          return "written";
        } catch (error) {
          return error instanceof RangeError;
        }
      }),
    ).toBe(true);
  });

  it("says what it is", () => {
    expect(
      within((buffer) => {
        const words = new Int32Array(buffer, 8, 2);
        const { length, byteLength, byteOffset, BYTES_PER_ELEMENT } = words;
        const same = words.buffer === buffer;
        return [words instanceof Int32Array, same, length, byteLength, byteOffset, BYTES_PER_ELEMENT].join();
      }),
    ).toBe("true,true,2,8,8,4");
  });

  it("can be a DataView", () => {
    expect(
      within((buffer) => {
        const view = new DataView(buffer);
        view.setUint16(2, 0x1234);
        view.setBigUint64(8, 5n, true);
        return [view.getUint8(3), view.getBigUint64(8, true), view.byteLength].join();
      }),
    ).toBe("52,5,32");
  });

  it("is answered from the log when its thread is run again, though another has written since", () => {
    const model: Model = {
      name: "reuse",
      setup(memory) {
        const payload = memory.int32Array("payload");
        const turn = memory.int32Array("turn");
        payload[0] = 1;
        return {
          threads: {
            first() {
              const seen = payload[0];
              Atomics.store(turn, 0, 1);
              while (Atomics.load(turn, 0) !== 2) Atomics.pause();
              return `${seen} ${payload[0]}`;
            },
            second() {
              while (Atomics.load(turn, 0) !== 1) Atomics.pause();
              payload[0] = 2;
              Atomics.store(turn, 0, 2);
            },
          },
          check({ first }) {
            if (first !== "1 2") throw new Error(`first saw ${String(first)}`);
          },
        };
      },
    };
    expect(explore(model, { preemptions: 3 }).complete).toBe(true);
  });
});

describe("in a trace", () => {
  it("plain accesses are named too, with the most precise name", () => {
    const model: Model = {
      name: "names",
      setup(memory) {
        const words = memory.name("words", new Int32Array(new SharedArrayBuffer(16)));
        memory.name("third", words.subarray(2, 3));
        const unnamed = new Int32Array(new SharedArrayBuffer(8));
        return {
          threads: {
            only() {
              words[1] = 5;
              Atomics.store(words, 2, 6);
              unnamed[1] = words[3] ?? 0;
              words.fill(1);
            },
          },
        };
      },
    };
    expect(replay(model, "").trace.map(({ operation }) => operation)).toEqual([
      "words[1] = 5",
      "Atomics.store(third, 6)",
      "words[3] → 0",
      "shared 2, byte 4 = 0",
      "writes words[0] and what follows, 16 bytes",
    ]);
  });
});

describe("memory that is not the model's", () => {
  it("is as it always is, in a thread", () => {
    expect(
      within(() => {
        const own = new Int32Array(new SharedArrayBuffer(8));
        const local = new Int32Array(2);
        Atomics.add(own, 0, 2);
        Atomics.add(local, 1, 3);
        return `${Atomics.load(own, 0)} ${local[1]} ${Atomics.notify(own, 0)}`;
      }),
    ).toBe("2 3 0");
  });

  it("and outside of models, so are all globals", () => {
    const before = [Atomics, SharedArrayBuffer, Int32Array, DataView];
    within(() => undefined);
    expect([Atomics, SharedArrayBuffer, Int32Array, DataView]).toEqual(before);
    expect(() => explore({ name: "fails", setup: () => ({ threads: { one: () => Promise.resolve() } }) })).toThrow(
      /asynchronous/,
    );
    [Atomics, SharedArrayBuffer, Int32Array, DataView].forEach((now, index) => expect(now).toBe(before[index]));
  });
});
