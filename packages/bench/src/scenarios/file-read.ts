// Reads of 4 KiB at random positions of a file that the kernel has cached: it isolates what a way of asking costs.
import { javascript, native, withArguments } from "../runner/command.ts";
import { observeProgram } from "./self-measured.ts";
import type { Entrant, Scenario } from "./scenario.ts";

/** @param reads of the measured phase; as many warm up, which is enough for the compiler to be done. */
const program = (engine: string, reads: number, maximumLevel?: Entrant["maximumLevel"]): Entrant => ({
  command: () => javascript("file-read", "--engine", engine),
  operations: () => reads,
  warmup: () => reads,
  ...(maximumLevel === undefined ? {} : { maximumLevel }),
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
  entrants: {
    blocking: program("blocking", 60_000),
    threads: program("threads", 60_000, {
      level: 64,
      reason: "a worker thread per read in flight is tried up to 64 of them",
    }),
    node: program("node", 6000),
    "single+uring": program("uring", 60_000),
    "single+uring (twin)": program("uring", 60_000),
    "c-psync": limit("psync"),
    "c-uring": limit("uring"),
  },
  observe(entrant, level, { dataFile, seed, signal }) {
    const command = withArguments(
      entrant.command(level),
      ...["--file", dataFile, "--depth", level, "--operations", entrant.operations(level)],
      ...["--warmup", entrant.warmup(level), "--seed", seed],
    );
    return observeProgram(command, signal);
  },
};
