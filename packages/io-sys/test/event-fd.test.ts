import { readSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { EventFd, registerParked, signalEventFd, terminateWorker, unregisterParked } from "../src/index.ts";

/** Takes the signal away; false when there is none. */
function takeSignal({ fd }: EventFd): boolean {
  try {
    return readSync(fd, new Uint8Array(8)) === 8;
  } catch {
    return false;
  }
}

describe("an eventfd", () => {
  test("is readable from a signal until it is drained", () => {
    const event = EventFd.create();
    expect(takeSignal(event)).toBe(false);
    event.signal();
    event.signal();
    expect(takeSignal(event)).toBe(true);
    event.signal();
    event.drain();
    expect(takeSignal(event)).toBe(false);
    event.close();
  });

  test("does nothing once it is closed, and its number is refused", () => {
    const event = EventFd.create();
    event.close();
    event.close();
    event.signal();
    event.drain();
    expect(() => {
      signalEventFd(event.fd);
    }).toThrow(expect.objectContaining({ code: "EBADF" }));
  });

  test("is signalled by its number from another thread", async () => {
    const event = EventFd.create();
    const worker = new Worker(new URL("fixtures/signal.ts", import.meta.url), { workerData: event.fd });
    await new Promise((resolve) => worker.once("exit", resolve));
    expect(takeSignal(event)).toBe(true);
    event.close();
  });
});

describe("the registry of parked threads", () => {
  test("signals a worker's eventfd when the worker is terminated, and no other thread's", async () => {
    const mine = EventFd.create();
    registerParked(mine.fd);
    const theirs = EventFd.create();
    const worker = new Worker(new URL("fixtures/register.ts", import.meta.url), { workerData: theirs.fd });
    await new Promise((resolve) => worker.once("message", resolve));
    await terminateWorker(worker);
    expect(takeSignal(theirs)).toBe(true);
    expect(takeSignal(mine)).toBe(false);
    // The registry is the process's: the worker's entry outlives it.
    unregisterParked(theirs.fd);
    unregisterParked(mine.fd);
    expect(() => {
      unregisterParked(mine.fd);
    }).toThrow(expect.objectContaining({ code: "ENOENT" }));
    theirs.close();
    mine.close();
  });
});
