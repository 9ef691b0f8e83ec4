import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, yieldNow } from "@pollab/runtime-core/future";
import { Notify } from "@pollab/runtime-core/sync";
import { type JoinHandle, spawn } from "@pollab/runtime-core/task";
import { run } from "../harness.ts";

const runtime = new CurrentThread();

interface Count {
  waiting: number;
}

const wait = asyncFn(function* (notify: Notify, count: Count, rounds: number) {
  let wakes = 0;
  for (; wakes < rounds; wakes++) {
    count.waiting++;
    yield* notify.notified();
  }
  return wakes;
});

const main = asyncFn(function* (waiters: number, rounds: number) {
  const notify = new Notify();
  const count = { waiting: 0 };
  const handles: JoinHandle<number>[] = [];
  for (let i = 0; i < waiters; i++) handles.push(spawn(wait(notify, count, rounds)));
  for (let i = 0; i < rounds; i++) {
    // All of them wait again before the next round begins.
    while (count.waiting < waiters) yield* yieldNow();
    count.waiting = 0;
    notify.notifyWaiters();
  }
  let sum = 0;
  for (const handle of handles) sum += yield* handle;
  return sum;
});

await run((waiters, operations) => runtime.blockOn(main(waiters, operations / waiters)));
