import { describe, expect, test } from "vitest";
import { Pending } from "../src/future/index.ts";
import {
  BrokenPipeError,
  fillBuf,
  flush,
  read,
  readExact,
  shutdown,
  tcpIo,
  type TcpIo,
  write,
  writeAll,
} from "../src/io/index.ts";
import { HandDriven } from "./support/bench-stand.ts";
import { LentBuffers, OwnedTcp } from "./support/owned-tcp.ts";
import { bytes, pollWithBudget, Stand, text } from "./support/scripted-io.ts";

function connection(bufferBytes = 8): { tcp: OwnedTcp; io: TcpIo; buffers: LentBuffers; stand: Stand } {
  const [tcp, buffers] = [new OwnedTcp(), new LentBuffers(bufferBytes)];
  return { tcp, io: tcpIo(tcp, buffers), buffers, stand: new Stand() };
}

describe("reading borrowed bytes from an owned connection", () => {
  test("gives out what one receive brought before the next one starts", () => {
    const { tcp, io, stand } = connection();
    const view = new Uint8Array(2);
    const first = read(io, view);
    expect(stand.poll(first)).toBe(Pending);
    tcp.reads[0].complete(bytes("abc"));
    expect(stand.wakes).toBe(1);
    expect([stand.poll(first), text(view)]).toEqual([2, "ab"]);
    expect([stand.poll(read(io, view)), text(view.subarray(0, 1))]).toEqual([1, "c"]);
    expect(tcp.reads.length).toBe(1);
    expect(stand.poll(read(io, view))).toBe(Pending);
    tcp.reads[1].complete(bytes());
    expect([stand.poll(read(io, view)), stand.poll(read(io, view))]).toEqual([0, 0]);
    expect(tcp.reads.length).toBe(2);
  });

  test("loses nothing when the wait is dropped, and wakes nobody for it", () => {
    const { tcp, io, buffers, stand } = connection();
    const abandoned = readExact(io, new Uint8Array(3));
    expect(stand.poll(abandoned)).toBe(Pending);
    abandoned.drop();
    expect(tcp.reads[0].dropped).toBe(false);
    tcp.reads[0].complete(bytes("abc"));
    expect(stand.wakes).toBe(0);
    expect(text(stand.finish(readExact(io, new Uint8Array(3))))).toBe("abc");
    expect(buffers.taken.length).toBe(1);
  });

  test("wakes whoever polled last", () => {
    const { tcp, io } = connection();
    const [first, second] = [new Stand(), new Stand()];
    const reading = read(io, new Uint8Array(1));
    first.poll(reading);
    second.poll(reading);
    tcp.reads[0].complete(bytes("a"));
    expect([first.wakes, second.wakes]).toEqual([0, 1]);
  });

  test("shows what has come without taking it", () => {
    const { tcp, io, stand } = connection();
    const filling = fillBuf(io);
    stand.poll(filling);
    tcp.reads[0].complete(bytes("abc"));
    expect(text(stand.finish(filling))).toBe("abc");
    expect(() => io.consume(4)).toThrow(RangeError);
    io.consume(2);
    expect(text(stand.finish(fillBuf(io)))).toBe("c");
    expect(stand.finish(read(io, bytes()))).toBe(0);
  });

  test("passes a failure on, once", () => {
    const { tcp, io, stand } = connection();
    const failing = read(io, new Uint8Array(1));
    stand.poll(failing);
    tcp.reads[0].fail(new Error("ECONNRESET"));
    expect(() => stand.poll(failing)).toThrow("ECONNRESET");
    expect(stand.poll(read(io, new Uint8Array(1)))).toBe(Pending);
    expect(tcp.reads.length).toBe(2);
  });
});

