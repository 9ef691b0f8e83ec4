// Every future of the module, dropped after each of its first polls: it must hold no waker, be woken by nothing, and not be polled
// again; dropping it again, or after its end, must do nothing.
import { describe, expect, test } from "vitest";
import { type Future, Pending, PolledAfterCompletionError } from "../src/future/index.ts";
import {
  BufReader,
  BufStream,
  BufWriter,
  BytesCodec,
  chain,
  copy,
  copyBidirectional,
  copyBuf,
  Cursor,
  duplex,
  fillBuf,
  flush,
  Framed,
  FramedRead,
  FramedWrite,
  LengthDelimitedCodec,
  LinesCodec,
  lines,
  read,
  readExact,
  readToEnd,
  readToString,
  readUntil,
  seek,
  seekRelative,
  shutdown,
  split,
  take,
  write,
  writeAll,
  writeVectored,
} from "../src/io/index.ts";
import {
  bytes,
  EveryOtherWaits,
  ScriptedReader,
  ScriptedStream,
  ScriptedVectoredWriter,
  ScriptedWriter,
  Stand,
  type Waiting,
} from "./support/scripted-io.ts";

interface Case {
  readonly future: Future<unknown>;
  readonly waiting: readonly Waiting[];
}

const slowReader = (): ScriptedReader =>
  new ScriptedReader(["wait", bytes("a"), "wait", "wait", bytes("bc"), "wait", bytes(10), "wait"]);
const slowWriter = (): ScriptedWriter => new ScriptedWriter(["wait", 1, "wait", "wait", 2, "wait"], ["wait", "wait"]);
const slowStream = (): ScriptedStream =>
  new ScriptedStream(["wait", bytes("a"), "wait", bytes("bc"), "wait"], ["wait", 1, "wait"], ["wait", "wait"]);

function reading(start: (reader: ScriptedReader) => Future<unknown>): () => Case {
  return () => {
    const reader = slowReader();
    return { future: start(reader), waiting: [reader] };
  };
}

function writing(start: (writer: ScriptedWriter) => Future<unknown>): () => Case {
  return () => {
    const writer = slowWriter();
    return { future: start(writer), waiting: [writer] };
  };
}

/** A writer with bytes in its buffer. */
function filled<W extends { pollWrite: BufWriter["pollWrite"] }>(writer: W, content: string): W {
  new Stand().finish(writeAll(writer as unknown as BufWriter, bytes(content)));
  return writer;
}

function fed<T>(framed: FramedWrite<T>, ...items: T[]): FramedWrite<T> {
  for (const item of items) framed.startSend(item);
  return framed;
}

