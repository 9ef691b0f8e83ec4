import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { closeFd, EventFd, signalEventFd, writeView } from "@pollab/io-sys";
import { type Context, Pending } from "@pollab/runtime-core/future";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EpollDriver } from "../src/index.ts";
import { Reactor } from "../src/reactor/reactor.ts";
import { acceptOn, watcher } from "./support/connection.ts";
import { contextOf } from "./support/hand-driven.ts";
import { countDescriptors } from "./support/leftovers.ts";

let driver: EpollDriver;
beforeEach(() => {
  driver = EpollDriver.create();
});
afterEach(() => {
  vi.restoreAllMocks();
  driver.close();
});

test("a waker that throws keeps nobody from his event, and no descriptor from being closed", () => {
  const before = countDescriptors();
  const other = EpollDriver.create();
  const wakes: string[] = [];
  const throwing = (name: string): Context =>
    contextOf({
      wake: () => {
        wakes.push(name);
        throw new Error(`the waker of ${name}`);
      },
    });
  const events = [EventFd.create(), EventFd.create()];
  for (const [index, event] of events.entries()) other.readable(event.fd).poll(throwing(`event ${index}`));
  for (const event of events) event.signal();
  expect(() => other.park(1000)).toThrow(/the waker of event/);
  const [stream] = other.net.unixPair();
  stream.pollRead(throwing("reader"), new Uint8Array(1));
  while (stream.pollWrite(throwing("writer"), new Uint8Array(65_536)) !== Pending);
  const listener = other.net.listen({ host: "127.0.0.1", port: 0 });
  listener.accept().poll(throwing("accept"));
  expect(() => {
    other.close();
  }).toThrow(/the waker of/);
  expect(wakes.toSorted()).toEqual(["accept", "event 0", "event 1", "reader", "writer"]);
  for (const event of events) event.close();
  expect(countDescriptors()).toBe(before);
});

describe("parking", () => {
  test("does not wait when there is no time left", () => {
    const wait = vi.spyOn(Reactor.prototype, "wait").mockImplementation(() => {});
    for (const timeoutMs of [0, -1, Number.NaN]) driver.park(timeoutMs);
    expect(wait.mock.calls).toEqual([[0], [0], [0]]);
  });

  test("ends when the time is up, without an event", () => {
    driver.park(0.2);
    expect(driver.counters).toMatchObject({ waits: 1, events: 0, wakes: 0 });
  });

  test("is one system call", () => {
    const { stream, peer } = acceptOn(driver);
    const { cx } = watcher();
    expect(stream.pollRead(cx, new Uint8Array(1))).toBe(Pending);
    const before = driver.counters.systemCalls.epoll_wait;
    expect(writeView(peer, Uint8Array.of(1))).toBe(1);
    driver.park(1000);
    expect(driver.counters.systemCalls.epoll_wait).toBe(before + 1);
    closeFd(peer);
  });

  test("ends early for a signal, so that JavaScript can run", async () => {
    const fixture = fileURLToPath(new URL("fixtures/interrupted.ts", import.meta.url));
    const child = spawn(process.execPath, [fixture], { stdio: ["ignore", "pipe", "inherit"], timeout: 30_000 });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      // One signal may come before the wait.
      if (output === "parking\n") {
        const again = setInterval(() => child.kill("SIGUSR2"), 20);
        child.once("exit", () => {
          clearInterval(again);
        });
      }
    });
    await once(child, "close");
    expect(output).toBe("parking\ninterrupted\n");
  });
});

describe("polling", () => {
  test("makes no system call while nothing is registered", () => {
    driver.poll();
    expect(driver.counters.systemCalls.epoll_wait).toBe(0);
  });

  test("dispatches what has arrived, and does not wait", () => {
    const { stream, peer } = acceptOn(driver);
    const { waker, cx } = watcher();
    expect(stream.pollRead(cx, new Uint8Array(1))).toBe(Pending);
    driver.poll();
    expect(waker.wakes).toBe(0);
    expect(writeView(peer, Uint8Array.of(1))).toBe(1);
    driver.poll();
    expect(waker.wakes).toBe(1);
    closeFd(peer);
  });
});

describe("unparking", () => {
  test("before a park makes that one return at once, and only that one, without a system call of its own", () => {
    const wait = vi.spyOn(Reactor.prototype, "wait");
    driver.unpark();
    driver.unpark();
    driver.park(1000);
    expect(driver.counters.events).toBe(0);
    wait.mockImplementation(() => {});
    driver.park(1000);
    expect(wait.mock.calls).toEqual([[0], [1000]]);
  });

  test("between two polls is not lost", () => {
    const wait = vi.spyOn(Reactor.prototype, "wait").mockImplementation(() => {});
    driver.unpark();
    driver.poll();
    driver.park(1000);
    expect(wait.mock.calls).toEqual([[0]]);
  });

  test("from another thread ends a wait, each time anew", async () => {
    const rounds = 20;
    const turns = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(new URL("fixtures/unpark.ts", import.meta.url), {
      workerData: { ...driver.unparkHandle, turns, rounds },
    });
    const exited = once(worker, "exit");
    for (let round = 1; round <= rounds; round++) {
      Atomics.store(turns, 0, round);
      Atomics.notify(turns, 0);
      // A wait ends after a second also by itself, but then without an event.
      for (let parks = 0; driver.counters.events < round && parks < 20; parks++) driver.park(1000);
      expect(driver.counters.events).toBe(round);
    }
    await exited;
  });

  test("from another thread is not lost when a poll comes before the park", () => {
    const event = EventFd.create();
    // Makes poll look; it never becomes readable.
    const waiting = driver.readable(event.fd);
    waiting.poll(watcher().cx);
    signalEventFd(driver.unparkHandle.eventFd);
    driver.poll();
    const wait = vi.spyOn(Reactor.prototype, "wait").mockImplementation(() => {});
    driver.park(1000);
    driver.park(1000);
    expect(wait.mock.calls).toEqual([[0], [1000]]);
    waiting.drop();
    event.close();
  });
});