describe("writing borrowed bytes to an owned connection", () => {
  test("is ready when the bytes are sent off, and the next write waits for them", () => {
    const { tcp, io, buffers, stand } = connection(4);
    const view = bytes("abcdef");
    expect(stand.poll(write(io, view))).toBe(4);
    view.fill(0);
    expect(text(buffers.taken[0].memory)).toBe("abcd");
    const next = write(io, bytes("ef"));
    expect(stand.poll(next)).toBe(Pending);
    tcp.writes[0].complete(4);
    expect(stand.wakes).toBe(1);
    expect(stand.poll(next)).toBe(2);
    expect([tcp.writes[1].start, tcp.writes[1].end]).toEqual([0, 2]);
    expect(buffers.taken.length).toBe(1);
  });

  test("dropped while it waits, has written nothing", () => {
    const { tcp, io, stand } = connection(4);
    stand.finish(write(io, bytes("abcd")));
    const waiting = write(io, bytes("ef"));
    stand.poll(waiting);
    waiting.drop();
    tcp.writes[0].complete(4);
    expect([stand.wakes, tcp.writes.length]).toEqual([0, 1]);
    expect(stand.poll(flush(io))).toBe(undefined);
  });

  test("wakes nobody when it ends and nobody waits for it", () => {
    const { tcp, io, stand } = connection();
    stand.finish(write(io, bytes("ab")));
    tcp.writes[0].complete(2);
    expect(stand.wakes).toBe(0);
  });

  test("is flushed when the operation has ended", () => {
    const { tcp, io, stand } = connection();
    expect(stand.poll(flush(io))).toBe(undefined);
    stand.finish(write(io, bytes("ab")));
    const flushing = flush(io);
    expect(stand.poll(flushing)).toBe(Pending);
    tcp.writes[0].complete(2);
    expect(stand.poll(flushing)).toBe(undefined);
  });

  test("is shut down once, after what was written", () => {
    const { tcp, io, stand } = connection();
    stand.finish(write(io, bytes("ab")));
    const ending = shutdown(io);
    expect(stand.poll(ending)).toBe(Pending);
    expect(tcp.log).toEqual([]);
    tcp.writes[0].complete(2);
    expect(stand.poll(ending)).toBe(undefined);
    stand.finish(shutdown(io));
    expect(tcp.log).toEqual(["shutdown write"]);
    expect(() => stand.poll(write(io, bytes("c")))).toThrow(BrokenPipeError);
  });

  test("fails at the next write or flush", () => {
    const { tcp, io, stand } = connection();
    stand.finish(write(io, bytes("ab")));
    tcp.writes[0].fail(new Error("EPIPE"));
    expect(() => stand.poll(flush(io))).toThrow("EPIPE");
    expect(stand.poll(flush(io))).toBe(undefined);
  });

  test("takes one operation from the budget each, and lets others run", () => {
    const { tcp, io } = connection(1);
    tcp.writesAtOnce = true;
    const runtime = new HandDriven();
    const writing = writeAll(io, bytes("abcde"));
    expect(pollWithBudget(runtime, writing, 3)).toEqual([Pending, 0]);
    expect(runtime.waker.wakes).toBe(1);
    expect(pollWithBudget(runtime, writing, 3)).toEqual([undefined, 1]);
  });
});

test("an operation takes as much from the budget of its waiter as it costs", () => {
  const { tcp, io, stand } = connection();
  stand.finish(write(io, bytes("a")));
  tcp.writes[0].costs = 3;
  tcp.writes[0].complete(1);
  expect(pollWithBudget(new HandDriven(), flush(io), 10)).toEqual([undefined, 7]);
});

describe("closing", () => {
  test("frees idle buffers, drops what is in flight and closes the connection, once", () => {
    const { tcp, io, buffers, stand } = connection();
    tcp.writesAtOnce = true;
    stand.finish(write(io, bytes("ab")));
    const reading = read(io, new Uint8Array(1));
    stand.poll(reading);
    io.close();
    io[Symbol.dispose]();
    expect(tcp.reads[0].dropped).toBe(true);
    expect(buffers.taken.map(({ freed }) => freed)).toEqual([true, true]);
    expect(tcp.log).toEqual(["close"]);
  });

  test("wakes whoever waits, to find that it is closed", () => {
    const { io } = connection();
    const [reader, writer] = [new Stand(), new Stand()];
    const reading = read(io, new Uint8Array(1));
    reader.poll(reading);
    writer.finish(write(io, bytes("a")));
    const flushing = flush(io);
    writer.poll(flushing);
    io.close();
    expect([reader.wakes, writer.wakes]).toEqual([1, 1]);
    expect(() => reader.poll(reading)).toThrow("closed");
    expect(() => writer.poll(flushing)).toThrow("closed");
    expect(() => writer.poll(write(io, bytes("a")))).toThrow("closed");
  });

  test("of a connection that was never used takes no buffer", () => {
    const { io, buffers } = connection();
    io.close();
    expect(buffers.taken).toEqual([]);
  });
});
