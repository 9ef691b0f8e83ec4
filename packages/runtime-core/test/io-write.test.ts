import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Pending, PolledAfterCompletionError } from "../src/future/index.ts";
import {
  flush,
  read,
  readToEnd,
  ReuniteError,
  seek,
  shutdown,
  sink,
  split,
  Cursor,
  write,
  writeAll,
  writeVectored,
  WriteZeroError,
} from "../src/io/index.ts";
import { HandDriven } from "./support/bench-stand.ts";
import {
  bytes,
  counting,
  departures,
  pollWithBudget,
  ScriptedStream,
  ScriptedVectoredWriter,
  ScriptedWriter,
  Stand,
  text,
} from "./support/scripted-io.ts";

describe("write", () => {
  test("returns how many bytes were taken", () => {
    const writer = new ScriptedWriter([2, "wait", 1]);
    const stand = new Stand(writer);
    expect([1, 2].map(() => stand.finish(write(writer, bytes("abc"))))).toEqual([2, 1]);
    expect(text(writer.received)).toBe("aba");
  });

  test("dropped while it waits, has written nothing", () => {
    const writer = new ScriptedWriter(["wait"]);
    const stand = new Stand(writer);
    const future = write(writer, bytes("abc"));
    expect(stand.poll(future)).toBe(Pending);
    future.drop();
    expect([writer.received.byteLength, stand.held]).toEqual([0, []]);
    expect(() => stand.poll(future)).toThrow(PolledAfterCompletionError);
  });
});

describe("writeVectored", () => {
  const views = [bytes(), bytes("ab"), bytes(), bytes("cde")];

  test("writes from all views where the writer can", () => {
    const writer = new ScriptedVectoredWriter(["wait", 4]);
    expect(new Stand(writer).finish(writeVectored(writer, views))).toBe(4);
    expect(text(writer.received)).toBe("abcd");
  });

  test("writes from the first that is not empty where it cannot", () => {
    const writer = new ScriptedWriter();
    expect(new Stand(writer).finish(writeVectored(writer, views))).toBe(2);
    expect(new Stand(writer).finish(writeVectored(writer, [bytes()]))).toBe(0);
    expect(text(writer.received)).toBe("ab");
  });
});

describe("writeAll", () => {
  test("writes everything in however many writes", () => {
    fc.assert(
      fc.property(departures, (steps) => {
        const writer = new ScriptedWriter(steps);
        new Stand(writer).finish(writeAll(writer, counting(200)));
        expect(writer.received).toEqual(counting(200));
      }),
    );
  });

  test("of nothing writes nothing", () => {
    const writer = new ScriptedWriter(["wait"]);
    expect(new Stand().poll(writeAll(writer, bytes()))).toBe(undefined);
    expect(writer.log).toEqual([]);
  });

  test("fails when the destination takes no more", () => {
    const writer = new ScriptedWriter([2, 0]);
    expect(() => new Stand(writer).finish(writeAll(writer, bytes("abc")))).toThrow(WriteZeroError);
  });

  test("lets others run when its destination is always ready", () => {
    const runtime = new HandDriven();
    const writer = new ScriptedWriter([1, 1, 1, 1, 1]);
    const future = writeAll(writer, bytes("abcde"));
    expect(pollWithBudget(runtime, future, 3)).toEqual([Pending, 0]);
    expect([text(writer.received), runtime.waker.wakes]).toEqual(["abc", 1]);
    expect(pollWithBudget(runtime, future, 128)).toEqual([undefined, 126]);
  });

  test("dropped while it waits, has written part of it", () => {
    const writer = new ScriptedWriter([2, "wait"]);
    const future = writeAll(writer, bytes("abc"));
    expect(new Stand(writer).poll(future)).toBe(Pending);
    future.drop();
    expect(text(writer.received)).toBe("ab");
  });
});

describe("flush and shutdown", () => {
  test("wait for the destination, and pass its failure on", () => {
    const writer = new ScriptedWriter([], ["wait", new Error("broken"), "wait"]);
    const stand = new Stand(writer);
    const failing = flush(writer);
    expect(() => stand.finish(failing)).toThrow("broken");
    expect(() => stand.poll(failing)).toThrow(PolledAfterCompletionError);
    stand.finish(shutdown(writer));
    expect(writer.log).toEqual(["shutdown"]);
    expect(stand.suspensions).toBe(2);
  });
});

describe("sink", () => {
  test("takes everything, and counts against the budget", () => {
    const runtime = new HandDriven();
    const destination = sink();
    expect(pollWithBudget(runtime, write(destination, bytes("abc")), 0)[0]).toBe(Pending);
    expect(runtime.waker.wakes).toBe(1);
    expect(pollWithBudget(runtime, write(destination, bytes("abc")), 2)).toEqual([3, 1]);
    expect(pollWithBudget(runtime, writeVectored(destination, [bytes("abc"), bytes("d")]), 2)).toEqual([4, 1]);
    expect(pollWithBudget(runtime, flush(destination), 1)).toEqual([undefined, 1]);
    expect(pollWithBudget(runtime, shutdown(destination), 1)).toEqual([undefined, 1]);
  });
});

