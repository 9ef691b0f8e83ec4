// What the runtime set out to reach, as limits that a run decides: each says how much of a peer's cost is allowed. Fixed before the
// runs that count; anyone can check them with `pnpm bench micro`.
import type { Run } from "../record/run.ts";
import { logRatios, mapEstimate, meanEstimate } from "../statistics/index.ts";
import type { ByRound, Estimate } from "../statistics/index.ts";
import { figure } from "./figure.ts";
import { metricsOf } from "./metrics.ts";
import { whyMissing } from "./missing.ts";
import type { Samples } from "./samples.ts";

interface Subject {
  readonly scenario: string;
  readonly level: number;
  readonly contender: string;
  /** The id of one of the scenario's metrics: its first unless given. */
  readonly metric?: string;
}

/** At most so many times what the peer takes, at the same level unless another is given. */
interface RatioTarget extends Subject {
  readonly peer: string;
  readonly peerLevel?: number;
  readonly atMost: number;
}

/** At most so many times what the contender itself takes at another level. */
interface GrowthTarget extends Subject {
  readonly fromLevel: number;
  readonly atMost: number;
}

/** At most so many bytes for each operation. */
interface BytesTarget extends Subject {
  readonly atMostBytes: number;
}

/** At most so much, in the metric's own unit: times in ns, and counts. */
interface ValueTarget extends Subject {
  readonly atMostValue: number;
}

type Target = RatioTarget | GrowthTarget | BytesTarget | ValueTarget;

const DEPTHS = [1, 10, 100, 1000];
const CROWDS = [10_000, 1_000_000];
const ECHO = [64, 512].map((level) => ({ scenario: "echo-connections", level, metric: "cpu" }));
// With the driver's best options: for many reads at a time those of the ring, whose completions share a system call; for one read at a
// time that the page cache is asked first, in place, and the ring only for what is not there.
const CACHED = { scenario: "files-cached", contender: "single+uring all registered" };
const CACHED_ALONE = { scenario: "files-cached", contender: "single+uring inline" };
const IDLE = { scenario: "idle-connections", level: 10_000, contender: "single+uring multishot" };

/** Loads that the `parallel` scenario has by its levels, and the least speed-up over a plain loop that two workers are to reach. */
const SPEED_UPS: readonly (readonly [level: number, leastSpeedUp: number])[] = [
  [1, 1.85],
  [2, 1.75],
  [3, 1.7],
];
const PLAIN = { scenario: "parallel", peer: "direct-call" };
/** One worker is never slower than so many times the speed of a plain loop. */
const LEAST_SPEED_ALONE = 0.95;

export const TARGETS: readonly Target[] = [
  { scenario: "await-ready", level: 1, contender: "coroutine", peer: "native-async", atMost: 0.4 },
  { scenario: "child-call", level: 1, contender: "coroutine", peer: "native-async", atMost: 0.9 },
  ...DEPTHS.map((level) => ({
    scenario: "resume",
    level,
    contender: "coroutine",
    peer: "native-async",
    atMost: 1.3,
  })),
  // Flat: a thousand levels add less than a tenth.
  { scenario: "resume", level: 1000, contender: "coroutine", fromLevel: 1, atMost: 1.1 },
  { scenario: "yield-many", level: 1000, contender: "hand-written", peer: "tokio", atMost: 0.8 },
  { scenario: "yield-many", level: 1000, contender: "coroutine", peer: "tokio", atMost: 2 },
  { scenario: "spawn-many", level: 100_000, contender: "coroutine", peer: "tokio", atMost: 1 },
  { scenario: "spawn-many", level: 100_000, contender: "coroutine", peer: "native-async", atMost: 0.5 },
  { scenario: "chained-spawn", level: 1000, contender: "coroutine", peer: "tokio", atMost: 1.2 },
  { scenario: "ping-pong", level: 1000, contender: "coroutine", peer: "tokio", atMost: 1.2 },
  { scenario: "mpsc", level: 1, contender: "coroutine", peer: "tokio", atMost: 1.3 },
  { scenario: "mpsc", level: 1, contender: "coroutine", peer: "effect", atMost: 0.2 },
  { scenario: "mutex", level: 1, contender: "coroutine", peer: "async-sema", atMost: 1 },
  { scenario: "oneshot", level: 1, contender: "coroutine", peer: "tokio", atMost: 3 },
  ...CROWDS.flatMap((level) => [
    { scenario: "pending-tasks", level, contender: "coroutine", atMostBytes: 300 },
    { scenario: "pending-tasks", level, contender: "hand-written", atMostBytes: 150 },
  ]),
  // A callback against a callback, and a task against the peer's callback.
  { scenario: "timers", level: 100_000, contender: "wheel", peer: "set-timeout", atMost: 1 },
  { scenario: "timers", level: 100_000, contender: "coroutine", peer: "set-timeout", atMost: 1 },
  ...ECHO.flatMap((echo) => [
    { ...echo, contender: "single+uring", peer: "c-uring", atMost: 1.05 },
    { ...echo, contender: "single+uring", peer: "tokio", atMost: 1 },
    { ...echo, contender: "single+uring", peer: "node", atMost: 0.65 },
    { ...echo, contender: "single+uring multishot", peer: "c-uring", atMost: 1.05 },
    { ...echo, contender: "single+uring multishot", peer: "tokio", atMost: 1 },
    { ...echo, contender: "single+uring multishot", peer: "node", atMost: 0.65 },
    { ...echo, contender: "single+epoll", peer: "c-epoll", atMost: 1.15 },
    { ...echo, contender: "single+epoll", peer: "node", atMost: 0.65 },
    { ...echo, metric: "user", contender: "single+uring", atMostValue: 700 },
    { ...echo, metric: "user", contender: "single+epoll", atMostValue: 700 },
  ]),
  // The loop with as much registered, and the one with nothing.
  { ...CACHED, level: 64, peer: "c-uring registered", atMost: 1.25 },
  { ...CACHED, level: 64, peer: "c-uring", atMost: 1.25 },
  { ...CACHED, level: 64, peer: "node", atMost: 0.2 },
  // Below reading in turn, without anything that is asynchronous.
  { ...CACHED, level: 64, peer: "blocking", peerLevel: 1, atMost: 1 },
  { ...CACHED_ALONE, level: 1, peer: "blocking", atMost: 1.2 },
  { ...IDLE, metric: "idleBytes", atMostBytes: 1024 },
  { ...IDLE, metric: "p50Cost", atMostValue: 1.1 },
  ...SPEED_UPS.flatMap(([level, leastSpeedUp]) => [
    { ...PLAIN, level, contender: "stealing", atMost: 1 / leastSpeedUp },
    { ...PLAIN, level, contender: "stealing (1 worker)", atMost: 1 / LEAST_SPEED_ALONE },
  ]),
  // One at a time, nothing is there to be stolen.
  ...[1, 1024].flatMap((level) => [
    { scenario: "spawn-join", level, contender: "stealing (1 worker)", atMostValue: 200 },
    { scenario: "spawn-join", level, contender: "stealing", atMostValue: 300 },
  ]),
  // As fast as what it is made of, a tenth allowed: two runs of either differ by more.
  { scenario: "wake", level: 1, metric: "p50WakeNs", contender: "stealing", peer: "atomics", atMost: 1.1 },
];

