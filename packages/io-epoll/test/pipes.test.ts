import { execFileSync } from "node:child_process";
import { openSync } from "node:fs";
import { closeFd, createPipe, type IoBuffer, readFileView, writeFileView } from "@pollab/io-sys";
import { asyncFn, Pending } from "@pollab/runtime-core/future";
import { readToEnd, shutdown, writeAll } from "@pollab/runtime-core/io";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EpollDriver } from "../src/index.ts";
import { watcher } from "./support/connection.ts";
import { HandExecutor } from "./support/hand-driven.ts";
import { countDescriptors } from "./support/leftovers.ts";

let before: number;
let driver: EpollDriver;
let executor: HandExecutor;
let buf: IoBuffer;

beforeEach(() => {
  before = countDescriptors();
  driver = EpollDriver.create({ bufferBytes: 16 });
  executor = new HandExecutor(driver);
  buf = driver.net.buffers.take();
});
afterEach(() => {
  driver.close();
  expectNothingLeft();
});

function expectNothingLeft(): void {
  expect(countDescriptors()).toBe(before);
}

describe("a pipe", () => {
  test("carries bytes from one end to the other until it is shut down", () => {
    const [reader, writer] = driver.pipe();
    const sent = Uint8Array.from({ length: 200_000 }, (_, at) => at & 255);
    executor.spawn(
      asyncFn(function* () {
        yield* writeAll(writer, sent);
        yield* shutdown(writer);
      })(),
    );
    const received = executor.run(readToEnd(reader, sent.length));
    expect(Buffer.from(sent).equals(received)).toBe(true);
  });

  test("takes owned buffers too, also several at once", () => {
    const [reader, writer] = driver.pipe();
    buf.bytes.set([1, 2, 3]);
    executor.run(writer.writeAll(buf, 0, 2));
    executor.run(
      writer.writeAllVectored([
        { buf, start: 2, end: 3 },
        { buf, start: 0, end: 1 },
      ]),
    );
    const other = driver.net.buffers.take();
    expect(executor.run(reader.readVectored([buf, other])).n).toBe(4);
    expect([...buf.bytes.subarray(0, 4)]).toEqual([1, 2, 3, 1]);
    expect(driver.counters.systemCalls).toMatchObject({ write: 1, writev: 1, readv: 1, recvfrom: 0, sendto: 0 });
  });

  test("that nobody reads any more fails a write with EPIPE, also one that waits, and ends nothing else", () => {
    const [reader, writer] = driver.pipe();
    const { waker, cx } = watcher();
    expect(writer.pollWrite(cx, new Uint8Array(1_000_000))).toBe(65_536);
    const waiting = writer.writeAll(buf, 0, 1);
    expect(waiting.poll(cx)).toBe(Pending);
    reader.close();
    driver.park(1000);
    expect(waker.wakes).toBe(1);
    expect(() => waiting.poll(cx)).toThrow(expect.objectContaining({ code: "EPIPE", syscall: "write" }));
  });

  test("is closed by its end, and fails what waits with ECANCELED", () => {
    const [reader, writer] = driver.pipe();
    const { waker, cx } = watcher();
    const read = reader.read(buf);
    expect(read.poll(cx)).toBe(Pending);
    reader.close();
    expect(waker.wakes).toBe(1);
    expect(() => read.poll(cx)).toThrow(expect.objectContaining({ code: "ECANCELED" }));
    writer.close();
    writer.close();
    expect(driver.registrations).toBe(0);
  });
});

describe("an end that somebody else opened", () => {
  test("does not block any more, and is closed with the reader or writer", () => {
    const [from, to] = createPipe(false);
    const reader = driver.pipeReader(from);
    const writer = driver.pipeWriter(to);
    const { cx } = watcher();
    expect(reader.read(buf).poll(cx)).toBe(Pending);
    expect(writer.pollWrite(cx, new Uint8Array(3))).toBe(3);
    driver.park(1000);
    reader.close();
    writer.close();
    expect(readFileView(from, new Uint8Array(1))).toBeLessThan(0);
    expect(writeFileView(to, new Uint8Array(1))).toBeLessThan(0);
  });

  test("is closed also when it is refused", () => {
    const fd = openSync("/dev/null", "r");
    expect(() => driver.pipeReader(fd)).toThrow(expect.objectContaining({ code: "EPERM" }));
    expect(closeFd(fd)).toBeLessThan(0);
    expect(() => driver.pipeWriter(0x7fff_ffff)).toThrow(expect.objectContaining({ code: "EBADF" }));
  });
});

describe("standard streams", () => {
  const program = fileURLToPath(new URL("fixtures/upper-case.ts", import.meta.url));

  /** What a shell's command prints in which `$NODE $PROGRAM` stands for the program. */
  function shell(command: string, input = ""): string {
    return execFileSync("sh", ["-c", command], {
      encoding: "utf8",
      input,
      timeout: 30_000,
      env: { ...process.env, NODE: process.execPath, PROGRAM: program },
    });
  }

  test("that are pipes are read and written, and go on to block for whoever else has them", () => {
    expect(shell('printf "one\\ntwo\\n" | "$NODE" "$PROGRAM" | cat')).toBe("ONE\nTWO\n");
    expect(shell('printf x | "$NODE" "$PROGRAM" flags | cat')).toBe(
      "stdin blocks, stdout blocks; closed: stdin blocks, stdout blocks\n",
    );
  });

  test("that are sockets are made to block again when they are closed", () => {
    // Node.js gives a child sockets for pipes.
    expect(shell('"$NODE" "$PROGRAM"', "three\n")).toBe("THREE\n");
    expect(shell('"$NODE" "$PROGRAM" flags')).toBe(
      "stdin does not block, stdout does not block; closed: stdin blocks, stdout blocks\n",
    );
  });

  test("that are files are read and written where they stand, without waiting for epoll, which does not take them", () => {
    expect(
      shell(
        'f=$(mktemp); printf "four\\n" > "$f"; echo 0 > "$f.out"; "$NODE" "$PROGRAM" < "$f" >> "$f.out"; cat "$f.out"; rm "$f" "$f.out"',
      ),
    ).toBe("0\nFOUR\n");
  });

  test("that are /dev/null end at once", () => {
    expect(shell('"$NODE" "$PROGRAM" < /dev/null > /dev/null; echo $?')).toBe("0\n");
  });

  test("whose reader is gone fail with EPIPE instead of ending the process", () => {
    expect(shell('f=$(mktemp); "$NODE" "$PROGRAM" endless 2> "$f" | true; cat "$f"; rm "$f"')).toBe("EPIPE\n");
  });
});

test("what a driver has open is closed with it", () => {
  const other = EpollDriver.create();
  const [reader] = other.pipe();
  const { cx } = watcher();
  const read = reader.read(other.net.buffers.take());
  expect(read.poll(cx)).toBe(Pending);
  other.signal("SIGUSR2");
  other.close();
  expect(() => read.poll(cx)).toThrow(expect.objectContaining({ code: "ECANCELED" }));
});
