import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { asyncFn, Pending, PolledAfterCompletionError } from "../src/future/index.ts";
import {
  ByteBuffer,
  BytesCodec,
  type Decoder,
  duplex,
  type Encoder,
  Framed,
  FramedRead,
  FramedWrite,
  FrameTooLongError,
  FrameTooShortError,
  Incomplete,
  InvalidUtf8Error,
  LengthDelimitedCodec,
  LimitExceededError,
  LinesCodec,
  repeat,
  UnexpectedEndError,
  WriteZeroError,
} from "../src/io/index.ts";
import { End, type Stream } from "../src/stream/index.ts";
import { HandDriven } from "./support/bench-stand.ts";
import {
  arrivals,
  bytes,
  concat,
  counting,
  departures,
  pollWithBudget,
  ScriptedReader,
  ScriptedStream,
  ScriptedWriter,
  settlings,
  Stand,
  text,
} from "./support/scripted-io.ts";

/** One byte an item, which is refused when it is odd, and 255 is not complete without a second byte. */
class EvenBytes implements Decoder<number>, Encoder<number> {
  decode(source: ByteBuffer): number | Incomplete {
    if (source.byteLength === 0 || (source.byteLength === 1 && source.bytes[0] === 255)) return Incomplete;
    const [byte] = source.take(1);
    if (byte % 2 === 1) throw new Error(`${byte} is odd`);
    return byte;
  }

  encode(item: number, target: ByteBuffer): void {
    if (item % 2 === 1) throw new Error(`${item} is odd`);
    target.append(bytes(item));
  }
}

function collect<T>(stand: Stand, stream: Stream<T>): T[] {
  const items: T[] = [];
  for (let item = stand.finish(stream.next()); item !== End; item = stand.finish(stream.next())) items.push(item);
  return items;
}

describe("a framed reader", () => {
  test("decodes everything that has come before it reads again", () => {
    const reader = new ScriptedReader([bytes(2, 4), "wait", bytes(6)]);
    const framed = new FramedRead(reader, new EvenBytes());
    const stand = new Stand(reader);
    expect([stand.finish(framed.next()), stand.finish(framed.next())]).toEqual([2, 4]);
    expect(reader.polls).toBe(1);
    expect(collect(stand, framed)).toEqual([6]);
    expect(stand.finish(framed.next())).toBe(End);
  });

  test("decodes what is in its buffer before it reads at all", () => {
    const reader = new ScriptedReader([]);
    const framed = new FramedRead(reader, new EvenBytes());
    framed.buffer.append(bytes(2));
    expect(new Stand().poll(framed.next())).toBe(2);
    expect(reader.polls).toBe(0);
  });

  test("puts the decoder's errors in the place of items and goes on", () => {
    const framed = new FramedRead(new ScriptedReader([bytes(2, 3, 4)]), new EvenBytes());
    const stand = new Stand();
    expect(stand.finish(framed.next())).toBe(2);
    expect(() => stand.finish(framed.next())).toThrow("3 is odd");
    expect(collect(stand, framed)).toEqual([4]);
  });

  test("goes on reading after an error of the source", () => {
    const framed = new FramedRead(new ScriptedReader([bytes(255), new Error("broken"), bytes(2)]), new EvenBytes());
    const stand = new Stand();
    expect(() => stand.finish(framed.next())).toThrow("broken");
    expect(() => stand.finish(framed.next())).toThrow("255 is odd");
    expect(collect(stand, framed)).toEqual([2]);
  });

  test("ends with an error when bytes are left that are no whole item", () => {
    const framed = new FramedRead(new ScriptedReader([bytes(2, 255)]), new EvenBytes());
    const stand = new Stand();
    expect(stand.finish(framed.next())).toBe(2);
    expect(() => stand.finish(framed.next())).toThrow(UnexpectedEndError);
    expect(stand.finish(framed.next())).toBe(End);
  });

  test("keeps what has come of an item when the wait for it is dropped", () => {
    const reader = new ScriptedReader([bytes(0, 0, 0), "wait", bytes(1, 7)]);
    const framed = new FramedRead(reader, new LengthDelimitedCodec());
    const stand = new Stand(reader);
    const abandoned = framed.next();
    expect(stand.poll(abandoned)).toBe(Pending);
    abandoned.drop();
    expect(collect(stand, framed)).toEqual([bytes(7)]);
  });

  test("lets others run however many items one read has brought", () => {
    const runtime = new HandDriven();
    const framed = new FramedRead(new ScriptedReader([new Uint8Array(1000)]), new EvenBytes());
    const count = asyncFn(function* () {
      let items = 0;
      while ((yield* framed.next()) !== End) items++;
      return items;
    });
    const task = count();
    let turns = 0;
    while (pollWithBudget(runtime, task, 128)[0] === Pending) turns++;
    expect(turns).toBe(7);
    expect(runtime.waker.wakes).toBe(turns);
  });

  test("takes one operation from the budget for each item, whether it had to read or not", () => {
    const runtime = new HandDriven();
    const framed = new FramedRead(new ScriptedReader([bytes(2, 4), bytes(6)]), new EvenBytes());
    const costs = [1, 2, 3].map(() => 10 - pollWithBudget(runtime, framed.next(), 10)[1]);
    expect(costs).toEqual([1, 1, 1]);
  });

  test("lets others run when nothing it reads is ever an item", () => {
    const runtime = new HandDriven();
    const never: Decoder<never> = {
      decode(source) {
        source.clear();
        return Incomplete;
      },
    };
    expect(pollWithBudget(runtime, new FramedRead(repeat(0), never).next(), 20)).toEqual([Pending, 0]);
    expect(runtime.waker.wakes).toBe(1);
  });

  test("dropped, lets go of its source and cannot be used", () => {
    const reader = new ScriptedReader(["wait"]);
    const framed = new FramedRead(reader, new EvenBytes());
    const stand = new Stand(reader);
    expect(stand.poll(framed.next())).toBe(Pending);
    framed.drop();
    framed.drop();
    expect(stand.held).toEqual([]);
    expect(() => stand.poll(framed.next())).toThrow(PolledAfterCompletionError);
  });
});

