import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asyncFn, Pending, PolledAfterCompletionError } from "../src/future/index.ts";
import {
  BufReader,
  chain,
  Cursor,
  empty,
  fillBuf,
  InvalidUtf8Error,
  LimitExceededError,
  lines,
  read,
  readExact,
  readToEnd,
  readToString,
  readUntil,
  repeat,
  take,
  UnexpectedEndError,
} from "../src/io/index.ts";
import { End } from "../src/stream/index.ts";
import { HandDriven } from "./support/bench-stand.ts";
import { arrivals, bytes, counting, pollWithBudget, ScriptedReader, Stand, text } from "./support/scripted-io.ts";

const LINE_FEED = 10;

describe("read", () => {
  test("returns what there is, and 0 at the end", () => {
    const reader = new ScriptedReader([bytes("abc"), "wait", bytes("d")]);
    const stand = new Stand(reader);
    const view = new Uint8Array(2);
    const got = [1, 2, 3, 4].map(() => text(view.slice(0, stand.finish(read(reader, view)))));
    expect(got).toEqual(["ab", "c", "d", ""]);
  });

  test("does nothing before it is polled, and not again after it has returned or failed", () => {
    const reader = new ScriptedReader([bytes("a"), new Error("broken")]);
    const stand = new Stand(reader);
    const first = read(reader, new Uint8Array(1));
    expect(reader.polls).toBe(0);
    stand.finish(first);
    expect(() => stand.poll(first)).toThrow(PolledAfterCompletionError);
    const second = read(reader, new Uint8Array(1));
    expect(() => stand.poll(second)).toThrow("broken");
    expect(() => stand.poll(second)).toThrow(PolledAfterCompletionError);
    expect(reader.polls).toBe(2);
  });

  test("waits within a coroutine", () => {
    const reader = new ScriptedReader(["wait", bytes("abc"), "wait"]);
    const sum = asyncFn(function* () {
      const view = new Uint8Array(8);
      const first = yield* read(reader, view);
      return first + (yield* read(reader, view));
    });
    expect(new Stand(reader).finish(sum())).toBe(3);
  });
});

describe("readExact", () => {
  test("fills the view from however many reads and returns it", () => {
    fc.assert(
      fc.property(arrivals(counting(100)), fc.integer({ min: 0, max: 100 }), (steps, length) => {
        const reader = new ScriptedReader(steps);
        const view = new Uint8Array(length);
        expect(new Stand(reader).finish(readExact(reader, view))).toBe(view);
        expect(view).toEqual(counting(length));
        expect(reader.left).toEqual(counting(100).subarray(length));
      }),
    );
  });

  test("fails when the input ends before, saying how far it came", () => {
    const reader = new ScriptedReader([bytes("ab"), "wait", bytes("c")]);
    const future = readExact(reader, new Uint8Array(4));
    const failure = () => new Stand(reader).finish(future);
    expect(failure).toThrow(UnexpectedEndError);
    expect(failure).toThrow(PolledAfterCompletionError);
    expect(() => new Stand().finish(readExact(empty(), new Uint8Array(4)))).toThrow("expected 4 bytes, got 0");
  });

  test("lets others run when its source is always ready", () => {
    const runtime = new HandDriven();
    const reader = new ScriptedReader(Array.from({ length: 10 }, () => bytes("a")));
    const future = readExact(reader, new Uint8Array(10));
    expect(pollWithBudget(runtime, future, 4)).toEqual([Pending, 0]);
    expect([reader.polls, runtime.waker.wakes]).toEqual([4, 1]);
    expect(pollWithBudget(runtime, future, 128)).toEqual([bytes("aaaaaaaaaa"), 122]);
  });

  test("takes one operation from the budget for each read, however many its source takes itself", () => {
    const runtime = new HandDriven();
    expect(pollWithBudget(runtime, readExact(repeat(1), new Uint8Array(9)), 4)[1]).toBe(3);
  });

  test("dropped while it waits, has moved bytes that the next read does not see", () => {
    const reader = new ScriptedReader([bytes("ab"), "wait", bytes("cd")]);
    const stand = new Stand(reader);
    const future = readExact(reader, new Uint8Array(4));
    expect(stand.poll(future)).toBe(Pending);
    future.drop();
    expect(text(reader.left)).toBe("cd");
  });
});