describe("split", () => {
  test("gives each direction to its own holder", () => {
    const stream = new ScriptedStream([bytes("in")], ["wait"]);
    const stand = new Stand(stream);
    const [incoming, outgoing] = split(stream);
    expect(text(stand.finish(readToEnd(incoming, 10)))).toBe("in");
    stand.finish(writeAll(outgoing, bytes("out")));
    expect(stand.finish(writeVectored(outgoing, [bytes("!")]))).toBe(1);
    stand.finish(flush(outgoing));
    stand.finish(shutdown(outgoing));
    expect(text(stream.received)).toBe("out!");
    expect(stream.log).toEqual([3, 1, "flush", "shutdown"]);
  });

  test("dropping a wait in one direction leaves the other", () => {
    const stream = new ScriptedStream(["wait"], ["wait"]);
    const stand = new Stand(stream);
    const [incoming, outgoing] = split(stream);
    const [reading, writing] = [read(incoming, new Uint8Array(1)), write(outgoing, bytes("a"))];
    stand.poll(reading);
    stand.poll(writing);
    expect(stand.held.length).toBe(2);
    reading.drop();
    expect(stand.held.length).toBe(1);
    writing.drop();
    expect(stand.held).toEqual([]);
  });

  test("gives the stream back for both halves of it, once", () => {
    const stream = new ScriptedStream([]);
    const [incoming, outgoing] = split(stream);
    const [otherIncoming, otherOutgoing] = split(stream);
    expect(() => incoming.reunite(otherOutgoing)).toThrow(ReuniteError);
    expect(() => otherIncoming.reunite(outgoing)).toThrow(ReuniteError);
    expect(incoming.reunite(outgoing)).toBe(stream);
    expect(() => incoming.reunite(outgoing)).toThrow(ReuniteError);
    const stand = new Stand();
    expect(() => stand.poll(read(incoming, new Uint8Array(1)))).toThrow("reunited");
    expect(() => stand.poll(write(outgoing, bytes("a")))).toThrow("reunited");
    expect(otherIncoming.reunite(otherOutgoing)).toBe(stream);
  });

  test("a wait through a half can be dropped after the halves were reunited", () => {
    const stream = new ScriptedStream(["wait"]);
    const [incoming, outgoing] = split(stream);
    const reading = read(incoming, new Uint8Array(1));
    new Stand().poll(reading);
    incoming.reunite(outgoing);
    expect(() => reading.drop()).not.toThrow();
  });
});

describe("a cursor", () => {
  test("does what a file does", () => {
    const command = fc.oneof(
      fc.record({ do: fc.constant("write" as const), n: fc.integer({ min: 0, max: 20 }) }),
      fc.record({ do: fc.constant("read" as const), n: fc.integer({ min: 0, max: 20 }) }),
      fc.record({
        do: fc.constantFrom("start", "current", "end" as const),
        n: fc.integer({ min: -20, max: 40 }),
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 10 }), fc.array(command, { maxLength: 40 }), (initial, commands) => {
        const cursor = new Cursor(initial.slice());
        const stand = new Stand();
        let model = [...initial];
        let position = 0;
        for (const [i, { do: what, n }] of commands.entries()) {
          if (what === "write") {
            const view = new Uint8Array(n).fill(i + 1);
            expect(stand.finish(writeVectored(cursor, [view.subarray(0, n >> 1), view.subarray(n >> 1)]))).toBe(n);
            if (n > 0) {
              while (model.length < position) model.push(0);
              model = [...model.slice(0, position), ...view, ...model.slice(position + n)];
              position += n;
            }
          } else if (what === "read") {
            const view = new Uint8Array(n);
            const expected = model.slice(position, position + n);
            const got = stand.finish(read(cursor, view));
            expect([...view.subarray(0, got)]).toEqual(expected);
            position += got;
          } else {
            const target = n + (what === "start" ? 0 : what === "current" ? position : model.length);
            if (target < 0) expect(() => stand.finish(seek(cursor, n, what))).toThrow(RangeError);
            else expect(stand.finish(seek(cursor, n, what))).toBe((position = target));
          }
          expect([cursor.position, ...cursor.bytes]).toEqual([position, ...model]);
        }
      }),
    );
  });

  test("cannot move by part of a byte", () => {
    expect(() => seek(new Cursor(), 0.5)).toThrow(RangeError);
  });

  test("cannot consume more than there is", () => {
    const cursor = new Cursor(bytes("ab"));
    cursor.consume(1);
    expect(() => cursor.consume(2)).toThrow(RangeError);
    new Stand().finish(seek(cursor, 10));
    expect(() => cursor.consume(1)).toThrow(RangeError);
  });
});
