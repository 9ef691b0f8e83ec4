import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, yieldNow } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { run } from "../../micro/harness.ts";
import { Bell } from "../bell.ts";
import { TURNS } from "../spurious.ts";

const runtime = new CurrentThread();

const waiting = asyncFn(function* (bell: Bell, events: number) {
  let seen = 0;
  while (seen < events) {
    yield* bell.rung();
    seen++;
  }
  return seen;
});

const main = asyncFn(function* (polls: number, events: number) {
  // One of them sees the event.
  const spurious = polls - 1;
  const bell = new Bell();
  const waiter = spawn(waiting(bell, events));
  yield* yieldNow();
  for (let event = 0; event < events; event++) {
    for (let turn = 0; turn < TURNS; turn++) {
      if (turn < spurious) bell.wakeForNothing();
      yield* yieldNow();
    }
    bell.ring();
    yield* yieldNow();
  }
  const seen = yield* waiter;
  return { result: seen, counters: { spuriousPolls: bell.spuriousPolls } };
});

await run((polls, operations) => runtime.blockOn(main(polls, operations)));
