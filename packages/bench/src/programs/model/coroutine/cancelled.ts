import { CurrentThread } from "@pollab/executor-single";
import { selectBiased } from "@pollab/runtime-core/combinators";
import { asyncFn, ready, yieldNow } from "@pollab/runtime-core/future";
import { type JoinHandle, spawn } from "@pollab/runtime-core/task";
import { runOnce } from "../../micro/harness.ts";
import { FUTURE_DROPPED, HANDLE_DROPPED } from "../ends.ts";
import { Gate, type Tally } from "../gate.ts";

const runtime = new CurrentThread();

const work = asyncFn(function* (gate: Gate, tally: Tally) {
  yield* gate;
  tally.completed++;
});

const main = asyncFn(function* (way: number, tasks: number) {
  const tally: Tally = { polls: 0, drops: 0, completed: 0 };
  const gates = Array.from({ length: tasks }, () => new Gate(tally));
  let reported = 0;
  if (way === FUTURE_DROPPED) {
    // Each is polled once, loses, and is dropped.
    for (const gate of gates) yield* selectBiased({ work: work(gate, tally), winner: ready(0) });
    for (const gate of gates) gate.open();
  } else {
    const handles: JoinHandle<void>[] = gates.map((gate) => spawn(work(gate, tally)));
    yield* yieldNow();
    for (const handle of handles) {
      if (way === HANDLE_DROPPED) handle.drop();
      else handle.abort();
    }
    for (const gate of gates) gate.open();
    for (const handle of way === HANDLE_DROPPED ? [] : handles) reported += yield* isCancelled(handle);
  }
  // Twice, so that whatever is still to run has run.
  yield* yieldNow();
  yield* yieldNow();
  return { result: tasks, counters: { ...tally, reported } };
});

const isCancelled = asyncFn(function* (handle: JoinHandle<void>) {
  try {
    yield* handle;
    return 0;
  } catch (error) {
    return error instanceof Error && "reason" in error && error.reason === "cancelled" ? 1 : 0;
  }
});

await runOnce((way, operations) => runtime.blockOn(main(way, operations)));