describe("readToEnd", () => {
  test("returns everything that comes", () => {
    const all = counting(5000);
    fc.assert(
      fc.property(arrivals(all), (steps) => {
        const reader = new ScriptedReader(steps);
        expect(new Stand(reader).finish(readToEnd(reader, 5000))).toEqual(all);
      }),
      { numRuns: 30 },
    );
  });

  test("fails as soon as one byte more has come than allowed, and reads no further", () => {
    const reader = new ScriptedReader([counting(3000), "wait", counting(10)]);
    expect(() => new Stand(reader).finish(readToEnd(reader, 2999))).toThrow(LimitExceededError);
    expect(reader.left.byteLength).toBe(10);
  });

  test("of nothing is nothing, also when nothing is allowed", () => {
    expect(new Stand().finish(readToEnd(empty(), 0))).toEqual(bytes());
  });

  test("refuses limits that are none", () => {
    for (const limit of [-1, 0.5, Number.NaN]) expect(() => readToEnd(empty(), limit)).toThrow(RangeError);
  });

  test("lets others run when its source is always ready", () => {
    const runtime = new HandDriven();
    const future = readToEnd(repeat(1), Infinity);
    expect(pollWithBudget(runtime, future, 5)).toEqual([Pending, 0]);
    expect(runtime.waker.wakes).toBe(1);
  });
});

describe("readToString", () => {
  test("decodes across reads", () => {
    const encoded = bytes("aä€😀");
    for (let at = 0; at < encoded.byteLength; at++) {
      const [head, tail] = [encoded.subarray(0, at), encoded.subarray(at)];
      const reader = new ScriptedReader(at === 0 ? ["wait", tail] : [head, "wait", tail]);
      expect(new Stand(reader).finish(readToString(reader, 100))).toBe("aä€😀");
    }
  });

  test("fails when the bytes are not UTF-8, saying where", () => {
    const failure = () => new Stand().finish(readToString(new Cursor(bytes("ab", 0xff)), 100));
    expect(failure).toThrow(InvalidUtf8Error);
    expect(failure).toThrow("offset 2");
  });
});

describe("readUntil", () => {
  test("returns pieces that end in the delimiter, the last one as it is, then nothing", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(1, 2, 3, LINE_FEED), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (input, capacity) => {
          const reader = new BufReader(new Cursor(bytes(...input)), capacity);
          const pieces: Uint8Array[] = [];
          for (;;) {
            const piece = new Stand().finish(readUntil(reader, LINE_FEED, Infinity));
            if (piece.byteLength === 0) break;
            pieces.push(piece);
          }
          expect(pieces.flatMap((piece) => [...piece])).toEqual(input);
          for (const piece of pieces.slice(0, -1)) expect(piece.indexOf(LINE_FEED)).toBe(piece.byteLength - 1);
          const last = pieces.at(-1)?.indexOf(LINE_FEED) ?? -1;
          expect(last === -1 || last === (pieces.at(-1)?.byteLength ?? 0) - 1).toBe(true);
        },
      ),
    );
  });

  test("does not count the delimiter against the limit", () => {
    const reader = new BufReader(new Cursor(bytes("abc\nabcd\n")));
    const stand = new Stand();
    expect(text(stand.finish(readUntil(reader, LINE_FEED, 3)))).toBe("abc\n");
    expect(() => stand.finish(readUntil(reader, LINE_FEED, 3))).toThrow(LimitExceededError);
  });

  test("refuses a delimiter that is no byte", () => {
    expect(() => readUntil(empty(), 256, 1)).toThrow(RangeError);
  });
});

describe("lines", () => {
  function linesOf(steps: readonly (Uint8Array | "wait")[], capacity: number, maxLineBytes = Infinity): string[] {
    const reader = new ScriptedReader(steps);
    const stand = new Stand(reader);
    const stream = lines(new BufReader(reader, capacity), maxLineBytes);
    const found: string[] = [];
    for (let line = stand.finish(stream.next()); line !== End; line = stand.finish(stream.next())) found.push(line);
    expect(stand.finish(stream.next())).toBe(End);
    return found;
  }

  test("splits at both line ends, however the text arrives", () => {
    const all = bytes("one\ntwo ä€\r\n\r\n\nth\rree\r");
    fc.assert(
      fc.property(arrivals(all), fc.integer({ min: 1, max: 8 }), (steps, capacity) => {
        expect(linesOf(steps as Uint8Array[], capacity)).toEqual(["one", "two ä€", "", "", "th\rree\r"]);
      }),
    );
  });

  test("of nothing are none, and a line end makes no line after it", () => {
    expect(linesOf([], 8)).toEqual([]);
    expect(linesOf([bytes("a\n")], 8)).toEqual(["a"]);
    expect(linesOf([bytes("\n")], 8)).toEqual([""]);
  });

  test("keeps what has come of a line when the wait for it is dropped", () => {
    const reader = new ScriptedReader([bytes("he"), "wait", bytes("llo\nyou\n")]);
    const stand = new Stand(reader);
    const stream = lines(new BufReader(reader), 100);
    const abandoned = stream.next();
    expect(stand.poll(abandoned)).toBe(Pending);
    abandoned.drop();
    expect([stand.finish(stream.next()), stand.finish(stream.next())]).toEqual(["hello", "you"]);
  });

  test("leaves what follows the line in the reader", () => {
    const reader = new BufReader(new Cursor(bytes("head\nbody")));
    const stand = new Stand();
    expect(stand.finish(lines(reader, 100).next())).toBe("head");
    expect(text(stand.finish(readToEnd(reader, 100)))).toBe("body");
  });

  test("end with an error at a line that is too long", () => {
    expect(linesOf([bytes("abc\nabc")], 2, 3)).toEqual(["abc", "abc"]);
    const stream = lines(new BufReader(new Cursor(bytes("abcd\nab\n"))), 3);
    const stand = new Stand();
    expect(() => stand.finish(stream.next())).toThrow(LimitExceededError);
    expect(stand.finish(stream.next())).toBe(End);
  });

  test("go on after a line that is not UTF-8", () => {
    const stream = lines(new BufReader(new Cursor(bytes("a\n", 0xc0, "\nb"))), 100);
    const stand = new Stand();
    expect(stand.finish(stream.next())).toBe("a");
    expect(() => stand.finish(stream.next())).toThrow(InvalidUtf8Error);
    expect([stand.finish(stream.next()), stand.finish(stream.next())]).toEqual(["b", End]);
  });

  test("cannot be taken from a stream that was dropped", () => {
    const reader = new ScriptedReader(["wait"]);
    const stream = lines(new BufReader(reader), 100);
    const stand = new Stand(reader);
    expect(stand.poll(stream.next())).toBe(Pending);
    stream.drop();
    stream.drop();
    expect(stand.held).toEqual([]);
    expect(() => stand.poll(stream.next())).toThrow(PolledAfterCompletionError);
  });
});

