import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, yieldNow } from "@pollab/runtime-core/future";
import { spawn } from "@pollab/runtime-core/task";
import { sleepUntil } from "@pollab/runtime-core/time";
import { runOnce } from "../../micro/harness.ts";
import { heavyItem, Lateness, LIGHT_TASKS, PERIOD_MS } from "../responsiveness.ts";

const runtime = new CurrentThread();

const heavy = asyncFn(function* (items: number, interval: number) {
  let value = 1;
  for (let item = 1; item <= items; item++) {
    value = heavyItem(value);
    if (item % interval === 0) yield* yieldNow();
  }
  return value;
});

const light = asyncFn(function* (lateness: Lateness, running: { value: boolean }) {
  for (let due = performance.now() + PERIOD_MS; running.value; due += PERIOD_MS) {
    yield* sleepUntil(due);
    lateness.record(performance.now() - due);
  }
});

const main = asyncFn(function* (interval: number, items: number) {
  const lateness = new Lateness();
  const running = { value: true };
  const lights = Array.from({ length: LIGHT_TASKS }, () => spawn(light(lateness, running)));
  yield* yieldNow();
  const began = performance.now();
  // A task of its own, as the light ones are.
  const value = yield* spawn(heavy(items, interval));
  const heavyNs = (performance.now() - began) * 1e6;
  running.value = false;
  for (const task of lights) yield* task;
  return { result: value, counters: { nsPerItem: heavyNs / items, ...lateness.counters() } };
});

// The compiler is done with the heavy loop before anything is measured.
runtime.blockOn(main(100, 200_000));
await runOnce((interval, items) => runtime.blockOn(main(interval, items)));
