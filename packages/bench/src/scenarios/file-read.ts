// Reads of 4 KiB at random positions of a file that the kernel has cached: it isolates what a way of asking costs.
import { STANDARD } from "../record/metric.ts";
import { inSetting, javascript, native, withArguments } from "../runner/command.ts";
import { observeProgram } from "./self-measured.ts";
import type { Entrant, Scenario } from "./scenario.ts";

const program = (engine: string, reads: number): Entrant => ({
  command: () => javascript("file-read", "--engine", engine),
  operations: () => reads,
  // Enough for the compiler to be done.
  warmup: () => reads,
});
const limit = (engine: string): Entrant => ({
  command: () => native("file-read", "--engine", engine),
  operations: () => 100_000,
  warmup: () => 1000,
});

export const fileRead: Scenario = {
  name: "file-read",
  group: "headline",
  isolates: "What asking for cached data costs: 4 KiB from a random position of a file, so many reads in flight.",
  factor: "reads in flight",
  levels: [1, 2, 4, 8, 16, 64, 256],
  quickLevels: [1, 8, 64],
  operation: "read",
  metrics: [STANDARD.throughput, STANDARD.cpu],
  entrants: {
    blocking: program("blocking", 60_000),
    threads: {
      ...program("threads", 60_000),
      // Each thread compiles for itself: with a tenth of this, a read by 64 threads takes twice the processor time.
      warmup: (threads) => Math.max(60_000, 10_000 * threads),
      maximumLevel: { level: 64, reason: "a worker thread per read in flight is tried up to 64 of them" },
    },
    // Few reads, as each is slow, but the compiler wants to have seen more.
    node: { ...program("node", 6000), warmup: () => 15_000 },
    "single+uring": program("uring", 60_000),
    "single+uring (twin)": program("uring", 60_000),
    "c-psync": limit("psync"),
    "c-uring": limit("uring"),
  },
  observe(entrant, level, setup) {
    const { dataFile, seed, signal } = setup;
    const command = withArguments(
      entrant.command(level),
      ...["--file", dataFile, "--depth", level, "--operations", entrant.operations(level)],
      ...["--warmup", entrant.warmup(level), "--seed", seed],
    );
    return observeProgram(inSetting(setup, command), signal);
  },
};