describe("a closed driver", () => {
  test.each<[string, (closed: EpollDriver) => unknown]>([
    ["park", (closed) => closed.park(1)],
    ["poll", (closed) => closed.poll()],
    ["listen", (closed) => closed.net.listen({ host: "127.0.0.1", port: 0 })],
    ["connect", (closed) => closed.net.connect({ host: "127.0.0.1", port: 1 }).poll(watcher().cx)],
    ["readable", (closed) => closed.readable(0).poll(watcher().cx)],
  ])("says so to %s, which leaves no descriptor", (_, use) => {
    driver.close();
    const before = countDescriptors();
    expect(() => use(driver)).toThrow("this epoll driver was closed");
    expect(countDescriptors()).toBe(before);
  });
});

describe("a descriptor that somebody else owns", () => {
  test("completes the future when it becomes readable, and stays its owner's", () => {
    const event = EventFd.create();
    const { waker, cx } = watcher();
    const readable = driver.readable(event.fd);
    expect(driver.registrations).toBe(0);
    expect(readable.poll(cx)).toBe(Pending);
    driver.poll();
    expect(waker.wakes).toBe(0);
    event.signal();
    driver.park(1000);
    expect(waker.wakes).toBe(1);
    expect(readable.poll(cx)).toBeUndefined();
    expect(driver.registrations).toBe(0);
    event.drain();
    event.close();
  });

  test("that is readable already is reported too", () => {
    const event = EventFd.create();
    event.signal();
    const { waker, cx } = watcher();
    const readable = driver.readable(event.fd);
    expect(readable.poll(cx)).toBe(Pending);
    driver.park(1000);
    expect(waker.wakes).toBe(1);
    expect(readable.poll(cx)).toBeUndefined();
    event.close();
  });

  test("is let go when the future is dropped", () => {
    const event = EventFd.create();
    const { waker, cx } = watcher();
    const readable = driver.readable(event.fd);
    expect(readable.poll(cx)).toBe(Pending);
    readable.drop();
    expect(driver.registrations).toBe(0);
    event.signal();
    driver.park(0);
    expect(waker.wakes).toBe(0);
    // It is open and readable, and still no event comes of it: it has left epoll.
    expect(driver.counters.events).toBe(0);
    event.close();
  });

  test("that cannot be waited for fails the future", () => {
    const { cx } = watcher();
    const event = EventFd.create();
    event.close();
    expect(() => driver.readable(event.fd).poll(cx)).toThrow(expect.objectContaining({ code: "EBADF" }));
    expect(driver.registrations).toBe(0);
  });
});

describe("closing the driver", () => {
  test("fails what waits with ECANCELED, wakes it, and leaves no descriptor and no buffer", () => {
    const before = countDescriptors();
    const own = EpollDriver.create();
    const { stream, peer } = acceptOn(own);
    const listener = own.net.listen({ host: "127.0.0.1", port: 0 });
    const { waker, cx } = watcher();
    const read = stream.read(own.net.buffers.take());
    const accept = listener.accept();
    expect(read.poll(cx)).toBe(Pending);
    expect(accept.poll(cx)).toBe(Pending);
    own.close();
    own.close();
    closeFd(peer);
    expect(countDescriptors()).toBe(before);
    expect(own.registrations).toBe(0);
    expect(waker.wakes).toBe(2);
    const cancelled: unknown = expect.objectContaining({ code: "ECANCELED" });
    expect(() => accept.poll(cx)).toThrow(cancelled);
    expect(own.net.buffers.counts).toEqual({ taken: 1, lent: 1, slabs: 1 });
    expect(() => read.poll(cx)).toThrow(cancelled);
    expect(own.net.buffers.counts).toEqual({ taken: 0, lent: 0, slabs: 0 });
  });

  test("twenty times over leaves the process as it was", () => {
    const before = countDescriptors();
    for (let i = 0; i < 20; i++) EpollDriver.create().close();
    expect(countDescriptors()).toBe(before);
  });
});

test("a size that is none is refused, and nothing is left of the driver", () => {
  const before = countDescriptors();
  expect(() => EpollDriver.create({ bufferBytes: 0 })).toThrow(/bufferBytes: expected a whole number of bytes/);
  expect(() => EpollDriver.create({ eventCapacity: 1.5 })).toThrow(/eventCapacity: expected a whole number/);
  expect(() => EpollDriver.create({ eventCapacity: 2 ** 31 - 1 })).toThrow(expect.objectContaining({ code: "EINVAL" }));
  expect(countDescriptors()).toBe(before);
});
