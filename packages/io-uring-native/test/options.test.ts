// What a driver does only when it is asked to, on the real kernel: threads of the kernel, busy polling, wakes between rings.
import { asyncFn } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { once } from "node:events";
import { constants } from "node:os";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { SETUP_SQPOLL } from "../src/abi.ts";
import { UringDriver } from "../src/driver.ts";
import { type Kernel, nativeKernel } from "../src/kernel.ts";
import { missing } from "./support/machine.ts";
import { TestRuntime } from "./support/test-runtime.ts";
import { receiveText, sendText, tcpPair } from "./support/together.ts";

const ROUNDS = 200;

const pingPong = asyncFn(function* (runtime: TestRuntime) {
  const { client, server } = yield* tcpPair(runtime.driver);
  for (let round = 0; round < ROUNDS; round++) {
    yield* sendText(runtime.driver, client, `ping ${round}`);
    const answer = yield* receiveText(runtime.driver, server);
    if (answer !== `ping ${round}`) throw new Error(`expected ping ${round}, got ${answer}`);
  }
  client.close();
  server.close();
});

describe.skipIf(missing !== undefined)(`a thread that submits ${missing ?? ""}`, () => {
  it("spares entering the kernel to submit, and is woken when it has gone to sleep", () => {
    const runtime = new TestRuntime({ submissionThreadIdleMs: 1, sqEntries: 4 });
    runtime.run(pingPong(runtime));
    // Longer than it looks for entries.
    const until = performance.now() + 20;
    while (performance.now() < until) runtime.driver.park(5);
    runtime.run(pingPong(runtime));
    const { fallbacks, inFlight } = runtime.driver.counters;
    expect(fallbacks).toEqual({});
    expect(inFlight).toBe(1);
    runtime.close();
  });

  it("more operations than the queue holds are all submitted", () => {
    const runtime = new TestRuntime({ submissionThreadIdleMs: 1, sqEntries: 2, cqEntries: 4 });
    runtime.run(
      asyncFn(function* () {
        const timeouts = Array.from({ length: 50 }, () => spawn(runtime.driver.requests.timeout(1)));
        for (const timeout of timeouts) yield* timeout;
      })(),
    );
    // Besides them the driver's own wait.
    expect(runtime.driver.counters).toMatchObject({ submitted: 51, inFlight: 1 });
    runtime.close();
  });

  it("is done without where the kernel refuses, which is counted", () => {
    const kernel = nativeKernel();
    const refusing: Kernel = {
      ...kernel,
      setup: (sqEntries, cqEntries, flags, idleMs) =>
        (flags & SETUP_SQPOLL) === 0 ? kernel.setup(sqEntries, cqEntries, flags, idleMs) : -constants.errno.EPERM,
    };
    const runtime = new TestRuntime({ submissionThreadIdleMs: 1 }, refusing);
    runtime.run(pingPong(runtime));
    expect(runtime.driver.counters.fallbacks).toEqual({ "submission thread": { count: 1, code: "EPERM" } });
    runtime.close();
  });

  it("is never there unless asked for", () => {
    const asked: number[] = [];
    const kernel = nativeKernel();
    const watching: Kernel = {
      ...kernel,
      setup: (sqEntries, cqEntries, flags, idleMs) => {
        asked.push(flags);
        return kernel.setup(sqEntries, cqEntries, flags, idleMs);
      },
    };
    UringDriver.create({}, watching).close();
    UringDriver.createHosted({}, watching).close();
    expect(asked.every((flags) => (flags & SETUP_SQPOLL) === 0)).toBe(true);
  });
});

describe.skipIf(missing !== undefined)(`busy polling ${missing ?? ""}`, () => {
  it("is registered, or done without and counted", () => {
    const runtime = new TestRuntime({ napiBusyPollUs: 10 });
    runtime.run(pingPong(runtime));
    const { fallbacks, systemCalls } = runtime.driver.counters;
    expect(systemCalls.io_uring_register).toBe(1);
    for (const name of Object.keys(fallbacks)) expect(name).toBe("napi");
    runtime.close();
    const refusing = new TestRuntime(
      { napiBusyPollUs: 10 },
      { ...nativeKernel(), registerNapi: () => -constants.errno.EINVAL },
    );
    refusing.run(pingPong(refusing));
    expect(refusing.driver.counters.fallbacks).toEqual({ napi: { count: 1, code: "EINVAL" } });
    refusing.close();
  });
});

describe.skipIf(missing !== undefined)(`wakes between rings ${missing ?? ""}`, () => {
  it("end the wait of another driver, with no system call of their own", () => {
    const [waker, sleeper] = [UringDriver.create(), UringDriver.create()];
    sleeper.poll();
    waker.poll();
    const { enters } = waker.counters;
    waker.wake(sleeper.messageHandle);
    waker.poll();
    expect(waker.counters.enters).toBe(enters + 1);
    expect(waker.counters.systemCalls.write).toBe(0);
    // The wake is there: parking for ever returns.
    sleeper.park(Infinity);
    expect(sleeper.counters).toMatchObject({ messages: 1, stale: 0 });
    const { enters: entered } = sleeper.counters;
    sleeper.park(0.1);
    expect(sleeper.counters.enters).toBeGreaterThan(entered);
    waker.park(0);
    expect(waker.counters.fallbacks).toEqual({});
    waker.close();
    sleeper.close();
  });

  it("a poll that comes before the park does not lose one", () => {
    const [waker, sleeper] = [UringDriver.create(), UringDriver.create()];
    sleeper.poll();
    waker.wake(sleeper.messageHandle);
    waker.poll();
    sleeper.poll();
    expect(sleeper.counters.messages).toBe(1);
    const { enters } = sleeper.counters;
    sleeper.park(Infinity);
    expect(sleeper.counters.enters).toBe(enters);
    waker.close();
    sleeper.close();
  });

  it("go through the eventfd where the kernel refuses, which is counted", () => {
    const [waker, sleeper] = [UringDriver.create(), UringDriver.create()];
    sleeper.poll();
    // Not a ring.
    waker.wake({ ringFd: sleeper.unparkHandle.eventFd, eventFd: sleeper.unparkHandle.eventFd });
    waker.poll();
    waker.poll();
    sleeper.park(Infinity);
    expect(sleeper.counters.systemCalls.read).toBe(1);
    expect(waker.counters.systemCalls.write).toBe(1);
    expect(waker.counters.fallbacks["message ring"]?.count).toBe(1);
    waker.close();
    sleeper.close();
  });

  it("reach the threads of workers", async () => {
    const runtime = new TestRuntime();
    const worker = new Worker(new URL("programs/woken-worker.ts", import.meta.url));
    const messages: AsyncIterator<unknown> = (async function* () {
      for (;;) yield (await once(worker, "message"))[0] as unknown;
    })();
    const { value: handle } = (await messages.next()) as { value: { ringFd: number; eventFd: number } };
    for (let round = 1; round <= 20; round++) {
      const answer = messages.next();
      runtime.driver.wake(handle);
      runtime.driver.poll();
      expect((await answer).value).toBe(round);
    }
    await worker.terminate();
    runtime.close();
  });

  it("are not sent by a driver that is closed", () => {
    const driver = UringDriver.create();
    const { messageHandle } = driver;
    driver.close();
    expect(() => {
      driver.wake(messageHandle);
    }).toThrow(/closed/);
  });
});
