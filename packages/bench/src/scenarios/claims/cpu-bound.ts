// Work that only computes, beside a loop that wants to be punctual.
import { processChunk } from "../../programs/cpu/chunks.ts";
import { STANDARD } from "../../record/metric.ts";
import { microScenario } from "../micro/micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

const lateness = (id: string, which: string) =>
  ({ id, label: `${which} lateness of a frame`, unit: "ns", better: "lower" }) as const;

export const cpuBound: Scenario = microScenario({
  name: "cpu-bound",
  folder: "cpu",
  isolates: "Hashing and compressing two hundred chunks of 64 KiB, beside a frame loop of 60 Hz.",
  factor: "work",
  levels: [1],
  operation: "chunk",
  metrics: [
    STANDARD.time,
    lateness("p99LatenessNs", "p99"),
    lateness("p50LatenessNs", "median"),
    lateness("worstLatenessNs", "worst"),
  ],
  operations: () => 200,
  result: (_level, operations) => sumOfChunks(operations),
  contenders: ["direct-call", "native-async", "coroutine", "coroutine (twin)", "piscina", "stealing"],
});

/** Computed once: it takes as long as the work itself. */
const sums = new Map<number, number>();

function sumOfChunks(chunks: number): number {
  const known = sums.get(chunks);
  if (known !== undefined) return known;
  let sum = 0;
  for (let index = 0; index < chunks; index++) sum += processChunk(index);
  sums.set(chunks, sum);
  return sum;
}
