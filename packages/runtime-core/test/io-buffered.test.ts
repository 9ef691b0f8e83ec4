import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { Pending } from "../src/future/index.ts";
import {
  type AsyncSeek,
  BufReader,
  BufStream,
  BufWriter,
  Cursor,
  fillBuf,
  flush,
  read,
  readExact,
  readToEnd,
  seek,
  seekRelative,
  shutdown,
  write,
  writeAll,
  writeVectored,
  WriteZeroError,
} from "../src/io/index.ts";
import { HandDriven } from "./support/bench-stand.ts";
import {
  arrivals,
  bytes,
  concat,
  counting,
  departures,
  EveryOtherWaits,
  pollWithBudget,
  ScriptedReader,
  ScriptedStream,
  ScriptedVectoredWriter,
  ScriptedWriter,
  settlings,
  Stand,
  text,
  type Waiting,
} from "./support/scripted-io.ts";

function readOnce(stand: Stand, reader: BufReader, length: number): number[] {
  const view = new Uint8Array(length);
  return [...view.subarray(0, stand.finish(read(reader, view)))];
}

describe("a buffered reader", () => {
  test("reads as much as its buffer holds, and gives it out in small pieces", () => {
    const reader = new ScriptedReader([counting(7)]);
    const buffered = new BufReader(reader, 4);
    const stand = new Stand(reader);
    expect(readOnce(stand, buffered, 1)).toEqual([0]);
    expect([...buffered.buffered]).toEqual([1, 2, 3]);
    expect(readOnce(stand, buffered, 3)).toEqual([1, 2, 3]);
    expect(reader.polls).toBe(1);
    expect(readOnce(stand, buffered, 3)).toEqual([4, 5, 6]);
    expect([readOnce(stand, buffered, 3), readOnce(stand, buffered, 3)]).toEqual([[], []]);
  });

  test("returns what is buffered before it reads more, also when less than was asked for", () => {
    const reader = new ScriptedReader([counting(2), counting(9)]);
    const buffered = new BufReader(reader, 4);
    const stand = new Stand(reader);
    expect(readOnce(stand, buffered, 1)).toEqual([0]);
    expect(readOnce(stand, buffered, 100)).toEqual([1]);
    expect(reader.polls).toBe(1);
  });

  test("is passed by when it is empty and the view is at least as large", () => {
    const reader = new ScriptedReader([counting(8)]);
    const buffered = new BufReader(reader, 4);
    expect(readOnce(new Stand(reader), buffered, 6)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(buffered.buffered.byteLength).toBe(0);
  });

  test("reads nothing for an empty view", () => {
    const reader = new ScriptedReader([counting(8)]);
    expect(new Stand().finish(read(new BufReader(reader, 4), bytes()))).toBe(0);
    expect(reader.polls).toBe(0);
  });

  test("keeps giving the same bytes until they are consumed", () => {
    const buffered = new BufReader(new Cursor(counting(5)), 3);
    const stand = new Stand();
    expect(stand.finish(fillBuf(buffered))).toEqual(bytes(0, 1, 2));
    expect(stand.finish(fillBuf(buffered))).toEqual(bytes(0, 1, 2));
    buffered.consume(2);
    expect(stand.finish(fillBuf(buffered))).toEqual(bytes(2));
    expect(() => buffered.consume(2)).toThrow(RangeError);
    expect(() => buffered.consume(-1)).toThrow(RangeError);
    buffered.consume(1);
    expect(stand.finish(fillBuf(buffered))).toEqual(bytes(3, 4));
  });

  test("loses nothing when its source fails or a wait is dropped", () => {
    const reader = new ScriptedReader([new Error("broken"), "wait", bytes("ab")]);
    const buffered = new BufReader(reader, 4);
    const stand = new Stand(reader);
    expect(() => stand.finish(fillBuf(buffered))).toThrow("broken");
    const abandoned = fillBuf(buffered);
    expect(stand.poll(abandoned)).toBe(Pending);
    abandoned.drop();
    expect(stand.held).toEqual([]);
    expect(text(stand.finish(readToEnd(buffered, 10)))).toBe("ab");
  });

  test("gives out the same bytes as its source, however it is asked and however they come", () => {
    const ask = fc.record({ how: fc.constantFrom("read", "fill" as const), n: fc.integer({ min: 0, max: 30 }) });
    fc.assert(
      fc.property(
        arrivals(counting(200)),
        fc.integer({ min: 1, max: 20 }),
        fc.array(ask, { maxLength: 50 }),
        (steps, capacity, asks) => {
          const reader = new ScriptedReader(steps);
          const buffered = new BufReader(reader, capacity);
          const stand = new Stand(reader);
          const got: number[] = [];
          for (const { how, n } of asks) {
            if (how === "read") {
              got.push(...readOnce(stand, buffered, n));
            } else {
              const there = stand.finish(fillBuf(buffered));
              const taken = Math.min(n, there.byteLength);
              got.push(...there.subarray(0, taken));
              buffered.consume(taken);
            }
          }
          got.push(...stand.finish(readToEnd(buffered, 200)));
          expect(Uint8Array.from(got)).toEqual(counting(200));
        },
      ),
    );
  });

  test("refuses a capacity that is none", () => {
    for (const capacity of [0, -1, 1.5, Infinity])
      expect(() => new BufReader(new Cursor(), capacity)).toThrow(RangeError);
  });
});

describe("seeking a buffered reader", () => {
  test("counts from what was taken, not from what was buffered", () => {
    const buffered = new BufReader(new Cursor(counting(20)), 8);
    const stand = new Stand();
    expect(readOnce(stand, buffered, 2)).toEqual([0, 1]);
    expect(stand.finish(seek(buffered, 0, "current"))).toBe(2);
    expect(readOnce(stand, buffered, 1)).toEqual([2]);
    expect(stand.finish(seek(buffered, -2, "current"))).toBe(1);
    expect(readOnce(stand, buffered, 1)).toEqual([1]);
    expect(stand.finish(seek(buffered, -1, "end"))).toBe(19);
    expect(readOnce(stand, buffered, 8)).toEqual([19]);
    expect(() => stand.finish(seek(buffered, -21, "current"))).toThrow(RangeError);
    expect(stand.finish(seek(buffered, 3))).toBe(3);
  });

  test("reads again what is there by then", () => {
    const cursor = new Cursor(counting(8));
    const buffered = new BufReader(cursor, 8);
    const stand = new Stand();
    stand.finish(fillBuf(buffered));
    cursor.bytes.fill(9);
    stand.finish(seek(buffered, 0, "current"));
    expect(stand.finish(fillBuf(buffered))).toEqual(new Uint8Array(8).fill(9));
  });

  test("by a little stays within the buffer", () => {
    const reader = new Counting(new Cursor(counting(20)));
    const buffered = new BufReader(reader, 8);
    const stand = new Stand();
    expect(readOnce(stand, buffered, 4)).toEqual([0, 1, 2, 3]);
    stand.finish(seekRelative(buffered, 3));
    expect(readOnce(stand, buffered, 1)).toEqual([7]);
    stand.finish(seekRelative(buffered, -6));
    expect(readOnce(stand, buffered, 1)).toEqual([2]);
    expect([reader.reads, reader.seeks]).toEqual([1, 0]);
    stand.finish(seekRelative(buffered, 7));
    expect(readOnce(stand, buffered, 1)).toEqual([10]);
    expect([reader.reads, reader.seeks]).toEqual([2, 1]);
  });

  test("does not go back to what was buffered before a read past the buffer", () => {
    const buffered = new BufReader(new Cursor(counting(20)), 3);
    const stand = new Stand();
    stand.finish(fillBuf(buffered));
    buffered.consume(3);
    expect(readOnce(stand, buffered, 5)).toEqual([3, 4, 5, 6, 7]);
    stand.finish(seekRelative(buffered, -2));
    expect(stand.finish(fillBuf(buffered))).toEqual(bytes(6, 7, 8));
  });

  test("does not go back to what was buffered before a seek", () => {
    const buffered = new BufReader(new Cursor(counting(20)), 3);
    const stand = new Stand();
    stand.finish(fillBuf(buffered));
    buffered.consume(3);
    stand.finish(seek(buffered, 5));
    stand.finish(seekRelative(buffered, -2));
    expect(stand.finish(fillBuf(buffered))).toEqual(bytes(3, 4, 5));
  });

  test("by less than nothing at the start fails and moves nothing", () => {
    const buffered = new BufReader(new Cursor(counting(4)), 8);
    const stand = new Stand();
    readOnce(stand, buffered, 1);
    expect(() => stand.finish(seekRelative(buffered, -2))).toThrow(RangeError);
    expect(() => stand.finish(seek(buffered, Number.MIN_SAFE_INTEGER, "current"))).toThrow(RangeError);
    expect(readOnce(stand, buffered, 1)).toEqual([1]);
    expect(() => seekRelative(buffered, 0.5)).toThrow(RangeError);
  });

  test("finds what a plain cursor finds, also when every step has to wait", () => {
    const step = fc.record({
      whence: fc.constantFrom("start", "current", "end", "relative" as const),
      offset: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -30, max: 60 })),
      length: fc.integer({ min: 0, max: 12 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.integer({ min: 1, max: 10 }), (steps, capacity) => {
        const model = new Cursor(counting(40));
        const waiting = new EveryOtherWaits(new Cursor(counting(40)));
        const buffered = new BufReader(waiting, capacity);
        const stand = new Stand(waiting);
        for (const { whence, offset, length } of steps) {
          const from = whence === "relative" ? "current" : whence;
          const base = from === "start" ? 0 : from === "current" ? model.position : 40;
          if (base + offset >= 0) {
            const position = stand.finish(seek(model, offset, from));
            if (whence === "relative") stand.finish(seekRelative(buffered, offset));
            else expect(stand.finish(seek(buffered, offset, whence))).toBe(position);
          }
          const expected = readAsMuchAs(stand, model, length);
          expect(readAsMuchAs(stand, buffered, length)).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("is offered where the source can", () => {
    expectTypeOf(new BufReader(new Cursor())).toExtend<AsyncSeek>();
    const buffered = new BufReader(new ScriptedReader([]));
    // @ts-expect-error a source that cannot seek
    expect(() => buffered.pollSeek(new HandDriven().context, 0, "start")).toThrow(TypeError);
  });
});

function readAsMuchAs(stand: Stand, reader: BufReader | Cursor, length: number): number[] {
  const got: number[] = [];
  while (got.length < length) {
    const view = new Uint8Array(length - got.length);
    const n = stand.finish(read(reader, view));
    if (n === 0) break;
    got.push(...view.subarray(0, n));
  }
  return got;
}

/** Counts what is asked of a cursor. */
class Counting extends EveryOtherWaits<Cursor> implements Waiting {
  reads = 0;
  seeks = 0;
  override pollRead(...args: Parameters<Cursor["pollRead"]>): ReturnType<Cursor["pollRead"]> {
    this.reads++;
    return this.inner.pollRead(...args);
  }
  override pollSeek(...args: Parameters<Cursor["pollSeek"]>): ReturnType<Cursor["pollSeek"]> {
    this.seeks++;
    return this.inner.pollSeek(...args);
  }
}

describe("a buffered writer", () => {
  test("keeps small writes until the buffer is full, then writes them in one", () => {
    const writer = new ScriptedWriter();
    const buffered = new BufWriter(writer, 4);
    const stand = new Stand(writer);
    for (const piece of ["ab", "c", "d"]) stand.finish(writeAll(buffered, bytes(piece)));
    expect(writer.log).toEqual([]);
    stand.finish(writeAll(buffered, bytes("e")));
    expect([writer.log, text(writer.received), text(buffered.buffered)]).toEqual([[4], "abcd", "e"]);
  });

  test("is passed by, after what it has, by writes at least as large", () => {
    const writer = new ScriptedWriter();
    const buffered = new BufWriter(writer, 4);
    const stand = new Stand(writer);
    stand.finish(writeAll(buffered, bytes("ab")));
    expect(stand.finish(write(buffered, bytes("cdef")))).toBe(4);
    expect([writer.log, text(writer.received)]).toEqual([[2, 4], "abcdef"]);
  });

  test("flushing flushes the destination too, and so does shutting down", () => {
    const writer = new ScriptedWriter([1, "wait"], ["wait"]);
    const buffered = new BufWriter(writer, 4);
    const stand = new Stand(writer);
    stand.finish(writeAll(buffered, bytes("abc")));
    stand.finish(flush(buffered));
    stand.finish(writeAll(buffered, bytes("d")));
    stand.finish(shutdown(buffered));
    expect(writer.log).toEqual([1, 2, "flush", 1, "shutdown"]);
  });

  test("fails when the destination takes no more, and keeps what was not taken", () => {
    const writer = new ScriptedWriter([2, 0]);
    const buffered = new BufWriter(writer, 4);
    const stand = new Stand(writer);
    stand.finish(writeAll(buffered, bytes("abc")));
    expect(() => stand.finish(flush(buffered))).toThrow(WriteZeroError);
    expect(text(buffered.buffered)).toBe("c");
  });

  test("lets others run when its destination is always ready", () => {
    const runtime = new HandDriven();
    const writer = new ScriptedWriter([1, 1, 1, 1]);
    const buffered = new BufWriter(writer, 8);
    new Stand().finish(writeAll(buffered, bytes("abcd")));
    expect(pollWithBudget(runtime, flush(buffered), 2)).toEqual([Pending, 0]);
    expect([text(writer.received), runtime.waker.wakes]).toEqual(["ab", 1]);
  });

  test("writes what it has before it moves the destination", () => {
    const waiting = new EveryOtherWaits(new Cursor(counting(8)));
    const buffered = new BufWriter(waiting, 4);
    const stand = new Stand(waiting);
    stand.finish(writeAll(buffered, bytes("ab")));
    expect(stand.finish(seek(buffered, 1, "current"))).toBe(3);
    stand.finish(writeAll(buffered, bytes("cd")));
    expect(stand.finish(seek(buffered, 0))).toBe(0);
    expect(waiting.inner.bytes).toEqual(bytes("ab", 2, "cd", 5, 6, 7));
  });

  test("refuses a capacity that is none", () => {
    for (const capacity of [0, -1, 1.5, Infinity])
      expect(() => new BufWriter(new Cursor(), capacity)).toThrow(RangeError);
  });

  const writes = fc.array(
    fc.oneof(
      fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 5 }),
      fc.integer({ min: 0, max: 30 }),
      fc.constant("flush" as const),
    ),
    { maxLength: 40 },
  );

  test.for([
    ["one view", ScriptedWriter],
    ["several views", ScriptedVectoredWriter],
  ] as const)("passes everything on in order to a destination that writes from %s", ([, Writer]) => {
    fc.assert(
      fc.property(
        writes,
        departures,
        settlings,
        fc.integer({ min: 1, max: 16 }),
        (commands, steps, flushes, capacity) => {
          const writer = new Writer(steps, flushes);
          const buffered = new BufWriter(writer, capacity);
          const stand = new Stand(writer);
          const accepted: number[] = [];
          for (const command of commands) {
            if (command === "flush") {
              stand.finish(flush(buffered));
              expect([...writer.received]).toEqual(accepted);
              continue;
            }
            const lengths = typeof command === "number" ? [command] : command;
            const views = lengths.map((length, i) =>
              counting(200).subarray((accepted.length % 100) + i, (accepted.length % 100) + i + length),
            );
            const all = [...concat(views)];
            const n = stand.finish(
              typeof command === "number" ? write(buffered, views[0]) : writeVectored(buffered, views),
            );
            expect(n > 0 || all.length === 0).toBe(true);
            accepted.push(...all.slice(0, n));
            expect([...writer.received, ...buffered.buffered]).toEqual(accepted);
          }
          stand.finish(shutdown(buffered));
          expect([...writer.received]).toEqual(accepted);
          expect(writer.log.at(-1)).toBe("shutdown");
        },
      ),
    );
  });
});

describe("vectored writes through a buffer", () => {
  function through(
    writer: ScriptedWriter,
    capacity: number,
  ): { buffered: BufWriter; put: (...views: string[]) => number } {
    const buffered = new BufWriter(writer, capacity);
    const put = (...views: string[]): number =>
      new Stand(writer).finish(
        writeVectored(
          buffered,
          views.map((view) => bytes(view)),
        ),
      );
    return { buffered, put };
  }

  for (const [name, Writer] of [
    ["of one view", ScriptedWriter],
    ["of several", ScriptedVectoredWriter],
  ] as const) {
    test(`of nothing take nothing, over writes ${name}`, () => {
      const writer = new Writer();
      const { buffered, put } = through(writer, 4);
      expect([put(), put("", "")]).toEqual([0, 0]);
      expect([writer.log, buffered.buffered.byteLength]).toEqual([[], 0]);
    });

    test(`are buffered whole when they fit, over writes ${name}`, () => {
      const writer = new Writer();
      const { buffered, put } = through(writer, 8);
      expect([put("ab", "", "cd"), put("e"), put("fg", "h")]).toEqual([4, 1, 3]);
      expect([writer.log, text(buffered.buffered)]).toEqual([[], "abcdefgh"]);
    });
  }

  test("that do not fit go on together where the destination writes from several", () => {
    const writer = new ScriptedVectoredWriter();
    const { buffered, put } = through(writer, 8);
    expect([put("abc"), put("defg", "hij", "k")]).toEqual([3, 8]);
    expect([writer.log, buffered.buffered.byteLength]).toEqual([[3, 8], 0]);
    expect([put("1234", "5"), put("6789")]).toEqual([5, 4]);
    expect([writer.log, text(buffered.buffered)]).toEqual([[3, 8, 5], "6789"]);
  });

  test("are buffered as far as whole views fit where it does not", () => {
    const writer = new ScriptedWriter();
    const { buffered, put } = through(writer, 8);
    expect(put("abc", "defg", "hi")).toBe(7);
    expect([writer.log, text(buffered.buffered)]).toEqual([[], "abcdefg"]);
    expect(put("hi", "j")).toBe(3);
    expect([writer.log, text(buffered.buffered)]).toEqual([[7], "hij"]);
  });

  test("go past the buffer one view at a time where it does not", () => {
    const writer = new ScriptedWriter();
    const { buffered, put } = through(writer, 4);
    expect(put("", "abcdef", "gh")).toBe(6);
    expect([writer.log, buffered.buffered.byteLength]).toEqual([[6], 0]);
  });
});

describe("a buffered stream", () => {
  test("buffers each direction by itself", () => {
    const stream = new ScriptedStream(["wait", bytes("abcdef")], ["wait", 1], ["wait"]);
    const buffered = new BufStream(stream, 4, 8);
    const stand = new Stand(stream);
    stand.finish(writeAll(buffered, bytes("12")));
    expect(stand.finish(writeVectored(buffered, [bytes("3"), bytes("4")]))).toBe(2);
    expect(text(stand.finish(readExact(buffered, new Uint8Array(2))))).toBe("ab");
    expect(text(stand.finish(fillBuf(buffered)))).toBe("cd");
    buffered.consume(1);
    expect(text(stand.finish(readToEnd(buffered, 10)))).toBe("def");
    expect(stream.log).toEqual([]);
    stand.finish(flush(buffered));
    stand.finish(shutdown(buffered));
    expect(stream.log).toEqual([1, 3, "flush", "shutdown"]);
    expect(text(stream.received)).toBe("1234");
  });
});
