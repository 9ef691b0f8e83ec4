import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, describe, expect, test } from "vitest";
import { pending, pollFn, ready, yieldNow } from "../src/future/index.ts";
import { type TaskEvent, taskFinish, taskPoll, taskSpawn, taskWake } from "../src/trace/index.ts";
import { Controlled, HandDriven } from "./support/bench-stand.ts";

const NAMES = ["spawn", "poll", "wake", "finish"] as const;
const cleanUps: (() => void)[] = [];

/** Every message from now on: the channel, the task's name, and what else the message says. */
function record(): string[] {
  const log: string[] = [];
  for (const name of NAMES) {
    const listener = (message: unknown): void => {
      const { task, ...rest } = message as TaskEvent;
      log.push([name, task.name ?? task.id, ...Object.values(rest)].join(" "));
    };
    subscribe(`pollab.task.${name}`, listener);
    cleanUps.push(() => unsubscribe(`pollab.task.${name}`, listener));
  }
  return log;
}

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

describe("a subscriber", () => {
  test("sees a task from its spawn to its end", () => {
    const log = record();
    const runtime = new HandDriven();
    const future = new Controlled<number>();
    runtime.spawn(future, { name: "t" });
    runtime.settle();
    future.complete(1);
    runtime.settle();
    expect(log).toEqual([
      "spawn t",
      "poll t start",
      "poll t end",
      "wake t",
      "poll t start",
      "poll t end",
      "finish t completed",
    ]);
  });

  test("sees wakes that count, and no others", () => {
    const log = record();
    const runtime = new HandDriven();
    const task = runtime.spawn(yieldNow(), { name: "t" });
    task.wake();
    runtime.settle();
    task.wake();
    expect(log.filter((line) => line.startsWith("wake"))).toEqual(["wake t"]);
  });

  test("sees how a task ended, and the end of a poll that throws", () => {
    const log = record();
    const runtime = new HandDriven();
    runtime.spawn(
      pollFn(() => {
        throw new Error("broken");
      }),
      { name: "failing" },
    );
    runtime.spawn(pending(), { name: "aborted" }).abort();
    runtime.settle();
    expect(log.slice(2)).toEqual([
      "poll failing start",
      "poll failing end",
      "finish failing failed",
      "finish aborted cancelled",
    ]);
  });

  test("gets nothing more once it has unsubscribed, and before, messages are only made for it", () => {
    expect([taskSpawn, taskPoll, taskWake, taskFinish].map((channel) => channel.hasSubscribers)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    const log = record();
    expect(taskPoll.hasSubscribers).toBe(true);
    for (const cleanUp of cleanUps.splice(0)) cleanUp();
    const runtime = new HandDriven();
    runtime.spawn(ready(1));
    runtime.settle();
    expect([log, taskPoll.hasSubscribers]).toEqual([[], false]);
  });
});