describe("chain", () => {
  test("is the first source and then the second", () => {
    const [first, second] = [new ScriptedReader([bytes("ab"), "wait"]), new ScriptedReader(["wait", bytes("cd")])];
    expect(text(new Stand(first, second).finish(readToEnd(chain(first, second), 10)))).toBe("abcd");
  });

  test("takes a read into an empty view for no end", () => {
    const both = chain(new Cursor(bytes("ab")), new Cursor(bytes("cd")));
    const stand = new Stand();
    expect(stand.finish(read(both, new Uint8Array(0)))).toBe(0);
    expect(text(stand.finish(readToEnd(both, 10)))).toBe("abcd");
  });

  test("of buffered sources is buffered", () => {
    const both = chain(new BufReader(new Cursor(bytes("a"))), new Cursor(bytes("b\nc")));
    const stand = new Stand();
    expect(text(stand.finish(readUntil(both, LINE_FEED, 10)))).toBe("ab\n");
    expect(text(stand.finish(fillBuf(both)))).toBe("c");
  });
});

describe("take", () => {
  test("ends at its limit and leaves the rest", () => {
    const reader = new ScriptedReader([bytes("abcdef")]);
    const head = take(reader, 4);
    const stand = new Stand(reader);
    expect(text(stand.finish(readToEnd(head, 10)))).toBe("abcd");
    expect([text(reader.left), head.limitBytes]).toEqual(["ef", 0]);
    head.limitBytes = 1;
    expect(text(stand.finish(readToEnd(head, 10)))).toBe("e");
  });

  test("does not ask its source at the limit", () => {
    const reader = new ScriptedReader(["wait"]);
    expect(new Stand().finish(read(take(reader, 0), new Uint8Array(1)))).toBe(0);
    expect(reader.polls).toBe(0);
  });

  test("of a buffered source is buffered", () => {
    const head = take(new Cursor(bytes("abc\ndef")), 2);
    const stand = new Stand();
    expect(text(stand.finish(fillBuf(head)))).toBe("ab");
    expect(() => head.consume(3)).toThrow(RangeError);
    expect(text(stand.finish(readUntil(head, LINE_FEED, 10)))).toBe("ab");
    expect(stand.finish(fillBuf(head))).toEqual(bytes());
  });

  test("refuses a limit that is none", () => {
    expect(() => take(empty(), -1)).toThrow(RangeError);
    expect(() => {
      take(empty(), 1).limitBytes = 0.5;
    }).toThrow(RangeError);
  });
});

describe("sources that are always ready", () => {
  test.for([
    ["empty", () => read(empty(), new Uint8Array(1))],
    ["repeat", () => read(repeat(7), new Uint8Array(1))],
    ["a cursor", () => read(new Cursor(bytes("a")), new Uint8Array(1))],
    ["an empty source's buffer", () => fillBuf(empty())],
    ["a cursor's buffer", () => fillBuf(new Cursor(bytes("a")))],
  ] as const)("%s counts against the budget", ([, make]) => {
    const runtime = new HandDriven();
    expect(pollWithBudget<unknown>(runtime, make(), 0)[0]).toBe(Pending);
    expect(runtime.waker.wakes).toBe(1);
    expect(pollWithBudget<unknown>(runtime, make(), 2)[1]).toBe(1);
  });

  test("repeat gives the same byte for ever", () => {
    expect(new Stand().finish(readExact(repeat(7), new Uint8Array(3)))).toEqual(bytes(7, 7, 7));
    expect(() => repeat(300)).toThrow(RangeError);
  });
});
