// How long it takes to get a thread that sleeps to do something, seen from one that does not: half of it is the operating system's.
import type { Outcome } from "../micro/harness.ts";

/** For so long the other one has had nothing to do, so it sleeps. */
const ASLEEP_AFTER_MS = 0.3;

/** @param wake has the other thread do something, and returns when that is done */
export function measureWakes(times: number, wake: () => number): Outcome {
  const latenciesMs = new Float64Array(times);
  let result = 0;
  for (let i = 0; i < times; i++) {
    const startMs = performance.now() + ASLEEP_AFTER_MS;
    while (performance.now() < startMs);
    const before = performance.now();
    result += wake();
    latenciesMs[i] = performance.now() - before;
  }
  latenciesMs.sort();
  const at = (share: number): number => (latenciesMs[Math.floor(share * (times - 1))] ?? 0) * 1e6;
  return { result, counters: { p50WakeNs: at(0.5), p99WakeNs: at(0.99) } };
}
