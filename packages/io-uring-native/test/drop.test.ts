// Futures that are dropped while the real kernel works for them: whose memory it writes to, and what becomes of what arrives late.
import { closeFd, connectSocket, IoBuffer, openSocket, writeView } from "@pollab/io-sys";
import { asyncFn, type Future, Pending } from "@pollab/runtime-core/future";
import type { TcpListener, TcpStream } from "@pollab/runtime-core/io";
import { spawn } from "@pollab/runtime-core/task";
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Kernel } from "../src/kernel.ts";
import { nativeKernel } from "../src/kernel.ts";
import { missing } from "./support/machine.ts";
import { openDescriptors, TestRuntime } from "./support/test-runtime.ts";

const HOST = "127.0.0.1";

describe.skipIf(missing !== undefined)(`dropping a future in flight ${missing ?? ""}`, () => {
  let runtime: TestRuntime;

  beforeEach(() => {
    runtime = new TestRuntime({ bufferBytes: 4096 });
  });

  afterEach(() => {
    vi.restoreAllMocks();
    runtime.close();
  });

  const take = (): IoBuffer => runtime.driver.net.buffers.take();

  const pair = asyncFn(function* () {
    const { net } = runtime.driver;
    const listener = net.listen({ host: HOST, port: 0 });
    const accepting = spawn(listener.accept());
    const client = yield* net.connect(listener.address);
    const server = yield* accepting;
    listener.close();
    return { client, server };
  });

  const sendText = asyncFn(function* (stream: TcpStream<IoBuffer>, message: string) {
    const buf = take();
    const { written } = new TextEncoder().encodeInto(message, buf.bytes);
    yield* stream.writeAll(buf, 0, written);
    buf.free();
  });

  const receiveText = asyncFn(function* (stream: TcpStream<IoBuffer>) {
    const buf = take();
    const { n } = yield* stream.read(buf);
    const message = Buffer.from(buf.bytes.subarray(0, n)).toString();
    buf.free();
    return message;
  });

  /** Polls a future until the kernel has its operation. */
  function begin(future: Future<unknown>): void {
    expect(runtime.poll(future)).toBe(Pending);
    runtime.driver.poll();
  }

  /**
   * Drops a receive that is in flight, has somebody else take every buffer that the pool gives, and lets the peer write at once: whether
   * its bytes are then found in one of these buffers.
   */
  function reachesOthers(): boolean {
    // The ring that shows it most readily: nothing is deferred, so any system call of this thread lets the kernel finish a receive.
    runtime.close();
    runtime = new TestRuntime({ bufferBytes: 4096 }, withoutFlags(nativeKernel()));
    const listener = runtime.driver.net.listen({ host: HOST, port: 0 });
    const peer = openSocket(4, false);
    expect(connectSocket(peer, listener.address)).toBe(0);
    const server = runtime.run(listener.accept());
    const reading = server.read(take());
    begin(reading);
    reading.drop();
    const others = Array.from({ length: 64 }, take);
    for (const other of others) other.bytes.fill(0);
    expect(writeView(peer, new Uint8Array(64).fill(0xab))).toBe(64);
    for (let turns = 0; turns < 5; turns++) runtime.driver.park(2);
    const found = others.some((other) => other.bytes.includes(0xab));
    for (const other of others) other.free();
    closeFd(peer);
    server.close();
    listener.close();
    return found;
  }

  it("the peer's bytes never appear in a buffer that somebody else holds", () => {
    expect(reachesOthers()).toBe(false);
  });

  it("without the rule that keeps the buffer, they do: the test above can fail", () => {
    // The rule removed: the buffer of a dropped operation goes back to the pool at once.
    vi.spyOn(IoBuffer.prototype, "orphan").mockImplementation(function (this: IoBuffer) {
      this.giveBack();
      this.free();
      vi.spyOn(this, "giveBack").mockImplementation(() => {});
    });
    expect(reachesOthers()).toBe(true);
  });

  it("the buffer returns to the pool when the kernel is done with it", () => {
    const { client, server } = runtime.run(pair());
    const { buffers } = runtime.driver.net;
    const before = buffers.counts;
    const buf = take();
    const reading = server.read(buf);
    begin(reading);
    reading.drop();
    // Freeing what an operation still has is not an error after its future was dropped.
    buf.free();
    expect(buffers.counts).toMatchObject({ taken: before.taken + 1, lent: before.lent + 1 });
    runtime.settle(() => buffers.counts.lent === before.lent, "the buffer did not come back");
    expect(buffers.counts.taken).toBe(before.taken);
    client.close();
    server.close();
  });

  it("a dropped read loses no bytes, whenever they arrive", () => {
    const { client, server } = runtime.run(pair());
    for (let round = 0; round < 200; round++) {
      const reading = server.read(take());
      expect(runtime.poll(reading)).toBe(Pending);
      const message = `message ${round}`;
      if (round % 4 === 0) runtime.driver.poll();
      if (round % 4 === 1) runtime.run(sendText(client, message));
      if (round % 4 === 2) {
        // Completed, and dropped before it is polled again.
        runtime.run(sendText(client, message));
        runtime.driver.park(5);
      }
      reading.drop();
      if (round % 4 === 0 || round % 4 === 3) runtime.run(sendText(client, message));
      expect(runtime.run(receiveText(server))).toBe(message);
    }
    client.close();
    server.close();
  });

  it("an operation that the kernel never saw is withdrawn without a system call", () => {
    const { client, server } = runtime.run(pair());
    runtime.driver.poll();
    const { submitted, enters } = runtime.driver.counters;
    const buf = take();
    const reading = server.read(buf);
    expect(runtime.poll(reading)).toBe(Pending);
    reading.drop();
    runtime.driver.poll();
    expect(runtime.driver.counters).toMatchObject({ submitted, enters });
    client.close();
    server.close();
  });

  it("a connection that is accepted for a dropped accept is closed", () => {
    const { net } = runtime.driver;
    const listener = net.listen({ host: HOST, port: 0 });
    const accepting = listener.accept();
    begin(accepting);
    const before = openDescriptors();
    const client = runtime.run(net.connect(listener.address));
    // By now the accept has finished, or will before its cancel.
    accepting.drop();
    runtime.settle(() => runtime.driver.counters.inFlight === 1, "the accept did not end");
    expect(openDescriptors()).toBe(before + 1);
    client.close();
    listener.close();
  });

  it("a connection attempt that is dropped leaves no socket", () => {
    const listener: TcpListener<IoBuffer> = runtime.driver.net.listen({ host: HOST, port: 0 });
    const before = openDescriptors();
    for (const turns of [0, 1, 3]) {
      const connecting = runtime.driver.net.connect(listener.address);
      expect(runtime.poll(connecting)).toBe(Pending);
      for (let turn = 0; turn < turns; turn++) runtime.driver.poll();
      connecting.drop();
    }
    runtime.settle(() => runtime.driver.counters.inFlight === 1, "an attempt did not end");
    expect(openDescriptors()).toBe(before);
    listener.close();
  });

  it("a file that is opened for a dropped future is closed", () => {
    const folder = mkdtempSync(join(tmpdir(), "pollab-"));
    const path = join(folder, "file");
    writeFileSync(path, "x");
    for (const turns of [0, 1, 3]) {
      const opening = runtime.driver.fs.open(path);
      expect(runtime.poll(opening)).toBe(Pending);
      for (let turn = 0; turn < turns; turn++) runtime.driver.poll();
      opening.drop();
    }
    runtime.settle(() => runtime.driver.counters.inFlight === 1, "an opening did not end");
    expect(openPaths()).not.toContain(path);
    rmSync(folder, { recursive: true });
  });

  it("dropping twice, or after the end, does nothing", () => {
    const { client, server } = runtime.run(pair());
    const reading = server.read(take());
    begin(reading);
    runtime.run(sendText(client, "x"));
    const { buf } = runtime.run(reading);
    reading.drop();
    reading.drop();
    expect(Buffer.from(buf.bytes.subarray(0, 1)).toString()).toBe("x");
    client.close();
    server.close();
  });
});

function openPaths(): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      // The descriptor of the listing itself.
      return [];
    }
  });
}

/** A kernel from before the flags that defer work. */
function withoutFlags(kernel: Kernel): Kernel {
  return {
    ...kernel,
    setup: (sqEntries, cqEntries, flags) => (flags === 0 ? kernel.setup(sqEntries, cqEntries, 0) : -22),
  };
}
