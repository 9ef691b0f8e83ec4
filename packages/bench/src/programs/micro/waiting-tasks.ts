// The memory workload on this project's executor, whatever the tasks are made of.
import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, type Future, type Waker, yieldNow } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import type { Waiting } from "./held-bytes.ts";

/** What the tasks have in common. Each adds its waker when it comes to wait, and counts itself when it has gone on. */
export interface Crowd {
  waiting: Waker[];
  finished: number;
}

/** @param task makes the future of a task that waits once, as one of the crowd. */
export function waitingTasks(task: (crowd: Crowd) => Future<void>): Waiting {
  const runtime = new CurrentThread();
  const crowd: Crowd = { waiting: [], finished: 0 };
  const startAll = asyncFn(function* (tasks: number) {
    for (let i = 0; i < tasks; i++) spawn(task(crowd)).drop();
    while (crowd.waiting.length < tasks) yield* yieldNow();
  });
  const finishAll = asyncFn(function* () {
    const wakers = crowd.waiting;
    crowd.waiting = [];
    crowd.finished = 0;
    for (const waker of wakers) waker.wake();
    while (crowd.finished < wakers.length) yield* yieldNow();
    return crowd.finished;
  });
  return {
    start: (tasks) => runtime.blockOn(startAll(tasks)),
    finish: () => runtime.blockOn(finishAll()),
  };
}
