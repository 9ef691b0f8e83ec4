// The driver's own contract: parking, unparking, closing, and letting go of a process that ends.
import { BufferFreedError, EventFd, signalEventFd } from "@pollab/io-sys";
import { Pending } from "@pollab/runtime-core/future";
import { spawn as spawnProcess } from "node:child_process";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UringDriver } from "../src/driver.ts";
import { nativeKernel } from "../src/kernel.ts";
import { missing } from "./support/machine.ts";
import { openDescriptors, TestRuntime } from "./support/test-runtime.ts";

/** Far longer than any wait that is meant to be ended early, far shorter than a test may take. */
const FOREVER_MS = 900;

describe.skipIf(missing !== undefined)(`the driver ${missing ?? ""}`, () => {
  let runtime: TestRuntime;

  beforeEach(() => {
    runtime = new TestRuntime();
    // Submits the driver's own wait.
    runtime.driver.poll();
  });

  afterEach(() => {
    runtime.close();
  });

  it("polling an idle driver makes no system call", () => {
    const { io_uring_enter: before } = runtime.driver.counters.systemCalls;
    for (let i = 0; i < 100; i++) runtime.driver.poll();
    expect(runtime.driver.counters.systemCalls.io_uring_enter).toBe(before);
  });

  it("parking returns when its time has passed, without an event", () => {
    const { completed } = runtime.driver.counters;
    runtime.driver.park(0.2);
    expect(runtime.driver.counters.completed).toBe(completed);
  });

  it("an unpark before parking makes the next park return without waiting, once", () => {
    const { counters } = runtime.driver;
    const { enters } = counters;
    runtime.driver.unpark();
    runtime.driver.unpark();
    runtime.driver.park(Infinity);
    expect(counters.enters).toBe(enters);
    runtime.driver.park(0.1);
    expect(counters.enters).toBe(enters + 1);
  });

  it("its end closes every socket and file that is still open, also what nobody has fetched", () => {
    const before = openDescriptors();
    const ending = new TestRuntime({ directDescriptors: 4 });
    const { net, fs } = ending.driver;
    const listener = net.listen({ host: "127.0.0.1", port: 0 });
    net.bindUdp({ host: "127.0.0.1", port: 0 });
    net.unixPair();
    net.unixDatagramPair();
    ending.run(fs.open("/dev/null"));
    const client = ending.run(net.connect(listener.address));
    ending.run(listener.accept());
    const unfetched = fs.open("/dev/zero");
    expect(ending.poll(unfetched)).toBe(Pending);
    ending.driver.park(20);
    expect(openDescriptors()).toBeGreaterThan(before + 8);
    ending.close();
    expect(openDescriptors()).toBe(before);
    client.close();
    listener.close();
    expect(() => ending.poll(unfetched)).toThrow(expect.objectContaining({ code: "ECANCELED" }));
  });

  it("another thread can end a park, again and again", async () => {
    for (let round = 0; round < 3; round++) {
      const { completed } = runtime.driver.counters;
      const worker = new Worker(new URL("programs/unparking-worker.ts", import.meta.url), {
        workerData: runtime.driver.unparkHandle.eventFd,
      });
      await once(worker, "online");
      for (let waits = 0; runtime.driver.counters.completed === completed && waits < 20; waits++) {
        runtime.driver.park(FOREVER_MS);
      }
      expect(runtime.driver.counters.completed).toBe(completed + 1);
      await once(worker, "exit");
    }
  });

  it("an unpark of another thread is not lost when a poll comes before the park", () => {
    const kernel = nativeKernel();
    const waits: number[] = [];
    const driver = UringDriver.create(
      {},
      {
        ...kernel,
        enter: (fd, toSubmit, minComplete, flags, timeoutNs) => {
          waits.push(minComplete);
          return kernel.enter(fd, toSubmit, minComplete, flags, timeoutNs);
        },
      },
    );
    signalEventFd(driver.unparkHandle.eventFd);
    driver.poll();
    expect(driver.counters.completed).toBe(1);
    driver.park(Infinity);
    driver.park(0.1);
    expect(waits).toEqual([0, 0, 1]);
    driver.close();
  });

  it("a descriptor that becomes readable wakes, and one that is not leaves the future pending", () => {
    const event = EventFd.create();
    const waiting = runtime.driver.readable(event.fd);
    expect(runtime.poll(waiting)).toBe(Pending);
    runtime.driver.park(1);
    expect(runtime.poll(waiting)).toBe(Pending);
    event.signal();
    runtime.run(waiting);
    event.close();
  });

  it("waiting for a descriptor that is not open fails with EBADF", () => {
    const waiting = runtime.driver.readable(12_345);
    expect(() => {
      runtime.run(waiting);
    }).toThrow(expect.objectContaining({ code: "EBADF", syscall: "poll" }));
  });

  it("closing ends what is in flight with ECANCELED and wakes who waits for it", () => {
    const { net, fs } = runtime.driver;
    const listener = net.listen({ host: "127.0.0.1", port: 0 });
    let wakes = 0;
    runtime.context.waker = { wake: () => wakes++ };
    const submitted = listener.accept();
    expect(runtime.poll(submitted)).toBe(Pending);
    runtime.driver.poll();
    const queued = listener.accept();
    expect(runtime.poll(queued)).toBe(Pending);
    runtime.driver.close();
    expect(wakes).toBe(2);
    for (const future of [submitted, queued]) {
      expect(() => runtime.poll(future)).toThrow(expect.objectContaining({ code: "ECANCELED" }));
    }
    expect(() => runtime.poll(listener.accept())).toThrow(expect.objectContaining({ code: "ECANCELED" }));
    expect(() => runtime.poll(fs.open("/dev/null"))).toThrow(/closed/);
    listener.close();
    runtime.driver.close();
  });

  it("a waker that throws keeps nobody from his event, and no descriptor from being closed", () => {
    const { net } = runtime.driver;
    const wakes: string[] = [];
    const throws = (name: string): void => {
      runtime.context.waker = {
        wake: () => {
          wakes.push(name);
          throw new Error(`the waker of ${name}`);
        },
      };
    };
    const events = [EventFd.create(), EventFd.create()];
    for (const [index, event] of events.entries()) {
      throws(`event ${index}`);
      runtime.poll(runtime.driver.readable(event.fd));
    }
    runtime.driver.poll();
    for (const event of events) event.signal();
    for (const name of ["event 0", "event 1"]) expect(() => runtime.driver.park(1000)).toThrow(`the waker of ${name}`);
    const listener = net.listen({ host: "127.0.0.1", port: 0 });
    for (const name of ["accept 0", "accept 1"]) {
      throws(name);
      runtime.poll(listener.accept());
    }
    expect(() => {
      listener.close();
    }).toThrow(/the waker of accept/);
    const others = [0, 1].map(() => net.listen({ host: "127.0.0.1", port: 0 }));
    for (const [index, other] of others.entries()) {
      throws(`other ${index}`);
      runtime.poll(other.accept());
      if (index === 0) runtime.driver.poll();
    }
    expect(() => {
      runtime.driver.close();
    }).toThrow(/the waker of other/);
    expect(wakes.toSorted()).toEqual(["accept 0", "accept 1", "event 0", "event 1", "other 0", "other 1"]);
    for (const event of events) event.close();
  });

  it.each<[string, (closed: UringDriver) => unknown]>([
    ["park", (closed) => closed.park(1)],
    ["poll", (closed) => closed.poll()],
    ["listen", (closed) => closed.net.listen({ host: "127.0.0.1", port: 0 })],
    ["readable", (closed) => runtime.poll(closed.readable(0))],
  ])("a closed one says so to %s, which leaves no descriptor", (_, use) => {
    runtime.driver.close();
    const before = openDescriptors();
    expect(() => use(runtime.driver)).toThrow("this io_uring driver was closed");
    expect(openDescriptors()).toBe(before);
  });

  it("closing a socket wakes at once who waits for an operation that the kernel has not seen", () => {
    const listener = runtime.driver.net.listen({ host: "127.0.0.1", port: 0 });
    let wakes = 0;
    runtime.context.waker = { wake: () => wakes++ };
    const queued = listener.accept();
    expect(runtime.poll(queued)).toBe(Pending);
    listener.close();
    expect(wakes).toBe(1);
    expect(() => runtime.poll(queued)).toThrow(expect.objectContaining({ code: "ECANCELED" }));
  });

  it("a read that closing ended gives its buffer back, to a pool that is gone", () => {
    const { net } = runtime.driver;
    const listener = net.listen({ host: "127.0.0.1", port: 0 });
    const client = runtime.run(net.connect(listener.address));
    const server = runtime.run(listener.accept());
    const buf = net.buffers.take();
    const polled = client.read(net.buffers.take());
    const dropped = server.read(buf);
    for (const reading of [polled, dropped]) expect(runtime.poll(reading)).toBe(Pending);
    runtime.driver.poll();
    listener.close();
    runtime.driver.close();
    expect(() => runtime.poll(polled)).toThrow(expect.objectContaining({ code: "ECANCELED" }));
    dropped.drop();
    client.close();
    server.close();
    expect(() => buf.bytes).toThrow(BufferFreedError);
    expect(net.buffers.counts).toEqual({ taken: 0, lent: 0, slabs: 0 });
  });

  it.each([0, -1, 1.5, NaN, 2 ** 32 + 8])("cannot have %d entries", (entries) => {
    expect(() => UringDriver.create({ sqEntries: entries })).toThrow(/sqEntries: expected a whole number/);
    expect(() => UringDriver.create({ cqEntries: entries })).toThrow(/cqEntries: expected a whole number/);
  });

  it.each([-1, 1.5, NaN, 2 ** 20 + 1])("cannot have %d places for files", (places) => {
    expect(() => UringDriver.create({ registerFiles: places })).toThrow(/registerFiles: expected a whole number/);
    expect(() => UringDriver.create({ directDescriptors: places, registerFiles: 1 })).toThrow(
      /directDescriptors: expected a whole number/,
    );
  });

  it("two drivers on one thread do not disturb each other", () => {
    const other = UringDriver.create();
    other.poll();
    runtime.driver.unpark();
    runtime.driver.park(Infinity);
    other.close();
    runtime.driver.park(0.1);
    expect(runtime.driver.counters.inFlight).toBe(1);
  });
});

describe.skipIf(missing !== undefined)(`a thread that is terminated ${missing ?? ""}`, () => {
  it.each(["in the queue", "collected"])("leaves no descriptor that it got and did not use: %s", async (where) => {
    const program = new URL("programs/uncollected-worker.ts", import.meta.url);
    // What the first thread of a process loads stays open.
    for (let round = 0; round < 2; round++) {
      const before = openDescriptors();
      const worker = new Worker(program, { workerData: where });
      await once(worker, "message");
      expect(openDescriptors() - before).toBeGreaterThan(8);
      await worker.terminate();
      if (round > 0) expect(openDescriptors()).toBe(before);
    }
  });
});

describe.skipIf(missing !== undefined)(`a process whose worker is parked ${missing ?? ""}`, () => {
  it.each(["natural exit", "process.exit", "terminate"])("ends by %s", async (how) => {
    const program = new URL("programs/parked-worker.ts", import.meta.url).pathname;
    const child = spawnProcess(process.execPath, [program, how], {
      stdio: "inherit",
      timeout: 10_000,
      killSignal: "SIGKILL",
    });
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    expect({ code, signal }).toEqual({ code: 0, signal: null });
  });
});