const cases: Record<string, () => Case> = {
  read: reading((reader) => read(reader, new Uint8Array(1))),
  readExact: reading((reader) => readExact(reader, new Uint8Array(4))),
  readToEnd: reading((reader) => readToEnd(reader, 100)),
  readToString: reading((reader) => readToString(reader, 100)),
  readUntil: reading((reader) => readUntil(new BufReader(reader, 2), 10, 100)),
  fillBuf: reading((reader) => fillBuf(new BufReader(reader))),
  lines: reading((reader) => lines(new BufReader(reader, 2), 100).next()),
  chain: reading((reader) => readToEnd(chain(new Cursor(bytes("x")), reader), 100)),
  "chain, in its first source": reading((reader) => readToEnd(chain(reader, new Cursor(bytes("x"))), 100)),
  take: reading((reader) => readToEnd(take(reader, 4), 100)),
  write: writing((writer) => write(writer, bytes("abc"))),
  writeVectored: writing((writer) => writeVectored(writer, [bytes("abc")])),
  "writeVectored, from several": () => {
    const writer = new ScriptedVectoredWriter(["wait", "wait", 2]);
    return { future: writeVectored(writer, [bytes("a"), bytes("b")]), waiting: [writer] };
  },
  writeAll: writing((writer) => writeAll(writer, bytes("abcdef"))),
  flush: writing((writer) => flush(filled(new BufWriter(writer), "abcd"))),
  shutdown: writing((writer) => shutdown(filled(new BufWriter(writer), "abcd"))),
  "writeAll through a buffer": writing((writer) => writeAll(new BufWriter(writer, 2), bytes("abcdefg"))),
  copy: () => {
    const [reader, writer] = [slowReader(), slowWriter()];
    return { future: copy(reader, writer), waiting: [reader, writer] };
  },
  copyBuf: () => {
    const [reader, writer] = [slowReader(), slowWriter()];
    return { future: copyBuf(new BufReader(reader, 2), writer), waiting: [reader, writer] };
  },
  copyBidirectional: () => {
    const [first, second] = [slowStream(), slowStream()];
    return { future: copyBidirectional(first, second), waiting: [first, second] };
  },
  "copyBidirectional through buffers and halves": () => {
    const [first, second] = [slowStream(), slowStream()];
    const [incoming, outgoing] = split(first);
    const joined = {
      pollRead: incoming.pollRead.bind(incoming),
      forgetReader: incoming.forgetReader.bind(incoming),
      pollWrite: outgoing.pollWrite.bind(outgoing),
      pollFlush: outgoing.pollFlush.bind(outgoing),
      pollShutdown: outgoing.pollShutdown.bind(outgoing),
      forgetWriter: outgoing.forgetWriter.bind(outgoing),
    };
    return { future: copyBidirectional(joined, new BufStream(second, 2)), waiting: [first, second] };
  },
  seek: () => {
    const cursor = new EveryOtherWaits(new Cursor());
    return { future: seek(filled(new BufWriter(cursor, 8), "abc"), 1), waiting: [cursor] };
  },
  seekRelative: () => {
    const cursor = new EveryOtherWaits(new Cursor());
    return { future: seekRelative(new BufReader(cursor, 8), 3), waiting: [cursor] };
  },
  "FramedRead.next": reading((reader) => new FramedRead(reader, new LinesCodec()).next()),
  "Framed.next": () => {
    const stream = slowStream();
    return { future: new Framed(stream, new LinesCodec()).next(), waiting: [stream] };
  },
  "FramedWrite.feed": writing((writer) =>
    fed(new FramedWrite(writer, new BytesCodec(), { highWaterMarkBytes: 1 }), bytes("abcd")).feed(bytes("e")),
  ),
  "FramedWrite.send": writing((writer) => new FramedWrite(writer, new LengthDelimitedCodec()).send(bytes("abc"))),
  "FramedWrite.flush": writing((writer) => fed(new FramedWrite(writer, new BytesCodec()), bytes("abcd")).flush()),
  "FramedWrite.close": writing((writer) => fed(new FramedWrite(writer, new BytesCodec()), bytes("abcd")).close()),
  "read from a pipe": () => {
    const [a, b] = duplex(1);
    return { future: readExact(a, new Uint8Array(2)), waiting: [pumping(() => write(b, bytes("x")))] };
  },
  "write to a pipe": () => {
    const [a, b] = duplex(1);
    return { future: writeAll(a, bytes("abc")), waiting: [pumping(() => read(b, new Uint8Array(1)))] };
  },
};

/** The other side of a pipe: waking is using it. The pipe does not say whether it holds a waker, only calls it. */
function pumping(operation: () => Future<unknown>): Waiting {
  const stand = new Stand();
  return { held: [], wakeAll: () => void stand.poll(operation()) };
}

/** Waiting for an item leaves everything to the stream, whose own tests say that dropping it releases its source. */
const ofStreams = new Set(["lines", "FramedRead.next", "Framed.next"]);

describe.for(Object.entries(cases))("%s", ([name, make]) => {
  /** How often it is polled when nothing interrupts it. */
  function pollsToEnd(): number {
    const { future, waiting } = make();
    const stand = new Stand(...waiting);
    stand.finish(future);
    expect(stand.held).toEqual([]);
    future.drop();
    future.drop();
    expect(() => stand.poll(future)).toThrow(PolledAfterCompletionError);
    return stand.suspensions + 1;
  }

  test("waits at least once, comes to its end, and holds nothing then", () => {
    expect(pollsToEnd()).toBeGreaterThan(1);
  });

  test("holds nothing and is woken by nothing after it was dropped, whenever that is", () => {
    const polls = pollsToEnd();
    for (let k = 0; k < polls; k++) {
      const { future, waiting } = make();
      const stand = new Stand(...waiting);
      for (let i = 0; i < k; i++) {
        expect(stand.poll(future)).toBe(Pending);
        if (i < k - 1) stand.wakeAll();
      }
      const { wakes } = stand;
      future.drop();
      future.drop();
      if (!ofStreams.has(name)) {
        expect(stand.held).toEqual([]);
        stand.wakeAll();
        expect(stand.wakes).toBe(wakes);
      }
      expect(() => stand.poll(future)).toThrow(PolledAfterCompletionError);
    }
  });
});