describe("a framed writer", () => {
  test("keeps items until it is flushed", () => {
    const writer = new ScriptedWriter(["wait", 1], ["wait"]);
    const framed = new FramedWrite(writer, new EvenBytes());
    const stand = new Stand(writer);
    stand.finish(framed.feed(2));
    stand.finish(framed.feed(4));
    expect(writer.log).toEqual([]);
    stand.finish(framed.flush());
    expect([writer.log, writer.received]).toEqual([[1, 1, "flush"], bytes(2, 4)]);
  });

  test("sends and flushes in one", () => {
    const writer = new ScriptedWriter(["wait"], ["wait"]);
    const framed = new FramedWrite(writer, new EvenBytes());
    const stand = new Stand(writer);
    stand.finish(framed.send(2));
    stand.finish(framed.close());
    expect(writer.log).toEqual([1, "flush", "shutdown"]);
    expect(stand.suspensions).toBe(2);
  });

  test("at its high-water mark, takes another item only when less is left to write", () => {
    const writer = new ScriptedWriter(["wait", 1, "wait"]);
    const framed = new FramedWrite(writer, new EvenBytes(), { highWaterMarkBytes: 2 });
    const stand = new Stand(writer);
    for (const item of [2, 4]) expect(stand.poll(framed.feed(item))).toBe(undefined);
    expect(writer.log).toEqual([]);
    const waiting = framed.feed(6);
    expect(stand.poll(waiting)).toBe(Pending);
    expect(stand.poll(waiting)).toBe(undefined);
    expect([writer.received, framed.buffer.bytes]).toEqual([bytes(2), bytes(4, 6)]);
  });

  test("has not taken an item whose wait for room was dropped", () => {
    const writer = new ScriptedWriter(["wait"]);
    const framed = new FramedWrite(writer, new EvenBytes(), { highWaterMarkBytes: 1 });
    const stand = new Stand(writer);
    stand.poll(framed.feed(2));
    const waiting = framed.feed(4);
    expect(stand.poll(waiting)).toBe(Pending);
    waiting.drop();
    expect(stand.held).toEqual([]);
    stand.finish(framed.flush());
    expect(writer.received).toEqual(bytes(2));
  });

  test("sends an item that was taken with the next flush, when the send was dropped", () => {
    const writer = new ScriptedWriter(["wait"]);
    const framed = new FramedWrite(writer, new EvenBytes());
    const stand = new Stand(writer);
    const waiting = framed.send(2);
    expect(stand.poll(waiting)).toBe(Pending);
    waiting.drop();
    stand.finish(framed.flush());
    expect(writer.received).toEqual(bytes(2));
  });

  test("passes on what the encoder and the destination throw", () => {
    const stand = new Stand();
    const framed = new FramedWrite(new ScriptedWriter([new Error("broken"), 0]), new EvenBytes());
    expect(() => stand.finish(framed.feed(3))).toThrow("3 is odd");
    stand.finish(framed.feed(2));
    expect(() => stand.finish(framed.flush())).toThrow("broken");
    expect(() => stand.finish(framed.flush())).toThrow(WriteZeroError);
    stand.finish(framed.flush());
  });

  test("lets others run when its destination is always ready", () => {
    const runtime = new HandDriven();
    const writer = new ScriptedWriter([1, 1, 1, 1]);
    const framed = new FramedWrite(writer, new BytesCodec());
    new Stand().finish(framed.feed(bytes(1, 2, 3, 4)));
    expect(pollWithBudget(runtime, framed.flush(), 2)).toEqual([Pending, 0]);
    expect(runtime.waker.wakes).toBe(1);
  });

  test("refuses a high-water mark that is none", () => {
    const make = () => new FramedWrite(new ScriptedWriter(), new BytesCodec(), { highWaterMarkBytes: 0 });
    expect(make).toThrow(RangeError);
  });
});

