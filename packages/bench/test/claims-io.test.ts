// What the judges of the claims about input and output make of runs that were made up: each verdict, for the reason that it has.
import { describe, expect, it } from "vitest";
import { judgeClaims, ledger, Samples } from "../src/claims/index.ts";
import type { Observation, Run } from "../src/record/run.ts";
import { scenarios } from "../src/scenarios/index.ts";
import { syntheticRun } from "./fixtures/synthetic-run.ts";

interface Cell {
  readonly scenario: string;
  readonly contender: string;
  readonly level: number;
  /** Of one operation, in ns. */
  readonly time?: number;
  readonly syscalls?: number;
  readonly counters?: Readonly<Record<string, number>>;
  readonly p99Ns?: number;
}

const ROUNDS = 8;
const OPERATIONS = 1000;

/** A run of these cells; each round differs from the others by a factor of about `noise`. */
function runOf(cells: readonly Cell[], noise = 0.01, skipped: Run["skipped"] = []): Run {
  const observations = cells.flatMap(({ scenario, contender, level, time = 1000, syscalls, counters, p99Ns }, at) =>
    Array.from({ length: ROUNDS }, (_, round): Observation => {
      const factor = 1 + noise * Math.sin(3 * round + 7 * at);
      const ns = OPERATIONS * time * factor;
      return {
        ...{ scenario, contender, level, round, sequence: round, operations: OPERATIONS },
        ...{ elapsedNs: ns, cpuNs: ns, cpuUserNs: 0, cpuSystemNs: ns },
        ...(syscalls === undefined ? {} : { syscallsPerOperation: syscalls * factor }),
        ...(counters === undefined
          ? {}
          : { counters: Object.fromEntries(Object.entries(counters).map(([name, n]) => [name, n * factor])) }),
        ...(p99Ns === undefined ? {} : { latency: { lowestNs: [p99Ns * factor], counts: [100], maxNs: p99Ns * 2 } }),
      };
    }),
  );
  const used = new Set([...cells, ...skipped].map(({ scenario }) => scenario));
  const names = [...new Set([...cells, ...skipped].map(({ contender }) => contender))];
  return {
    ...syntheticRun({ rounds: 1 }),
    scenarios: scenarios
      .filter(({ name }) => used.has(name))
      .map(({ name, isolates, factor, operation, metrics }) => ({
        ...{ name, isolates, factor, operation, metrics },
        levels: [...new Set(cells.filter(({ scenario }) => scenario === name).map(({ level }) => level))],
      })),
    contenders: names.map((name) => ({
      ...{ name, description: name, kind: "async" as const },
      ...(name.endsWith(" (twin)") ? { twinOf: name.slice(0, -7) } : {}),
    })),
    observations,
    skipped,
    failures: [],
  };
}

function verdictOf(id: string, run: Run): string | undefined {
  const claim = ledger.find((each) => each.id === id);
  if (claim === undefined) throw new Error(`there is no claim ${id}`);
  return judgeClaims(run, new Samples(run), [claim])[0]?.verdict;
}

const withoutUring = (scenario: string, ...contenders: string[]): Run["skipped"] =>
  contenders.map((contender) => ({ scenario, contender, reason: "io_uring is switched off" }));

describe("A2, a thread for each connection", () => {
  const run = (native: number, workers: number, noise?: number): Run =>
    runOf(
      [
        ...[8, 64].map((level) => ({ scenario: "thread-per-connection", contender: "c-threads", level })),
        { scenario: "thread-per-connection", contender: "c-threads", level: 512, time: 1000 / native },
        { scenario: "worker-per-connection", contender: "threads", level: 8 },
        { scenario: "worker-per-connection", contender: "threads", level: 64, time: 1000 / workers },
      ],
      noise,
    );

  it.each([
    [0.95, 0.95, "supported"],
    [0.5, 0.5, "mixed"],
    [0.95, 0.5, "mixed"],
  ])("that keeps %f and %f of its throughput is %s", (native, workers, verdict) => {
    expect(verdictOf("A2", run(native, workers))).toBe(verdict);
  });

  it("is inconclusive where rounds differ too much", () => {
    expect(verdictOf("A2", run(0.8, 0.8, 0.4))).toBe("inconclusive");
  });
});

describe("C1, calls for each request", () => {
  const SCENARIO = "calls-seen";
  const run = (epoll: number, uring: number, difference: number): Run =>
    runOf(
      [
        ["single+epoll", epoll] as const,
        ["single+uring", uring] as const,
        ["single+uring multishot", uring] as const,
      ].map(([contender, syscalls]) => ({
        scenario: SCENARIO,
        contender,
        level: 64,
        syscalls,
        counters: { difference },
      })),
    );

  it.each([
    [2.1, 0.1, 0.005, "supported"],
    [1.2, 1.1, 0.3, "contradicted"],
    [2.1, 0.1, 0.3, "mixed"],
  ])("which are %f and %f and counted to within %f, is %s", (epoll, uring, difference, verdict) => {
    expect(verdictOf("C1", run(epoll, uring, difference))).toBe(verdict);
  });

  it("is not runnable where strace is missing", () => {
    const names = ["single+epoll", "single+uring", "single+uring multishot"];
    expect(verdictOf("C1", runOf([], 0, withoutUring(SCENARIO, ...names)))).toBe("not runnable here");
  });
});

