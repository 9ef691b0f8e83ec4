import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asyncFn, Pending, pollFn } from "../src/future/index.ts";
import {
  BrokenPipeError,
  duplex,
  type DuplexStream,
  flush,
  read,
  readExact,
  readToEnd,
  shutdown,
  simplex,
  write,
  writeAll,
  writeVectored,
} from "../src/io/index.ts";
import { HandDriven } from "./support/bench-stand.ts";
import { bytes, counting, pollWithBudget, Stand, text } from "./support/scripted-io.ts";

/** Two tasks, each with a waker of its own. */
function twoStands(): [Stand, Stand] {
  return [new Stand(), new Stand()];
}

describe("a connection in memory", () => {
  test("carries both directions apart", () => {
    const [a, b] = duplex(16);
    const stand = new Stand();
    stand.finish(writeAll(a, bytes("ping")));
    stand.finish(writeAll(b, bytes("pong!")));
    stand.finish(flush(a));
    expect(text(stand.finish(readExact(b, new Uint8Array(4))))).toBe("ping");
    expect(text(stand.finish(readExact(a, new Uint8Array(5))))).toBe("pong!");
  });

  test("makes the reader wait while it is empty, and wakes it once for the first bytes", () => {
    const [a, b] = duplex(16);
    const [reader, writer] = twoStands();
    const view = new Uint8Array(8);
    const reading = read(b, view);
    expect(reader.poll(reading)).toBe(Pending);
    writer.finish(writeAll(a, bytes("a")));
    writer.finish(writeAll(a, bytes("b")));
    expect(reader.wakes).toBe(1);
    expect(reader.poll(reading)).toBe(2);
  });

  test("makes the writer wait while it is full, and wakes it once there is room", () => {
    const [a, b] = duplex(4);
    const [reader, writer] = twoStands();
    const writing = writeAll(a, bytes("abcdefg"));
    expect(writer.poll(writing)).toBe(Pending);
    expect(text(reader.finish(readExact(b, new Uint8Array(1))))).toBe("a");
    expect(writer.wakes).toBe(1);
    expect(writer.poll(writing)).toBe(Pending);
    expect(text(reader.finish(readExact(b, new Uint8Array(4))))).toBe("bcde");
    expect(writer.poll(writing)).toBe(undefined);
    expect(text(reader.finish(readExact(b, new Uint8Array(2))))).toBe("fg");
  });

  test("is read to its end after a shutdown, which leaves the other direction open", () => {
    const [a, b] = duplex(16);
    const stand = new Stand();
    stand.finish(writeAll(a, bytes("last")));
    stand.finish(shutdown(a));
    expect(() => stand.poll(write(a, bytes("x")))).toThrow(BrokenPipeError);
    expect(text(stand.finish(readToEnd(b, 16)))).toBe("last");
    expect(stand.finish(read(b, new Uint8Array(1)))).toBe(0);
    stand.finish(writeAll(b, bytes("back")));
    expect(text(stand.finish(readExact(a, new Uint8Array(4))))).toBe("back");
  });

  test("wakes whoever waits when the other side closes: a reader finds the end, a writer an error", () => {
    const [a, b] = duplex(1);
    const [reader, writer] = twoStands();
    const reading = read(b, new Uint8Array(1));
    const writing = writeAll(b, bytes("xyz"));
    expect([reader.poll(reading), writer.poll(writing)]).toEqual([Pending, Pending]);
    a.close();
    a.close();
    expect([reader.wakes, writer.wakes]).toEqual([1, 1]);
    expect(reader.poll(reading)).toBe(0);
    expect(() => writer.poll(writing)).toThrow(BrokenPipeError);
  });

  test("lets what was sent be read after the sender has closed", () => {
    const [a, b] = duplex(16);
    const stand = new Stand();
    stand.finish(writeAll(a, bytes("bye")));
    a[Symbol.dispose]();
    expect(text(stand.finish(readToEnd(b, 16)))).toBe("bye");
  });

  test("reports a broken pipe as a system call would", () => {
    const [a, b] = duplex(16);
    b.close();
    let code: unknown;
    try {
      new Stand().poll(write(a, bytes("a")));
    } catch (error) {
      code = error instanceof BrokenPipeError ? error.code : error;
    }
    expect(code).toBe("EPIPE");
  });

  test("reads and writes of nothing are ready at once", () => {
    const [a] = duplex(1);
    const stand = new Stand();
    expect(stand.poll(read(a, bytes()))).toBe(0);
    stand.finish(writeAll(a, bytes("x")));
    expect(stand.poll(write(a, bytes()))).toBe(0);
    expect(stand.poll(writeVectored(a, []))).toBe(0);
  });

  test("takes from several views what fits, across them", () => {
    const [a, b] = duplex(6);
    const [reader, writer] = twoStands();
    const views = [bytes("hello"), bytes(), bytes(" "), bytes("world")];
    expect(writer.poll(writeVectored(a, views))).toBe(6);
    const waiting = writeVectored(a, [bytes("world"), bytes("!")]);
    expect(writer.poll(waiting)).toBe(Pending);
    expect(text(reader.finish(readExact(b, new Uint8Array(6))))).toBe("hello ");
    expect(writer.poll(waiting)).toBe(6);
    writer.finish(shutdown(a));
    expect(() => writer.poll(writeVectored(a, [bytes("x")]))).toThrow(BrokenPipeError);
    expect(text(reader.finish(readToEnd(b, 100)))).toBe("world!");
  });

  test("counts every operation against the budget", () => {
    const [a] = duplex(16);
    const runtime = new HandDriven();
    expect(pollWithBudget(runtime, write(a, bytes("a")), 0)[0]).toBe(Pending);
    expect(pollWithBudget(runtime, writeVectored(a, [bytes("a")]), 0)[0]).toBe(Pending);
    expect(pollWithBudget(runtime, read(a, bytes()), 0)[0]).toBe(Pending);
    expect(runtime.waker.wakes).toBe(3);
    expect(pollWithBudget(runtime, write(a, bytes("a")), 2)).toEqual([1, 1]);
    expect(pollWithBudget(runtime, writeVectored(a, [bytes("a")]), 2)).toEqual([1, 1]);
  });

  test("does not let two tasks that always find something starve a third", () => {
    const runtime = new HandDriven();
    const [a, b] = duplex(1024);
    let third = 0;
    const pump = asyncFn(function* (io: DuplexStream, out: boolean) {
      const view = new Uint8Array(1);
      for (let i = 0; i < 1000; i++) yield* out ? writeAll(io, view) : readExact(io, view);
      if (third === 0) throw new Error("the third task was starved");
    });
    const tasks = [runtime.spawn(pump(a, true)), runtime.spawn(pump(b, false))];
    runtime.spawn(
      pollFn(() => {
        third++;
        return undefined;
      }),
    );
    runtime.settle();
    expect(tasks.map((task) => runtime.poll(task))).toEqual([undefined, undefined]);
  });

  test("refuses a size that is none", () => {
    for (const size of [0, -1, 0.5, Number.NaN]) {
      expect(() => duplex(size)).toThrow(RangeError);
      expect(() => simplex(size)).toThrow(RangeError);
    }
  });
});