describe("frames with their length in front", () => {
  const formats = fc.record({
    lengthFieldBytes: fc.integer({ min: 1, max: 8 }),
    byteOrder: fc.constantFrom("big" as const, "little" as const),
  });

  test("arrive as they were sent, however the bytes travel", () => {
    const frames = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 });
    fc.assert(
      fc.property(frames, formats, departures, settlings, (items, format, writes, flushes) => {
        const writer = new ScriptedWriter(writes, flushes);
        const stand = new Stand(writer);
        const out = new FramedWrite(writer, new LengthDelimitedCodec(format), { highWaterMarkBytes: 50 });
        for (const item of items) stand.finish(out.feed(item));
        stand.finish(out.close());
        fc.assert(
          fc.property(arrivals(writer.received), (reads) => {
            const reader = new ScriptedReader(reads);
            const framed = new FramedRead(reader, new LengthDelimitedCodec(format));
            expect(collect(new Stand(reader), framed)).toEqual(items);
          }),
          { numRuns: 5 },
        );
      }),
      { numRuns: 40 },
    );
  });

  test.for([
    [{}, [0, 0, 0, 2, 7, 8]],
    [{ byteOrder: "little" as const }, [2, 0, 0, 0, 7, 8]],
    [{ lengthFieldBytes: 1 }, [2, 7, 8]],
    [{ lengthFieldBytes: 3 }, [0, 0, 2, 7, 8]],
    [{ lengthFieldBytes: 8, byteOrder: "little" as const }, [2, 0, 0, 0, 0, 0, 0, 0, 7, 8]],
  ] as const)("are laid out as %j says", ([options, expected]) => {
    const target = new ByteBuffer();
    new LengthDelimitedCodec(options).encode(bytes(7, 8), target);
    expect([...target.bytes]).toEqual(expected);
  });

  test("use every bit of the field", () => {
    const target = new ByteBuffer();
    new LengthDelimitedCodec({ lengthFieldBytes: 2 }).encode(new Uint8Array(0xabcd), target);
    expect([...target.bytes.subarray(0, 2)]).toEqual([0xab, 0xcd]);
  });

  // The examples of tokio-util's documentation, as bytes.
  test.for([
    ["a header that stays", { lengthFieldBytes: 2, lengthAdjustment: 2, numSkip: 0 }, [0, 2, 7, 8], [0, 2, 7, 8]],
    ["a header that is skipped", { lengthFieldBytes: 2 }, [0, 2, 7, 8], [7, 8]],
    ["a length that counts its own field", { lengthFieldBytes: 2, lengthAdjustment: -2 }, [0, 4, 7, 8], [7, 8]],
    [
      "a length behind another field",
      { lengthFieldBytes: 3, lengthFieldOffset: 2, numSkip: 0, lengthAdjustment: 5 },
      [0xca, 0xfe, 0, 0, 2, 7, 8],
      [0xca, 0xfe, 0, 0, 2, 7, 8],
    ],
    [
      "a length before another field that it does not count",
      { lengthFieldBytes: 3, lengthAdjustment: 2 },
      [0, 0, 2, 0xca, 0xfe, 7, 8],
      [0xca, 0xfe, 7, 8],
    ],
    [
      "a length that counts everything, between other fields",
      { lengthFieldOffset: 1, lengthFieldBytes: 2, lengthAdjustment: -3, numSkip: 3 },
      [0xca, 0, 6, 0xfe, 7, 8],
      [0xfe, 7, 8],
    ],
    [
      "a field behind the length that is skipped too",
      { lengthFieldOffset: 1, lengthFieldBytes: 2, byteOrder: "little" as const, numSkip: 4 },
      [0xca, 2, 0, 0xfe, 7, 8],
      [7, 8],
    ],
  ] as const)("are found by %s", ([, options, frame, item]) => {
    fc.assert(
      fc.property(arrivals(bytes(...frame, ...frame)), (reads) => {
        const reader = new ScriptedReader(reads);
        const framed = new FramedRead(reader, new LengthDelimitedCodec(options));
        expect(collect(new Stand(reader), framed)).toEqual([bytes(...item), bytes(...item)]);
      }),
      { numRuns: 20 },
    );
  });

  test("are announced as the length adjustment says", () => {
    for (const [lengthAdjustment, announced] of [
      [-3, 5],
      [2, 0],
    ]) {
      const target = new ByteBuffer();
      new LengthDelimitedCodec({ lengthFieldBytes: 2, lengthAdjustment }).encode(bytes(7, 8), target);
      expect([...target.bytes]).toEqual([0, announced, 7, 8]);
    }
  });

  test("whose length does not even cover their header fail, and for good", () => {
    for (const [options, length] of [
      [{ lengthAdjustment: -4 }, 3],
      [{ numSkip: 0 }, 3],
      [{ numSkip: 0, lengthAdjustment: -1 }, 4],
    ] as const) {
      const framed = new FramedRead(new ScriptedReader([bytes(0, 0, 0, length)]), new LengthDelimitedCodec(options));
      const stand = new Stand();
      for (let i = 0; i < 2; i++) expect(() => stand.finish(framed.next())).toThrow(FrameTooShortError);
    }
    const codec = new LengthDelimitedCodec({ lengthAdjustment: 2 });
    expect(() => codec.encode(bytes(1), new ByteBuffer())).toThrow(
      "a frame of 1 bytes is shorter than the 2 bytes that its format takes",
    );
  });

  test("are at most as long as an adjusted length can say", () => {
    const codec = new LengthDelimitedCodec({ lengthFieldBytes: 1, lengthAdjustment: -2 });
    expect(() => codec.encode(new Uint8Array(254), new ByteBuffer())).toThrow(FrameTooLongError);
    const target = new ByteBuffer();
    codec.encode(new Uint8Array(253), target);
    expect(target.byteAt(0)).toBe(255);
  });

  test("that are announced too long fail before memory is set aside, and for good", () => {
    for (const announced of [bytes(0, 0, 0, 11), bytes(255, 255, 255, 255)]) {
      const framed = new FramedRead(new ScriptedReader([announced]), new LengthDelimitedCodec({ maxFrameBytes: 10 }));
      const stand = new Stand();
      for (let i = 0; i < 2; i++) expect(() => stand.finish(framed.next())).toThrow(FrameTooLongError);
      expect(framed.buffer.spare(0).byteLength).toBeLessThan(10_000);
    }
    const beyondExact = new LengthDelimitedCodec({ lengthFieldBytes: 8 });
    const source = new ByteBuffer();
    source.append(new Uint8Array(8).fill(255));
    expect(() => beyondExact.decode(source)).toThrow(FrameTooLongError);
  });

  test("have all their memory set aside once they are announced", () => {
    const source = new ByteBuffer();
    source.append(bytes(0, 0, 20, 0, 7));
    expect(new LengthDelimitedCodec().decode(source)).toBe(Incomplete);
    expect(source.spare(0).byteLength).toBeGreaterThanOrEqual(20 * 256 - 1);
  });

  test("as long as the maximum are whole, and one byte more is refused before anything is sent", () => {
    const codec = new LengthDelimitedCodec({ maxFrameBytes: 10 });
    const target = new ByteBuffer();
    codec.encode(counting(10), target);
    expect(codec.decode(target)).toEqual(counting(10));
    expect(() => codec.encode(counting(11), target)).toThrow(FrameTooLongError);
    expect(target.byteLength).toBe(0);
  });

  test("are no longer than the length field can say", () => {
    const codec = new LengthDelimitedCodec({ lengthFieldBytes: 1 });
    codec.encode(counting(255), new ByteBuffer());
    expect(() => codec.encode(counting(256), new ByteBuffer())).toThrow("255 bytes that are allowed");
  });

  test("are copies of what was received", () => {
    const codec = new LengthDelimitedCodec({ lengthFieldBytes: 1 });
    const source = new ByteBuffer();
    source.append(bytes(1, 7));
    const frame = codec.decode(source);
    source.append(bytes(1, 8));
    expect(frame).toEqual(bytes(7));
  });

  test("that break off are an unexpected end", () => {
    const framed = new FramedRead(new ScriptedReader([bytes(0, 0, 0, 2, 7)]), new LengthDelimitedCodec());
    expect(() => new Stand().finish(framed.next())).toThrow(UnexpectedEndError);
  });

  test("refuse widths and limits that are none", () => {
    for (const lengthFieldBytes of [0, 9, 1.5]) {
      expect(() => new LengthDelimitedCodec({ lengthFieldBytes })).toThrow(RangeError);
    }
    expect(() => new LengthDelimitedCodec({ lengthAdjustment: -0.5 })).toThrow(RangeError);
    for (const maxFrameBytes of [-1, 0.5, Infinity]) {
      expect(() => new LengthDelimitedCodec({ maxFrameBytes })).toThrow(RangeError);
      expect(() => new LengthDelimitedCodec({ lengthFieldOffset: maxFrameBytes })).toThrow(RangeError);
      expect(() => new LengthDelimitedCodec({ numSkip: maxFrameBytes })).toThrow(RangeError);
    }
  });
});