describe("C2, io_uring against epoll", () => {
  const run = (busy: number, elsewhere: number, noise?: number): Run =>
    runOf(
      ["single+epoll", "single+uring", "single+uring multishot"].flatMap((contender) => {
        const times = (factor: number): number => (contender === "single+epoll" ? 1000 : 1000 * factor);
        return [
          { scenario: "echo-connections", contender, level: 512, time: times(busy) },
          { scenario: "echo-sizes", contender, level: 16, time: times(busy) },
          { scenario: "echo-connections", contender, level: 1, time: times(elsewhere) },
          { scenario: "echo-sizes", contender, level: 65_536, time: times(elsewhere) },
        ];
      }),
      noise,
    );

  it.each([
    [0.8, 1, "supported"],
    [1, 0.8, "contradicted"],
    [0.8, 0.8, "mixed"],
  ])("at %f of the cost where calls matter and %f elsewhere, is %s", (busy, elsewhere, verdict) => {
    expect(verdictOf("C2", run(busy, elsewhere))).toBe(verdict);
  });

  it("is inconclusive where rounds differ too much", () => {
    expect(verdictOf("C2", run(0.95, 0.95, 0.4))).toBe("inconclusive");
  });
});

describe("C3, registered buffers", () => {
  const run = (files: number, sockets: number): Run =>
    runOf([
      ...[4096, 65_536, 1_048_576].flatMap((level) => [
        { scenario: "file-sizes", contender: "single+uring", level },
        { scenario: "file-sizes", contender: "single+uring registered", level, time: 1000 * files },
      ]),
      { scenario: "zero-copy", contender: "single+uring zero-copy", level: 65_536 },
      { scenario: "zero-copy", contender: "single+uring zero-copy registered", level: 65_536, time: 1000 * sockets },
    ]);

  it.each([
    [0.9, 0.9, "supported"],
    [1.1, 1.1, "contradicted"],
    [0.9, 1.1, "mixed"],
  ])("at %f of the cost with files and %f with sockets, is %s", (files, sockets, verdict) => {
    expect(verdictOf("C3", run(files, sockets))).toBe(verdict);
  });
});

describe("C4, files", () => {
  const run = (refused: number, overlap: number, threads: number): Run => {
    const made = runOf([
      { scenario: "file-readiness", contender: "single+epoll", level: 1, counters: { refused } },
      { scenario: "files-direct", contender: "single+uring", level: 1 },
      { scenario: "files-direct", contender: "single+uring", level: 64, time: 1000 * overlap },
      { scenario: "files-cached", contender: "single+uring", level: 64 },
      { scenario: "files-cached", contender: "single+epoll", level: 64, time: 1000 * threads },
      { scenario: "files-cached", contender: "node", level: 64, time: 1000 * threads },
    ]);
    // A count has no scatter.
    const exact = ({ counters, ...each }: Observation): Observation =>
      counters === undefined ? each : { ...each, counters: { refused } };
    return { ...made, observations: made.observations.map(exact) };
  };

  it.each([
    [1, 0.2, 6, "supported"],
    [0, 0.9, 1, "contradicted"],
    [1, 0.9, 6, "mixed"],
  ])("with %f refused, %f of the time in a crowd and %f by threads, is %s", (refused, overlap, threads, verdict) => {
    expect(verdictOf("C4", run(refused, overlap, threads))).toBe(verdict);
  });
});

describe("C5, since which release", () => {
  const run = (firstFailing: number, early: number, socketsLater: number): Run =>
    runOf(
      [
        {
          ...{ scenario: "uring-since", contender: "single+uring", level: 1 },
          counters: { firstFailing, early, socketsLater },
        },
      ],
      0,
    );

  it.each([
    [0, 0, 0, "supported"],
    [1, 1, 4, "contradicted"],
    [0, 0, 4, "mixed"],
  ])("with %f that fail, %f too early and %f that came later, is %s", (failing, early, later, verdict) => {
    expect(verdictOf("C5", run(failing, early, later))).toBe(verdict);
  });

  it("is not runnable without io_uring", () => {
    expect(verdictOf("C5", runOf([], 0, withoutUring("uring-since", "single+uring")))).toBe("not runnable here");
  });
});

describe("C6, silent connections", () => {
  const run = (idleBytes: number, p50Cost: number, noise?: number): Run =>
    runOf(
      ["single+epoll", "single+uring multishot"].map((contender) => ({
        ...{ scenario: "idle-connections", contender, level: 10_000 },
        counters: { idleBytes, p50Cost },
      })),
      noise,
    );

  it.each([
    [600, 1, "supported"],
    [20_000, 1.5, "contradicted"],
    [600, 1.5, "mixed"],
  ])("of %f bytes each that cost the others %f, is %s", (bytes, cost, verdict) => {
    expect(verdictOf("C6", run(bytes, cost))).toBe(verdict);
  });

  it("is inconclusive where rounds differ too much", () => {
    expect(verdictOf("C6", run(10_000, 1.1, 0.5))).toBe("inconclusive");
  });
});

describe("C7, latency under load", () => {
  const run = (epollNs: number, uringNs: number, noise?: number): Run =>
    runOf(
      [50, 80, 95].flatMap((level) => [
        { scenario: "open-loop", contender: "single+epoll", level, p99Ns: epollNs },
        { scenario: "open-loop", contender: "single+uring multishot", level, p99Ns: uringNs },
      ]),
      noise,
    );

  it.each([
    [400_000, 300_000, "supported"],
    [4_000_000, 3_000_000, "contradicted"],
    [4_000_000, 300_000, "mixed"],
  ])("of %f and %f ns is %s", (epollNs, uringNs, verdict) => {
    expect(verdictOf("C7", run(epollNs, uringNs))).toBe(verdict);
  });

  it("is inconclusive where rounds differ too much", () => {
    expect(verdictOf("C7", run(1_000_000, 1_000_000, 0.6))).toBe("inconclusive");
  });
});
