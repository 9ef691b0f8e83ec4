// Random reads of files: in the page cache and past it, by how many are in flight; and by their length, with and without memory that the
// ring knows beforehand.
import { STANDARD } from "../../record/metric.ts";
import { type Command, inSetting, javascript, native, withArguments } from "../../runner/command.ts";
import { observeProgram } from "../self-measured.ts";
import type { Entrant, Scenario } from "../scenario.ts";

const BLOCK_BYTES = 4096;
const DEPTH_OF_SIZES = 4;
const METRICS = [STANDARD.time, STANDARD.cpu, STANDARD.syscalls];
const DEPTHS = [1, 8, 64];

const BLOCKING = { level: 1, reason: "a single thread that waits has one read in flight" };

interface Way {
  readonly command: () => Command;
  /** Reads in the page cache that take about as long as everybody's. */
  readonly reads: number;
  readonly warmup: number;
  readonly maximumLevel?: Entrant["maximumLevel"];
}

const program = (engine: string): Command => javascript("file-read", "--engine", engine);
const limit = (engine: string): Way => ({
  command: () => native("file-read", "--engine", engine),
  reads: 100_000,
  warmup: 1000,
});
const fio = (engine: string): Way => ({
  command: () => javascript("file-read-fio", "--engine", engine),
  reads: 200_000,
  warmup: 0,
});

const WAYS: Readonly<Record<string, Way>> = {
  blocking: { command: () => program("blocking"), reads: 60_000, warmup: 60_000, maximumLevel: BLOCKING },
  // Few reads, as each is slow, but the compiler wants to have seen more.
  node: { command: () => program("node"), reads: 6000, warmup: 12_000 },
  "single+epoll": { command: () => program("epoll"), reads: 2000, warmup: 3000 },
  "single+uring": { command: () => program("uring"), reads: 60_000, warmup: 60_000 },
  "single+uring (twin)": { command: () => program("uring"), reads: 60_000, warmup: 60_000 },
  "single+uring registered": { command: () => program("uring-registered"), reads: 60_000, warmup: 60_000 },
  "single+uring all registered": { command: () => program("uring-all-registered"), reads: 60_000, warmup: 60_000 },
  "single+uring inline": { command: () => program("uring-inline"), reads: 60_000, warmup: 60_000 },
  "c-psync": { ...limit("psync"), maximumLevel: BLOCKING },
  "c-uring": limit("uring"),
  "c-uring registered": limit("uring-registered"),
  "fio-psync": { ...fio("psync"), maximumLevel: BLOCKING },
  "fio-uring": fio("io_uring"),
};

/** Reads past the cache take so many times as long, at least. */
const SLOWER = 40;

function entrants(names: readonly string[], times: number, isOneAtATime: boolean): Record<string, Entrant> {
  return Object.fromEntries(
    names.map((name): [string, Entrant] => {
      const way = WAYS[name];
      if (way === undefined) throw new Error(`${name} reads no files`);
      const { command, reads, warmup, maximumLevel } = way;
      return [
        name,
        {
          command,
          operations: () => Math.max(500, Math.round(reads / times)),
          warmup: () => (times === 1 ? warmup : Math.min(warmup, 500)),
          ...(isOneAtATime && maximumLevel !== undefined ? { maximumLevel } : {}),
        },
      ];
    }),
  );
}

function filesScenario(
  access: "cached" | "direct",
  about: Pick<Scenario, "name" | "isolates">,
  contenders: readonly string[],
): Scenario {
  return {
    ...about,
    group: "claims",
    factor: "reads in flight",
    levels: DEPTHS,
    quickLevels: DEPTHS,
    operation: "read",
    metrics: METRICS,
    entrants: entrants(contenders, access === "cached" ? 1 : SLOWER, true),
    observe(entrant, level, setup) {
      const command = withArguments(
        entrant.command(level),
        ...["--file", setup.dataFile, "--depth", level, "--operations", entrant.operations(level)],
        ...["--warmup", entrant.warmup(level), "--seed", setup.seed, "--access", access],
      );
      return observeProgram(inSetting(setup, command), setup.signal);
    },
  };
}

/** In the page cache: what asking costs. */
export const filesCached: Scenario = filesScenario(
  "cached",
  {
    name: "files-cached",
    isolates: "4 KiB from random positions of a file that is in memory, so many reads in flight: what asking costs.",
  },
  Object.keys(WAYS),
);

/** Threads of this project's own read into memory that reads past the page cache do not take; and what is not in it cannot be read in place. */
const NOT_PAST_THE_CACHE: ReadonlySet<string> = new Set(["single+epoll", "single+uring inline"]);

/** Past the page cache: what waiting costs. */
export const filesDirect: Scenario = filesScenario(
  "direct",
  {
    name: "files-direct",
    isolates:
      "4 KiB from random positions of a file, past the page cache, so many reads in flight: what waiting costs.",
  },
  Object.keys(WAYS).filter((name) => !NOT_PAST_THE_CACHE.has(name)),
);

/** By the length of a read. */
export const fileSizes: Scenario = {
  name: "file-sizes",
  isolates: `So many bytes from random positions of a file that is in memory, ${DEPTH_OF_SIZES} reads in flight.`,
  group: "claims",
  factor: "bytes",
  levels: [512, BLOCK_BYTES, 16_384, 65_536, 262_144, 1_048_576],
  quickLevels: [512, BLOCK_BYTES, 65_536],
  operation: "read",
  metrics: METRICS,
  entrants: Object.fromEntries(
    Object.entries(
      entrants(
        ["single+uring", "single+uring (twin)", "single+uring registered", "c-uring", "c-uring registered"],
        1,
        false,
      ),
    ).map(([name, entrant]) => [
      name,
      // Longer reads copy more, so fewer of them take as long.
      { ...entrant, operations: (bytes: number) => Math.ceil(entrant.operations(bytes) / (1 + bytes / BLOCK_BYTES)) },
    ]),
  ),
  observe(entrant, level, setup) {
    const command = withArguments(
      entrant.command(level),
      ...["--file", setup.dataFile, "--depth", DEPTH_OF_SIZES, "--operations", entrant.operations(level)],
      ...["--warmup", Math.ceil(entrant.warmup(level) / (1 + level / BLOCK_BYTES)), "--bytes", level],
      ...["--seed", setup.seed],
    );
    return observeProgram(inSetting(setup, command), setup.signal);
  },
};