describe("lines as items", () => {
  /** What the codec finds: lines, and "too long" in the place of an error. */
  function decodeAll(reads: readonly (Uint8Array | "wait" | Error)[], maxLineBytes?: number): string[] {
    const reader = new ScriptedReader(reads);
    const stand = new Stand(reader);
    const framed = new FramedRead(reader, new LinesCodec(maxLineBytes === undefined ? {} : { maxLineBytes }));
    const found: string[] = [];
    for (;;) {
      try {
        const line = stand.finish(framed.next());
        if (line === End) return found;
        found.push(line);
      } catch (error) {
        if (error instanceof LimitExceededError) found.push("too long");
        else if (error instanceof InvalidUtf8Error) found.push("not UTF-8");
        else throw error;
      }
    }
  }

  test("end at both line ends, and the last where the input does", () => {
    expect(decodeAll([bytes("one\n\ntwo\r"), "wait", bytes("\n\r\nth\rree\r")])).toEqual([
      "one",
      "",
      "two",
      "",
      "th\rree",
    ]);
    expect(decodeAll([bytes("a\n")])).toEqual(["a"]);
    expect(decodeAll([bytes("\r")])).toEqual([]);
    expect(decodeAll([])).toEqual([]);
  });

  test("that are too long are left out whole, and the next one follows", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 10 }),
        fc.integer({ min: 0, max: 8 }),
        fc.boolean(),
        fc.gen(),
        (lengths, maxLineBytes, endsInLine, gen) => {
          const found = lengths.map((length, i) => String.fromCharCode(97 + i).repeat(length));
          const all = found.map((line) => `${line}\n`).join("");
          const input = endsInLine ? all : all.slice(0, -1);
          const expected = found.map((line) => (line.length > maxLineBytes ? "too long" : line));
          if (!endsInLine && found.at(-1) === "") expected.pop();
          expect(
            decodeAll(
              gen(() => arrivals(bytes(input))),
              maxLineBytes,
            ),
          ).toEqual(expected);
        },
      ),
    );
  });

  test("that are too long do not fill memory before their end has come", () => {
    const reader = new ScriptedReader([...Array.from({ length: 50 }, () => counting(1024).fill(1)), bytes("\nok\n")]);
    const framed = new FramedRead(reader, new LinesCodec({ maxLineBytes: 100 }));
    const stand = new Stand(reader);
    expect(() => stand.finish(framed.next())).toThrow(LimitExceededError);
    expect(stand.finish(framed.next())).toBe("ok");
    expect(framed.buffer.spare(0).byteLength).toBeLessThan(20_000);
  });

  test("that are not UTF-8 are errors in their place", () => {
    expect(decodeAll([bytes("a\n", 0xc0, "\nb\n", 0xff)])).toEqual(["a", "not UTF-8", "b", "not UTF-8"]);
  });

  test("are searched once, however slowly they come", () => {
    const codec = new LinesCodec();
    const source = new ByteBuffer();
    for (let i = 0; i < 5; i++) {
      source.append(bytes("ab"));
      expect(codec.decode(source)).toBe(Incomplete);
    }
    source.append(bytes("\nc\n"));
    expect([codec.decode(source), codec.decode(source), codec.decode(source)]).toEqual(["ababababab", "c", Incomplete]);
  });

  test("of another input can follow where one has ended", () => {
    const codec = new LinesCodec();
    const source = new ByteBuffer();
    source.append(bytes("end"));
    expect([codec.decode(source), codec.decodeEnd(source), codec.decodeEnd(source)]).toEqual([
      Incomplete,
      "end",
      Incomplete,
    ]);
    source.append(bytes("a\nb\n"));
    expect([codec.decode(source), codec.decode(source)]).toEqual(["a", "b"]);
  });

  test("are written with a line feed", () => {
    const writer = new ScriptedWriter();
    const framed = new FramedWrite(writer, new LinesCodec());
    const stand = new Stand();
    for (const line of ["a€😀", "", "b"]) stand.finish(framed.feed(line));
    stand.finish(framed.flush());
    expect(text(writer.received)).toBe("a€😀\n\nb\n");
  });

  test("refuse a limit that is none", () => {
    expect(() => new LinesCodec({ maxLineBytes: -1 })).toThrow(RangeError);
  });
});