describe("a pipe in memory", () => {
  test("ends for the reader when the writer closes, and breaks for the writer when the reader does", () => {
    const stand = new Stand();
    const [reader, writer] = simplex(8);
    stand.finish(writeAll(writer, bytes("abc")));
    stand.finish(flush(writer));
    writer[Symbol.dispose]();
    expect(text(stand.finish(readToEnd(reader, 8)))).toBe("abc");
    const [other, broken] = simplex(8);
    other[Symbol.dispose]();
    expect(() => stand.poll(writeAll(broken, bytes("a")))).toThrow(BrokenPipeError);
  });

  test("wakes only whoever still waits", () => {
    const [reader, writer] = simplex(1);
    const [readerStand, writerStand] = twoStands();
    const reading = read(reader, new Uint8Array(1));
    readerStand.poll(reading);
    reading.drop();
    writerStand.finish(writeAll(writer, bytes("a")));
    expect(readerStand.wakes).toBe(0);
    const writing = write(writer, bytes("b"));
    writerStand.poll(writing);
    writing.drop();
    readerStand.finish(read(reader, new Uint8Array(1)));
    expect(writerStand.wakes).toBe(0);
  });

  test("is a queue of bounded length with an end, whoever waits and gives up when", () => {
    const command = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          do: fc.constantFrom("read", "write", "write two" as const),
          n: fc.integer({ min: 0, max: 12 }),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constantFrom("drop read", "drop write" as const), n: fc.constant(0) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constantFrom("shutdown", "close reader" as const), n: fc.constant(0) }),
      },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(command, { maxLength: 60 }), (maxBytes, commands) => {
        const [reader, writer] = simplex(maxBytes);
        const [readerStand, writerStand] = twoStands();
        let queue: number[] = [];
        let sent = 0;
        let ended = false;
        let broken = false;
        let readWaits = false;
        let writeWaits = false;
        let [readWakes, writeWakes] = [0, 0];
        const wakeReader = (): void => {
          if (readWaits) readWakes++;
          readWaits = false;
        };
        const wakeWriter = (): void => {
          if (writeWaits) writeWakes++;
          writeWaits = false;
        };
        let reading = read(reader, bytes());
        let writing = write(writer, bytes());
        // One that is ready at once, as of nothing, may come after one that waits: dropping it ends no wait.
        let [waitingRead, waitingWrite] = [reading, writing];
        for (const { do: what, n } of commands) {
          if (what === "read") {
            const view = new Uint8Array(n);
            reading = read(reader, view);
            const result = readerStand.poll(reading);
            if (queue.length === 0 && n > 0 && !ended && !broken) {
              expect(result).toBe(Pending);
              readWaits = true;
              waitingRead = reading;
            } else {
              const expected = queue.splice(0, n);
              expect(result).toBe(expected.length);
              expect([...view.subarray(0, expected.length)]).toEqual(expected);
              if (expected.length > 0) wakeWriter();
            }
          } else if (what === "write" || what === "write two") {
            const view = Uint8Array.from({ length: n }, (_, i) => (sent + i) & 0xff);
            writing =
              what === "write"
                ? write(writer, view)
                : writeVectored(writer, [view.subarray(0, n >> 1), view.subarray(n >> 1)]);
            const room = maxBytes - queue.length;
            if (ended || broken) {
              expect(() => writerStand.poll(writing)).toThrow(BrokenPipeError);
            } else if (room === 0 && n > 0) {
              expect(writerStand.poll(writing)).toBe(Pending);
              writeWaits = true;
              waitingWrite = writing;
            } else {
              const taken = Math.min(room, n);
              expect(writerStand.poll(writing)).toBe(taken);
              queue.push(...view.subarray(0, taken));
              sent += taken;
              if (taken > 0) wakeReader();
            }
          } else if (what === "drop read") {
            reading.drop();
            if (reading === waitingRead) readWaits = false;
          } else if (what === "drop write") {
            writing.drop();
            if (writing === waitingWrite) writeWaits = false;
          } else if (what === "shutdown") {
            writerStand.finish(shutdown(writer));
            ended = true;
            wakeReader();
            wakeWriter();
          } else {
            reader.close();
            broken = true;
            queue = [];
            wakeReader();
            wakeWriter();
          }
          expect([readerStand.wakes, writerStand.wakes]).toEqual([readWakes, writeWakes]);
        }
      }),
    );
  });

  test("carries everything between two tasks of any habits", () => {
    const habits = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), habits, habits, (maxBytes, writes, reads) => {
        const runtime = new HandDriven();
        const [reader, writer] = simplex(maxBytes);
        const all = counting(500);
        runtime.spawn(
          asyncFn(function* () {
            for (let at = 0, i = 0; at < all.byteLength; i++) {
              at += yield* write(writer, all.subarray(at, at + writes[i % writes.length]));
            }
            writer.close();
          })(),
        );
        const got = runtime.spawn(
          asyncFn(function* () {
            const received: number[] = [];
            for (let i = 0; ; i++) {
              const view = new Uint8Array(reads[i % reads.length]);
              const n = yield* read(reader, view);
              if (n === 0) return received;
              received.push(...view.subarray(0, n));
            }
          })(),
        );
        runtime.settle();
        expect(runtime.poll(got)).toEqual([...all]);
      }),
      { numRuns: 50 },
    );
  });
});
