import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asyncFn, type Future, Pending, PolledAfterCompletionError } from "../src/future/index.ts";
import {
  BufReader,
  BufWriter,
  copy,
  copyBidirectional,
  copyBuf,
  Cursor,
  duplex,
  empty,
  read,
  readToEnd,
  repeat,
  shutdown,
  sink,
  writeAll,
  WriteZeroError,
} from "../src/io/index.ts";
import { HandDriven } from "./support/bench-stand.ts";
import {
  arrivals,
  bytes,
  counting,
  departures,
  pollWithBudget,
  type ReadStep,
  ScriptedReader,
  ScriptedStream,
  ScriptedWriter,
  settlings,
  Stand,
  text,
  type WriteStep,
} from "./support/scripted-io.ts";

const ways = [
  ["copy", (reader: ScriptedReader, writer: ScriptedWriter | BufWriter) => copy(reader, writer)],
  [
    "copyBuf",
    (reader: ScriptedReader, writer: ScriptedWriter | BufWriter) => copyBuf(new BufReader(reader, 8), writer),
  ],
] as const;

/** Polls as a neighbour in the same task makes it happen: wakers stay where they were left. */
function pollUnwoken(stand: Stand, future: Future<unknown>): void {
  for (let polls = 0; polls < 5; polls++) stand.poll(future);
}

describe.for(ways)("%s", ([, start]) => {
  test("moves everything and flushes, whatever either side makes it wait for", () => {
    fc.assert(
      fc.property(arrivals(counting(300)), departures, settlings, (reads, writes, flushes) => {
        const [reader, writer] = [new ScriptedReader(reads), new ScriptedWriter(writes, flushes)];
        expect(new Stand(reader, writer).finish(start(reader, writer))).toBe(300);
        expect(writer.received).toEqual(counting(300));
        expect(writer.log.at(-1)).toBe("flush");
      }),
    );
  });

  test("of nothing flushes and does not shut down", () => {
    const writer = new ScriptedWriter();
    expect(new Stand().finish(start(new ScriptedReader([]), writer))).toBe(0);
    expect(writer.log).toEqual(["flush"]);
  });

  test("flushes what it has written while the source makes it wait", () => {
    const [reader, writer] = [new ScriptedReader([bytes("ab"), "wait", "wait", bytes("c")]), new ScriptedWriter()];
    const stand = new Stand(reader, writer);
    const future = start(reader, new BufWriter(writer));
    expect(stand.poll(future)).toBe(Pending);
    expect([text(writer.received), writer.log]).toEqual(["ab", [2, "flush"]]);
    expect(stand.poll(future)).toBe(Pending);
    expect(writer.log).toEqual([2, "flush"]);
    expect(stand.finish(future)).toBe(3);
    expect(writer.log).toEqual([2, "flush", 1, "flush"]);
  });

  test("goes on when such a flush has to wait itself", () => {
    const [reader, writer] = [
      new ScriptedReader([bytes("ab"), "wait", bytes("c")]),
      new ScriptedWriter([], ["wait", "wait"]),
    ];
    expect(new Stand(reader, writer).finish(start(reader, writer))).toBe(3);
    expect(text(writer.received)).toBe("abc");
  });

  test("fails with either side, and then holds no waker of the other", () => {
    const failures: [ReadStep[], WriteStep[], ("wait" | Error)[]][] = [
      [[bytes("a"), new Error("broken")], ["wait"], []],
      [[bytes("a"), "wait", bytes("b")], [1, new Error("broken")], []],
      [[bytes("a"), "wait"], [], [new Error("broken")]],
    ];
    for (const [reads, writes, flushes] of failures) {
      const [reader, writer] = [new ScriptedReader(reads), new ScriptedWriter(writes, flushes)];
      const stand = new Stand(reader, writer);
      const future = start(reader, writer);
      expect(() => pollUnwoken(stand, future)).toThrow("broken");
      expect(stand.held).toEqual([]);
      expect(() => stand.poll(future)).toThrow(PolledAfterCompletionError);
    }
  });

  test("fails when the destination takes no more", () => {
    const [reader, writer] = [new ScriptedReader([bytes("ab")]), new ScriptedWriter([1, 0])];
    expect(() => new Stand().finish(start(reader, writer))).toThrow(WriteZeroError);
  });
});

describe("copying from what never ends to what is never full", () => {
  test.for([
    ["copy", () => copy(repeat(1), sink())],
    ["copyBuf", () => copyBuf(new BufReader(repeat(1), 16), sink())],
  ] as const)("%s lets others run, and is woken once for it", ([, start]) => {
    const runtime = new HandDriven();
    const future = start();
    for (let turn = 1; turn <= 3; turn++) {
      const [result, left] = pollWithBudget(runtime, future, 128);
      expect(result).toBe(Pending);
      expect(left).toBeLessThanOrEqual(0);
      expect(runtime.waker.wakes).toBe(turn);
    }
  });

  test("also counts where neither side does", () => {
    const runtime = new HandDriven();
    const reader = new ScriptedReader(Array.from({ length: 20 }, () => bytes("a")));
    const writer = new ScriptedWriter();
    expect(pollWithBudget(runtime, copy(reader, writer), 4)).toEqual([Pending, 0]);
    expect([text(writer.received), runtime.waker.wakes]).toEqual(["aaaa", 1]);
  });
});