describe("bytes as items", () => {
  test("are whatever has come", () => {
    const all = counting(100);
    fc.assert(
      fc.property(arrivals(all), (reads) => {
        const reader = new ScriptedReader(reads);
        const items = collect(new Stand(reader), new FramedRead(reader, new BytesCodec()));
        expect(concat(items)).toEqual(all);
        expect(items.every((item) => item.byteLength > 0)).toBe(true);
      }),
    );
  });
});

describe("a framed stream", () => {
  test("has items in both directions", () => {
    const stream = new ScriptedStream([bytes(2), "wait", bytes(4)], ["wait"]);
    const framed = new Framed(stream, new EvenBytes());
    expectTypeOf(framed).toExtend<Framed<number, number, ScriptedStream>>();
    const stand = new Stand(stream);
    expect(collect(stand, framed)).toEqual([2, 4]);
    stand.finish(framed.feed(6));
    stand.finish(framed.send(8));
    stand.finish(framed.flush());
    stand.finish(framed.close());
    expect(stream.received).toEqual(bytes(6, 8));
  });

  test("can still be flushed when it was dropped as a stream", () => {
    const stream = new ScriptedStream(["wait"], ["wait"]);
    const framed = new Framed(stream, new EvenBytes(), { highWaterMarkBytes: 1 });
    const stand = new Stand(stream);
    stand.finish(framed.feed(2));
    expect(stand.poll(framed.next())).toBe(Pending);
    framed.drop();
    expect(stand.held).toEqual([]);
    stand.finish(framed.flush());
    expect(stream.received).toEqual(bytes(2));
  });

  test("carries a conversation between two tasks", () => {
    const runtime = new HandDriven();
    const [a, b] = duplex(5);
    runtime.spawn(
      asyncFn(function* () {
        const server = new Framed(b, new LinesCodec({ maxLineBytes: 100 }));
        for (let line = yield* server.next(); line !== End; line = yield* server.next()) {
          yield* server.send(line.toUpperCase());
        }
        b.close();
      })(),
    );
    const answers = runtime.spawn(
      asyncFn(function* () {
        const client = new Framed(a, new LinesCodec({ maxLineBytes: 100 }));
        const heard: string[] = [];
        for (const line of ["hello", "a longer line", ""]) {
          yield* client.send(line);
          const answer = yield* client.next();
          if (answer !== End) heard.push(answer);
        }
        yield* client.close();
        return [...heard, yield* client.next()];
      })(),
    );
    runtime.settle();
    expect(runtime.poll(answers)).toEqual(["HELLO", "A LONGER LINE", "", End]);
  });
});
