// A hosted runtime and everything else that Node.js does on the same thread, each getting on.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { setImmediate as turn, setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { HostedThread } from "@pollab/executor-single";
import { EpollDriver } from "@pollab/io-epoll";
import { signalEventFd } from "@pollab/io-sys";
import { UringDriver } from "@pollab/io-uring-native";
import { asyncFn, pending } from "@pollab/runtime-core/future";
import type { Net, OwnedBuffer } from "@pollab/runtime-core/io";
import { CancellationToken } from "@pollab/runtime-core/sync";
import { type JoinError, spawn } from "@pollab/runtime-core/task";
import { sleep } from "@pollab/runtime-core/time";
import { beforeEach, describe, expect, test } from "vitest";
import { serveUntil } from "../../src/serve.ts";
import { HOST } from "../../src/server.ts";
import { roundTrip } from "../support/echo-process.ts";
import { ioUringMissing } from "../support/io-uring.ts";
import { driverFor, driverNames, occupations } from "./programs/runtimes.ts";

const INTERVAL = 50;

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

function descriptors(): string[] {
  return readdirSync("/proc/self/fd");
}

/** One request of 64 bytes over a connection of its own, within the runtime. */
const echoOnce = asyncFn(function* (net: Net<OwnedBuffer>, port: number) {
  const stream = yield* net.connect({ host: HOST, port });
  const buffer = net.buffers.take();
  try {
    buffer.bytes.fill(7, 0, 64);
    yield* stream.writeAll(buffer, 0, 64);
    let received = 0;
    while (received < 64) {
      const { n } = yield* stream.read(buffer);
      if (n === 0) break;
      received += n;
    }
    return received;
  } finally {
    buffer.free();
    stream.close();
  }
});

