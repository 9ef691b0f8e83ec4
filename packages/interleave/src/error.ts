// What is thrown when a schedule goes wrong: what happened, on which schedule, and every step up to there.

/**
 * - `assertion`: a thread or the check threw; the cause is what it threw.
 * - `deadlock`: every thread that has not ended waits. Mostly a wake-up that was lost.
 * - `race`: two plain accesses, or a plain and an atomic one, to the same bytes, with nothing that orders them.
 * - `livelock`: the schedule has more steps than `maxSteps`.
 * - `non-determinism`: a thread did something else when it was run again.
 * - `swallowed`: a thread caught what the checker throws to stop it, and went on to its end.
 * - `unsupported`: something that the checker cannot watch.
 */
export type ErrorKind =
  | "assertion"
  | "deadlock"
  | "race"
  | "livelock"
  | "non-determinism"
  | "swallowed"
  | "unsupported";

/** One operation of one thread on shared memory. */
export interface TraceStep {
  readonly thread: string;
  /** Such as `Atomics.add(count, 1) → 0`. */
  readonly operation: string;
  /** The place in the source that called it, where the engine tells. */
  readonly position: string | undefined;
}

/** What an `InterleavingError` is made of. */
export interface Finding {
  readonly model: string;
  readonly kind: ErrorKind;
  readonly description: string;
  /** To be given to `replay`. */
  readonly schedule: string;
  readonly trace: readonly TraceStep[];
  /** How many times a thread was stopped that could have gone on. */
  readonly preemptions: number;
  /** Of a random exploration. */
  readonly seed?: number | undefined;
  readonly cause?: unknown;
}

/** A schedule on which a model goes wrong. */
export class InterleavingError extends Error {
  readonly model: string;
  readonly kind: ErrorKind;
  readonly schedule: string;
  readonly trace: readonly TraceStep[];
  readonly preemptions: number;
  readonly seed: number | undefined;

  constructor(finding: Finding) {
    super(messageOf(finding), finding.cause === undefined ? undefined : { cause: finding.cause });
    this.name = "InterleavingError";
    this.model = finding.model;
    this.kind = finding.kind;
    this.schedule = finding.schedule;
    this.trace = finding.trace;
    this.preemptions = finding.preemptions;
    this.seed = finding.seed;
  }
}

function messageOf({ model, kind, description, schedule, trace, preemptions, seed }: Finding): string {
  const found = [`preemptions: ${preemptions}`, `schedule: ${JSON.stringify(schedule)}`];
  if (seed !== undefined) found.push(`seed: ${seed}`);
  return `${kind} in "${model}": ${description}\n${found.join(", ")}\n${formatTrace(trace)}`;
}

/** A line for each step: its number, the thread, the operation and where the source has it. */
export function formatTrace(trace: readonly TraceStep[]): string {
  const threadWidth = Math.max(0, ...trace.map(({ thread }) => thread.length));
  const operationWidth = Math.min(60, Math.max(0, ...trace.map(({ operation }) => operation.length)));
  const numberWidth = String(trace.length).length;
  return trace
    .map(({ thread, operation, position }, index) =>
      [
        `  ${String(index + 1).padStart(numberWidth)}`,
        thread.padEnd(threadWidth),
        operation.padEnd(operationWidth),
        position ?? "",
      ]
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
