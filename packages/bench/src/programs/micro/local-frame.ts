// The frame for a quick look on one's own machine: tinybench times single passes in one process. It has no rounds, no pairs and no
// noise floor, so what it prints is for the eye and never becomes part of a record that claims are judged by.
import { Bench } from "tinybench";
import type { Measured } from "../self-measured.ts";

const TIME_MS = 200;
const WARMUP_MS = 100;

/** The median pass as an observation, with tinybench's own statistics as counters. */
export async function measureLocally(pass: () => unknown, operations: number): Promise<Omit<Measured, "result">> {
  const bench = new Bench({ time: TIME_MS, warmupTime: WARMUP_MS, iterations: 5, warmupIterations: 2, throws: true });
  bench.add("pass", async () => {
    await pass();
  });
  const cpuBefore = process.cpuUsage();
  await bench.run();
  const { user, system } = process.cpuUsage(cpuBefore);
  const result = bench.tasks[0]?.result;
  if (result?.state !== "completed") throw new Error(`tinybench ended with the task ${result?.state ?? "missing"}`);
  const { p50, p99, rme, samplesCount } = result.latency;
  return {
    operations,
    elapsedNs: p50 * 1e6,
    ...{ cpuNs: (user + system) * 1000, cpuUserNs: user * 1000, cpuSystemNs: system * 1000 },
    counters: { p99PassNs: p99 * 1e6, rmePercent: rme, passes: samplesCount },
  };
}