describe.each(driverNames)("a hosted runtime on %s", (name) => {
  beforeEach(({ skip }) => {
    if (name === "uring" && ioUringMissing !== undefined) skip(ioUringMissing);
  });

  test("that is busy gives its interval of turns for each of the event loop's", async () => {
    const driver = driverFor("hosted", name);
    using runtime = new HostedThread({ driver, eventInterval: INTERVAL });
    for (let i = 0; i < 3; i++) runtime.spawn(occupations.busy(driver));
    const seen: number[] = [];
    for (let i = 0; i < 20; i++) {
      const before = runtime.metrics().polls;
      await turn();
      seen.push(runtime.metrics().polls - before);
    }
    expect(seen).toEqual(Array.from({ length: 20 }, () => INTERVAL));
  });

  test("that is busy with I/O lets timers and promises go on, and is let by them", async () => {
    const driver = driverFor("hosted", name);
    using runtime = new HostedThread({ driver, eventInterval: INTERVAL });
    for (let i = 0; i < 10; i++) runtime.spawn(occupations.talking(driver));
    let most = 0;
    let before = runtime.metrics().polls;
    // The event loop is always busy, too: it never waits.
    for (let i = 0; i < 500; i++) {
      await turn();
      const { polls } = runtime.metrics();
      most = Math.max(most, polls - before);
      before = polls;
    }
    await delay(5);
    // A tick by the loop's callback, and one by an immediate.
    expect(most).toBeLessThanOrEqual(2 * INTERVAL);
    expect(runtime.metrics().polls).toBeGreaterThan(1000);
  });

  test("serves beside a server of Node's, while both are asked from here", async () => {
    const driver = driverFor("hosted", name);
    using runtime = new HostedThread({ driver });
    const stop = new CancellationToken();
    const listener = driver.net.listen({ host: HOST, port: 0 });
    const served = runtime.run(serveUntil(driver.net, listener, stop.cancelled(), () => {}));
    const web = createHttpServer((request, response) => void request.pipe(response)).listen(0, HOST);
    await once(web, "listening");
    const url = `http://${HOST}:${(web.address() as AddressInfo).port}/`;

    const asked = Array.from({ length: 20 }, async (_, i) => {
      const response = await fetch(url, { method: "POST", body: `http ${i}` });
      return await response.text();
    });
    const echoed = Array.from({ length: 20 }, async (_, i) => {
      const socket = connect(listener.address.port, HOST);
      const answer = await roundTrip(socket, Buffer.from(`echo ${i}`));
      socket.destroy();
      return answer.toString();
    });
    expect(await Promise.all(asked)).toEqual(asked.map((_, i) => `http ${i}`));
    expect(await Promise.all(echoed)).toEqual(echoed.map((_, i) => `echo ${i}`));
    web.closeAllConnections();
    web.close();
    stop.cancel();
    await served;
  });

  test("is a client of a server of Node's on the same thread", async () => {
    const server = createServer((socket) => void socket.pipe(socket)).listen(0, HOST);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const driver = driverFor("hosted", name);
    using runtime = new HostedThread({ driver });
    const answers = await Promise.all(Array.from({ length: 20 }, () => runtime.run(echoOnce(driver.net, port))));
    expect(answers).toEqual(Array.from({ length: 20 }, () => 64));
    server.close();
  });

  test("stands beside many others on its thread, and none leaves a descriptor", async () => {
    const echoThrough = async (): Promise<number> => {
      const driver = driverFor("hosted", name);
      using runtime = new HostedThread({ driver });
      const listener = driver.net.listen({ host: HOST, port: 0 });
      const stop = new CancellationToken();
      const served = runtime.run(serveUntil(driver.net, listener, stop.cancelled(), () => {}));
      const answer = await runtime.run(echoOnce(driver.net, listener.address.port));
      stop.cancel();
      await served;
      return answer;
    };
    await echoThrough();
    const before = descriptors();
    const answers = await Promise.all(Array.from({ length: 30 }, echoThrough));
    expect(answers).toEqual(Array.from({ length: 30 }, () => 64));
    expect(descriptors()).toEqual(before);
  });

  test("is closed while events wait for it, and is not called again", async () => {
    const before = descriptors();
    const failed: JoinError[] = [];
    for (let i = 0; i < 20; i++) {
      const driver = driverFor("hosted", name);
      const runtime = new HostedThread({ driver, onUnobservedFailure: (error) => failed.push(error) });
      const listener = driver.net.listen({ host: HOST, port: 0 });
      runtime.spawn(occupations.talking(driver));
      runtime.spawn(listener.accept()).drop();
      await turns(i % 5);
      // Its descriptor becomes readable before the loop looks at it again.
      const peer = connect(listener.address.port, HOST).on("error", () => {});
      if (driver.unparkHandle !== undefined && "eventFd" in driver.unparkHandle) {
        signalEventFd(driver.unparkHandle.eventFd);
      }
      runtime.close();
      const { polls } = runtime.metrics();
      await turns(3);
      expect(runtime.metrics().polls).toBe(polls);
      peer.destroy();
    }
    await turns(5);
    expect(failed).toEqual([]);
    expect(descriptors()).toEqual(before);
  });

  test("may be closed by what its own event goes on with, and another opened there", async () => {
    const before = descriptors();
    const driver = driverFor("hosted", name);
    const runtime = new HostedThread({ driver });
    const listener = driver.net.listen({ host: HOST, port: 0 });
    const peer = connect(listener.address.port, HOST);
    // The promise goes on within the callback of the event loop.
    const next = runtime.run(listener.accept()).then((stream) => {
      stream.close();
      listener.close();
      runtime.close();
      const driverAfter = driverFor("hosted", name);
      return { driverAfter, runtimeAfter: new HostedThread({ driver: driverAfter }) };
    });
    const { driverAfter, runtimeAfter } = await next;
    const again = driverAfter.net.listen({ host: HOST, port: 0 });
    const accepted = runtimeAfter.run(again.accept());
    const other = connect(again.address.port, HOST);
    (await accepted).close();
    again.close();
    runtimeAfter.close();
    for (const socket of [peer, other]) socket.destroy();
    await turns(5);
    expect(descriptors()).toEqual(before);
  });

  test("rejects a promise with what a task threw, and reports what nobody waits for", async () => {
    const driver = driverFor("hosted", name);
    const reported: unknown[] = [];
    using runtime = new HostedThread({ driver, onUnobservedFailure: ({ cause }) => reported.push(cause) });
    const failure = new Error("on purpose");
    const failing = asyncFn(function* () {
      const listener = driver.net.listen({ host: HOST, port: 0 });
      spawn(driver.net.connect(listener.address)).drop();
      (yield* listener.accept()).close();
      throw failure;
    });
    await expect(runtime.run(failing())).rejects.toBe(failure);
    runtime.spawn(failing()).drop();
    await expect.poll(() => reported).toEqual([failure]);
    await expect(runtime.run(driver.net.connect({ host: HOST, port: 1 }))).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
  });

  test("is woken by another thread's signal, once, and makes no system call while nothing happens", async () => {
    const driver = name === "epoll" ? EpollDriver.create() : UringDriver.createHosted();
    using runtime = new HostedThread({ driver });
    runtime.spawn(pending());
    await turns(5);
    const calls = (): number => Object.values<number>({ ...driver.counters.systemCalls }).reduce((a, b) => a + b, 0);
    const before = calls();
    await turns(20);
    expect(calls()).toBe(before);
    const ticks = runtime.metrics().parks;
    signalEventFd(driver.unparkHandle.eventFd);
    await turns(20);
    expect(runtime.metrics().parks).toBe(ticks + 1);
    const after = calls();
    expect(after).toBeGreaterThan(before);
    await turns(20);
    expect(calls()).toBe(after);
  });

  test("wakes for its timers and its events, whichever comes first", async () => {
    const driver = driverFor("hosted", name);
    using runtime = new HostedThread({ driver });
    const listener = driver.net.listen({ host: HOST, port: 0 });
    const log: string[] = [];
    const note = asyncFn(function* (what: string, milliseconds: number) {
      yield* sleep(milliseconds);
      log.push(what);
    });
    const accept = asyncFn(function* () {
      (yield* listener.accept()).close();
      log.push("accepted");
    });
    const all = [note("first", 5), accept(), note("last", 60)].map((future) => runtime.run(future));
    await all[0];
    const peer = connect(listener.address.port, HOST);
    await Promise.all(all);
    expect(log).toEqual(["first", "accepted", "last"]);
    peer.destroy();
  });

  test("is not given a driver that has one already, or is closed", () => {
    const driver = driverFor("hosted", name);
    const runtime = new HostedThread({ driver });
    expect(() => new HostedThread({ driver })).toThrow(/make one for each/);
    runtime.close();
    expect(() => new HostedThread({ driver })).toThrow(/closed/);
  });

  test.each(["hosted", "owned"])("and messages beside it, in a worker where it is %s", (mode) => {
    const program = fileURLToPath(new URL("programs/messages.ts", import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, mode, name], {
      encoding: "utf8",
      timeout: 20_000,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const lines = Array.from({ length: 20 }, (_, i) => `message ${i}`);
    expect(stdout.trim().split("\n").toSorted()).toEqual([...lines, "20 answers"].toSorted());
  });
});

describe("a hosted runtime on io_uring", () => {
  beforeEach(({ skip }) => {
    if (ioUringMissing !== undefined) skip(ioUringMissing);
  });

  test("gets on with a completion queue that is much too small", async () => {
    const driver = UringDriver.createHosted({ sqEntries: 2, cqEntries: 4 });
    using runtime = new HostedThread({ driver });
    const listener = driver.net.listen({ host: HOST, port: 0 });
    const stop = new CancellationToken();
    const served = runtime.run(serveUntil(driver.net, listener, stop.cancelled(), () => {}));
    const { port } = listener.address;
    const answers = await Promise.all(Array.from({ length: 50 }, () => runtime.run(echoOnce(driver.net, port))));
    expect(answers).toEqual(Array.from({ length: 50 }, () => 64));
    stop.cancel();
    await served;
  });

  test("refuses a ring whose completions no event loop would hear of", () => {
    const driver = UringDriver.create();
    expect(() => new HostedThread({ driver })).toThrow(/createHosted/);
    driver.close();
  });
});