describe("copy", () => {
  test("reads on while the destination makes it wait", () => {
    const [reader, writer] = [new ScriptedReader([bytes("ab"), bytes("cd")]), new ScriptedWriter(["wait", "wait"])];
    const stand = new Stand(reader, writer);
    const future = copy(reader, writer);
    stand.poll(future);
    stand.poll(future);
    expect(reader.left.byteLength).toBe(0);
    stand.finish(future);
    expect(writer.log[0]).toBe(4);
  });

  test("dropped while it waits to write, loses what it has read", () => {
    const [reader, writer] = [new ScriptedReader([bytes("ab")]), new ScriptedWriter(["wait"])];
    const future = copy(reader, writer);
    new Stand().poll(future);
    future.drop();
    expect([reader.left.byteLength, writer.received.byteLength, reader.held, writer.held]).toEqual([0, 0, [], []]);
  });
});

describe("copyBuf", () => {
  test("dropped while it waits to write, loses nothing", () => {
    const [source, writer] = [new ScriptedReader([bytes("ab")]), new ScriptedWriter(["wait"])];
    const reader = new BufReader(source);
    const stand = new Stand(source, writer);
    const future = copyBuf(reader, writer);
    stand.poll(future);
    future.drop();
    expect(text(stand.finish(readToEnd(reader, 10)))).toBe("ab");
  });
});

describe("copyBidirectional", () => {
  test("moves everything both ways and passes each end on", () => {
    fc.assert(
      fc.property(
        fc.tuple(arrivals(counting(100)), departures, settlings),
        fc.tuple(arrivals(counting(70)), departures, settlings),
        (firstScript, secondScript) => {
          const [first, second] = [new ScriptedStream(...firstScript), new ScriptedStream(...secondScript)];
          const copied = new Stand(first, second).finish(copyBidirectional(first, second));
          expect(copied).toEqual({ fromFirst: 100, fromSecond: 70 });
          expect([first.received, second.received]).toEqual([counting(70), counting(100)]);
          expect([first.log.at(-1), second.log.at(-1)]).toEqual(["shutdown", "shutdown"]);
        },
      ),
    );
  });

  test("keeps one direction going after the other has ended", () => {
    const first = new ScriptedStream([bytes("ask")]);
    const second = new ScriptedStream(["wait", "wait", bytes("answer")]);
    const stand = new Stand(first, second);
    const future = copyBidirectional(first, second);
    expect(stand.poll(future)).toBe(Pending);
    expect(second.log).toEqual([3, "flush", "shutdown"]);
    expect(first.log).toEqual([]);
    expect(stand.finish(future)).toEqual({ fromFirst: 3, fromSecond: 6 });
    expect(first.log).toEqual([6, "flush", "shutdown"]);
    expect(second.log).toEqual([3, "flush", "shutdown"]);
  });

  test("fails with either direction, and then holds no waker", () => {
    const first = new ScriptedStream(["wait", "wait"], ["wait"]);
    const second = new ScriptedStream([new Error("broken")]);
    const stand = new Stand(first, second);
    const future = copyBidirectional(first, second);
    expect(() => pollUnwoken(stand, future)).toThrow("broken");
    expect(stand.held).toEqual([]);
    expect(() => stand.poll(future)).toThrow(PolledAfterCompletionError);
  });

  test("gives each direction its turn when the other never has to wait", () => {
    const endless = { ...stream(repeat(1), sink()) };
    const quiet = new ScriptedStream([bytes("hello")]);
    const runtime = new HandDriven();
    const future = copyBidirectional(endless, quiet);
    for (let turn = 0; turn < 2; turn++) pollWithBudget(runtime, future, 128);
    expect(quiet.reader.left.byteLength).toBe(0);
  });

  test("connects two connections like a proxy", () => {
    const runtime = new HandDriven();
    const [client, proxyFront] = duplex(7);
    const [proxyBack, server] = duplex(5);
    runtime.spawn(copyBidirectional(proxyFront, proxyBack));
    runtime.spawn(
      asyncFn(function* () {
        const request = yield* readToEnd(server, 100);
        yield* writeAll(server, request.toReversed());
        yield* shutdown(server);
      })(),
    );
    const answer = runtime.spawn(
      asyncFn(function* () {
        yield* writeAll(client, counting(50));
        yield* shutdown(client);
        return yield* readToEnd(client, 100);
      })(),
    );
    runtime.settle();
    expect(runtime.poll(answer)).toEqual(counting(50).toReversed());
  });

  function stream(reader: ReturnType<typeof repeat>, writer: ReturnType<typeof sink>) {
    return {
      pollRead: reader.pollRead.bind(reader),
      pollWrite: writer.pollWrite.bind(writer),
      pollFlush: writer.pollFlush.bind(writer),
      pollShutdown: writer.pollShutdown.bind(writer),
    };
  }
});

test("a copy that is dropped before it was polled takes no waker away from others", () => {
  const stream = new ScriptedStream(["wait"], ["wait"]);
  const stand = new Stand(stream);
  const reading = read(stream, new Uint8Array(1));
  expect(stand.poll(reading)).toBe(Pending);
  copy(stream, new Cursor()).drop();
  copyBidirectional(stream, stream).drop();
  copyBuf(empty(), stream).drop();
  expect(stand.held.length).toBe(1);
});
