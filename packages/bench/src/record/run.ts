// The record of a run: what was asked, where it ran and every raw sample. Tables, charts and verdicts are derived from it and
// can be derived again; `schema/run.schema.json` says the same to other programs.
import type { Environment } from "./environment.ts";
import type { MetricRecord } from "./metric.ts";

/** The version that is written. Older ones are read by way of `migrate`. */
export const RUN_SCHEMA_VERSION = 2;

export interface Run {
  readonly schemaVersion: typeof RUN_SCHEMA_VERSION;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly elapsedMs: number;
  /** Everything random in the run (order, offsets, bootstrap) derives from it. */
  readonly seed: number;
  readonly plan: Plan;
  readonly environment: Environment;
  readonly scenarios: readonly ScenarioRecord[];
  readonly contenders: readonly ContenderRecord[];
  readonly observations: readonly Observation[];
  /** What could not be measured here, and why. */
  readonly skipped: readonly Skip[];
  /** Observations that were attempted and yielded no number. */
  readonly failures: readonly Failure[];
}

export interface Plan {
  readonly mode: "default" | "quick" | "full";
  /** Rounds that were planned; in each round every contender is observed once at every level. */
  readonly rounds: number;
  readonly completedRounds: number;
  /** True when the run was stopped early: by Ctrl-C or because its time was up. */
  readonly stoppedEarly: false | "interrupted" | "time";
  /** The claims that the run was made for; absent when it was made for scenarios. */
  readonly claims?: readonly string[];
  /** The part of a larger run that this is; absent when it is all of it. */
  readonly shard?: ShardRecord;
  /** The same in runs that were made together, with their rounds interleaved: their rounds can be paired. */
  readonly session?: string;
}

/** Which part of a run that was split over machines. */
export interface ShardRecord {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

export interface ScenarioRecord {
  readonly name: string;
  /** One sentence: what this workload isolates. */
  readonly isolates: string;
  /** The factor along the x axis, such as "connections" or "depth". */
  readonly factor: string;
  readonly levels: readonly number[];
  /** What each level stands for, where the factor is a category and not a number: as many as there are levels. */
  readonly levelNames?: readonly string[];
  /** What one operation is, such as "request", "read", "await". */
  readonly operation: string;
  /** What is read off an observation; the first is what the scenario is about. */
  readonly metrics: readonly MetricRecord[];
}

export interface ContenderRecord {
  readonly name: string;
  readonly description: string;
  /** The contender that this one repeats, name for name the same program: their difference is noise. */
  readonly twinOf?: string;
  /** What kind of thing it is: plain blocking code, asynchronous code, or the same loop in C as the limit. */
  readonly kind: "blocking" | "async" | "limit";
  /** What runs it where that is another JavaScript runtime than the lab's own Node.js. */
  readonly runtime?: RuntimeRecord;
}

/** A JavaScript runtime. */
export interface RuntimeRecord {
  /** As it is asked for, such as "node26". */
  readonly name: string;
  /** As it calls itself, such as "Node.js". */
  readonly title: string;
  readonly version: string;
}

/** One fresh process (with its load generator, where there is one) at one level of one scenario. */
export interface Observation {
  readonly scenario: string;
  readonly contender: string;
  readonly level: number;
  readonly round: number;
  /** Position in the run, from 0: contenders are interleaved in random order. */
  readonly sequence: number;
  /** Operations in the measured phase, and how long it took on the wall clock. */
  readonly operations: number;
  readonly elapsedNs: number;
  /** Processor time of the measured process, all threads, within the measured phase. */
  readonly cpuNs: number;
  /** The part of it in user mode and in the kernel, as the kernel samples it (coarse: to be summed over observations). */
  readonly cpuUserNs: number;
  readonly cpuSystemNs: number;
  /** System calls per operation that the measured program itself counted; absent where nothing counts them. */
  readonly syscallsPerOperation?: number;
  /** Memory that all operations together held at the end of the measured phase, where that is what is measured. */
  readonly heldBytes?: number;
  /** Latency of each operation, where the scenario has one. */
  readonly latency?: LatencyHistogram;
  /** The load generator, where there is one. */
  readonly generator?: GeneratorRecord;
  /** What the workload counted or measured itself, by name: polls, wakes, drops, p99 lateness in ns, a share. */
  readonly counters?: Readonly<Record<string, number>>;
  /** What the measured process recorded about itself beside the time. */
  readonly process?: ProcessRecord;
  /** Whether the process had come to rest before it was measured. */
  readonly warmup?: WarmupRecord;
  /** What about the process was drawn at random, so that no one layout of it is measured alone. */
  readonly setting?: SettingRecord;
}

/** About one process, within its measured phase. What a process cannot tell is absent. */
export interface ProcessRecord {
  /** Pauses of the garbage collector: how many, how long together, and the longest. */
  readonly gcCount?: number;
  readonly gcNs?: number;
  readonly gcMaxNs?: number;
  /** Bytes that an operation allocates on V8's heap, seen in a pass of its own after the measured phase. */
  readonly allocatedBytesPerOperation?: number;
  /** How late the event loop was, for what runs on it. */
  readonly loopDelayP50Ns?: number;
  readonly loopDelayP99Ns?: number;
  readonly loopDelayMaxNs?: number;
  /** Context switches: gave the processor up, and lost it. */
  readonly voluntarySwitches?: number;
  readonly involuntarySwitches?: number;
  /** The largest resident set of the process's life. */
  readonly maxRssBytes?: number;
}

/** How the warm-up ended. */
export interface WarmupRecord {
  readonly passes: number;
  /** False when the time for warming up was over before its last passes agreed. */
  readonly steady: boolean;
}

/** What differs from process to process on purpose. */
export interface SettingRecord {
  /** Bytes that were added to the environment block, which moves the stack (Mytkowicz et al., 2009). */
  readonly paddingBytes: number;
  /** The core that the measured process was kept on; absent where it could use all. */
  readonly pinnedTo?: number;
}

/** Counts of latencies in buckets: bucket `i` counts values from `lowestNs[i]` on, up to the next bucket's. Only filled buckets. */
export interface LatencyHistogram {
  readonly lowestNs: readonly number[];
  readonly counts: readonly number[];
  readonly maxNs: number;
}

export interface GeneratorRecord {
  /** Processor time that the generator used in the measured phase. Near `elapsedNs`, the generator was the limit. */
  readonly cpuNs: number;
  readonly pinnedTo?: number;
}

export interface Skip {
  readonly scenario: string;
  readonly contender: string;
  /** Absent when it holds for every level. */
  readonly level?: number;
  readonly reason: string;
}

export interface Failure {
  readonly scenario: string;
  readonly contender: string;
  readonly level: number;
  readonly round: number;
  readonly message: string;
}