export type TargetVerdict = "met" | "missed" | "undecided" | "not measured";

export interface JudgedTarget {
  /** The target as a sentence. */
  readonly statement: string;
  readonly verdict: TargetVerdict;
  /** In times of the peer, or in bytes, with its 95 % interval; undefined where it was not measured. */
  readonly measured: Estimate | undefined;
  /** What was measured, or why nothing was: a sentence. */
  readonly because: string;
}

/**
 * The targets that belong to scenarios of the run. One is met where the whole 95 % interval of what was measured keeps within the
 * limit, missed where all of it lies beyond, and undecided where the limit lies inside.
 */
export function judgeTargets(run: Run, samples: Samples): JudgedTarget[] {
  return TARGETS.flatMap((target) => {
    const scenario = run.scenarios.find(({ name }) => name === target.scenario);
    if (scenario === undefined) return [];
    const [first, ...others] = metricsOf(scenario);
    const metric = target.metric === undefined ? first : [first, ...others].find((each) => each?.id === target.metric);
    const at = (contender: string, level: number): ByRound =>
      metric === undefined ? new Map() : samples.values(scenario.name, contender, level, metric);
    return [judge(run, target, at, metric?.label)];
  });
}

function judge(
  run: Run,
  target: Target,
  at: (contender: string, level: number) => ByRound,
  label: string | undefined,
): JudgedTarget {
  const { scenario, contender, level } = target;
  const own = at(contender, level);
  const isAbsolute = "atMostBytes" in target || "atMostValue" in target;
  const values = isAbsolute ? own : logRatios(own, at(...reference(target)));
  const statement = state(target, label);
  if (values.size === 0) {
    const missing = own.size > 0 ? reference(target)[0] : contender;
    return { statement, verdict: "not measured", measured: undefined, because: whyMissing(run, scenario, missing) };
  }
  // Ratios scatter by factors; times that come in whole ticks, and memory, may be zero.
  const mean = meanEstimate([...values.values()]);
  const measured = isAbsolute ? mean : mapEstimate(mean, Math.exp);
  const { value, low, high } = measured;
  const limit = limitOf(target);
  const unit = "atMostBytes" in target ? " B" : "atMostValue" in target ? "" : " times";
  const interval =
    values.size === 1
      ? "one round, so no interval"
      : `95 % interval ${figure(low)} to ${figure(high)}, ${values.size} rounds`;
  return {
    statement,
    verdict: high <= limit ? "met" : low > limit ? "missed" : "undecided",
    measured,
    because: `${figure(value)}${unit} (${interval}).`,
  };
}

/** What the contender is compared with. A limit in bytes stands for itself. */
function reference(target: Target): [contender: string, level: number] {
  if ("peer" in target) return [target.peer, target.peerLevel ?? target.level];
  return [target.contender, "fromLevel" in target ? target.fromLevel : target.level];
}

function limitOf(target: Target): number {
  if ("atMostBytes" in target) return target.atMostBytes;
  return "atMostValue" in target ? target.atMostValue : target.atMost;
}

function state(target: Target, label: string | undefined): string {
  const { scenario, contender, level, metric } = target;
  const of = metric === undefined || label === undefined ? "" : ` (${label})`;
  const subject = `${scenario} at ${level}${of}: ${contender} takes at most`;
  if ("atMostBytes" in target) return `${subject} ${target.atMostBytes} bytes each.`;
  if ("atMostValue" in target) return `${subject} ${target.atMostValue}.`;
  if ("peer" in target) {
    const where = target.peerLevel === undefined ? "" : ` at ${target.peerLevel}`;
    return `${subject} ${Number(figure(target.atMost))} times what ${target.peer} takes${where}.`;
  }
  return `${subject} ${target.atMost} times what it takes at ${target.fromLevel}.`;
}
