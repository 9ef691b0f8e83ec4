import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Pending } from "@pollab/runtime-core/future";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EpollDriver } from "../src/index.ts";
import { expectReady, watcher } from "./support/connection.ts";
import { countDescriptors } from "./support/leftovers.ts";

const fixture = fileURLToPath(new URL("fixtures/signals.ts", import.meta.url));

/** What the fixture prints after it was sent a signal, and how it ended. */
async function afterSignal(how: string, signals: NodeJS.Signals[]): Promise<{ said: string; ended: unknown }> {
  const child = spawn(process.execPath, [fixture, how], { stdio: ["ignore", "pipe", "inherit"], timeout: 30_000 });
  let said = "";
  child.stdout.setEncoding("utf8");
  for await (const chunk of child.stdout as AsyncIterable<string>) {
    said += chunk;
    // One at a time: each line asks for the next.
    if (chunk.endsWith("?\n")) child.kill(signals.shift());
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return { said: said.replaceAll("?\n", ""), ended: child.signalCode ?? child.exitCode };
}

describe("a signal of the process", () => {
  test.each([
    ["reaches a runtime on the main thread", "main", ["SIGTERM", "SIGTERM"], "got SIGTERM\ngot SIGTERM\n", 0],
    ["reaches a runtime on a worker", "worker", ["SIGINT", "SIGINT"], "got SIGINT\ngot SIGINT\n", 0],
    [
      "reaches a listener of process.on that was there before too",
      "listener before",
      ["SIGUSR2", "SIGUSR2"],
      "process.on SIGUSR2\ngot SIGUSR2\nprocess.on SIGUSR2\ngot SIGUSR2\n",
      0,
    ],
    [
      "reaches a listener of process.on that came later too",
      "listener later",
      ["SIGUSR2", "SIGUSR2"],
      "process.on SIGUSR2\ngot SIGUSR2\nprocess.on SIGUSR2\ngot SIGUSR2\n",
      0,
    ],
    [
      "reaches the runtime also after the last listener of process.on has gone",
      "listener gone",
      ["SIGUSR2", "SIGUSR2"],
      "got SIGUSR2\ngot SIGUSR2\n",
      0,
    ],
    [
      "ends the process again as soon as nobody waits for it",
      "dropped",
      ["SIGTERM", "SIGTERM"],
      "got SIGTERM\n",
      "SIGTERM",
    ],
  ] as [string, string, NodeJS.Signals[], string, unknown][])("%s", async (_, how, signals, said, ended) => {
    const result = await afterSignal(how, [...signals]);
    expect(result.ended).toBe(ended);
    // What two threads say comes in either order.
    expect(result.said.split("\n").toSorted()).toEqual(said.split("\n").toSorted());
  });
});

describe("waiting for a signal", () => {
  let before: number;
  let driver: EpollDriver;
  beforeEach(() => {
    before = countDescriptors();
    driver = EpollDriver.create();
  });
  afterEach(() => {
    driver.close();
    expectNothingLeft();
  });

  function expectNothingLeft(): void {
    expect(countDescriptors()).toBe(before);
  }

  test("takes those that came before as one, and is woken once", () => {
    const signal = driver.signal("SIGUSR2");
    const { waker, cx } = watcher();
    const next = signal.next();
    expect(next.poll(cx)).toBe(Pending);
    process.kill(process.pid, "SIGUSR2");
    process.kill(process.pid, "SIGUSR2");
    driver.park(1000);
    expect(waker.wakes).toBe(1);
    expect(expectReady(next.poll(cx))).toBe("SIGUSR2");
    expect(signal.next().poll(cx)).toBe(Pending);
    process.kill(process.pid, "SIGUSR2");
    driver.park(1000);
    expect(expectReady(signal.next().poll(cx))).toBe("SIGUSR2");
  });

  test("is told to everybody who waits, each of his own signal", () => {
    const { cx } = watcher();
    const [first, second, other] = [driver.signal("SIGUSR2"), driver.signal("SIGUSR2"), driver.signal("SIGHUP")];
    process.kill(process.pid, "SIGUSR2");
    driver.park(1000);
    driver.poll();
    expectReady(first.next().poll(cx));
    expectReady(second.next().poll(cx));
    expect(other.next().poll(cx)).toBe(Pending);
    first.drop();
    first.drop();
    process.kill(process.pid, "SIGUSR2");
    driver.park(1000);
    expectReady(second.next().poll(cx));
    expect(driver.registrations).toBe(2);
  });

  test("fails with ECANCELED once it is dropped or the driver closed", () => {
    const { waker, cx } = watcher();
    const signal = driver.signal("SIGUSR2");
    const dropped = driver.signal("SIGUSR2");
    dropped.drop();
    expect(() => dropped.pollNext(cx)).toThrow(expect.objectContaining({ code: "ECANCELED" }));
    expect(signal.pollNext(cx)).toBe(Pending);
    driver.close();
    expect(waker.wakes).toBe(1);
    expect(() => signal.pollNext(cx)).toThrow(expect.objectContaining({ code: "ECANCELED" }));
  });

  test("is refused for a signal that cannot be waited for", () => {
    const open = countDescriptors();
    expect(() => driver.signal("SIGKILL" as "SIGTERM")).toThrow(
      expect.objectContaining({ code: "EINVAL", syscall: "sigaction" }),
    );
    expect(() => driver.signal("SIGCHLD" as "SIGTERM")).toThrow(expect.objectContaining({ code: "EINVAL" }));
    expect(() => driver.signal("SIGNOTHING" as "SIGTERM")).toThrow(expect.objectContaining({ code: "EINVAL" }));
    expect(countDescriptors()).toBe(open);
    expect(driver.registrations).toBe(0);
  });
});
