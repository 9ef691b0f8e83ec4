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
}

/** At most so many times what the peer takes at the same level. */
interface RatioTarget extends Subject {
  readonly peer: string;
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

type Target = RatioTarget | GrowthTarget | BytesTarget;

const DEPTHS = [1, 10, 100, 1000];
const CROWDS = [10_000, 1_000_000];

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
    const [metric] = metricsOf(scenario);
    const at = (contender: string, level: number): ByRound =>
      metric === undefined ? new Map() : samples.values(scenario.name, contender, level, metric);
    return [judge(run, target, at)];
  });
}

function judge(run: Run, target: Target, at: (contender: string, level: number) => ByRound): JudgedTarget {
  const { scenario, contender, level } = target;
  const own = at(contender, level);
  const logs = "atMostBytes" in target ? mapValues(own, Math.log) : logRatios(own, at(...reference(target)));
  const statement = state(target);
  if (logs.size === 0) {
    const missing = own.size > 0 ? reference(target)[0] : contender;
    return { statement, verdict: "not measured", measured: undefined, because: whyMissing(run, scenario, missing) };
  }
  const measured = mapEstimate(meanEstimate([...logs.values()]), Math.exp);
  const { value, low, high } = measured;
  const limit = "atMostBytes" in target ? target.atMostBytes : target.atMost;
  const unit = "atMostBytes" in target ? " B" : " times";
  const interval =
    logs.size === 1
      ? "one round, so no interval"
      : `95 % interval ${figure(low)} to ${figure(high)}, ${logs.size} rounds`;
  return {
    statement,
    verdict: high <= limit ? "met" : low > limit ? "missed" : "undecided",
    measured,
    because: `${figure(value)}${unit} (${interval}).`,
  };
}

/** What the contender is compared with. A limit in bytes stands for itself. */
function reference(target: Target): [contender: string, level: number] {
  if ("peer" in target) return [target.peer, target.level];
  return [target.contender, "fromLevel" in target ? target.fromLevel : target.level];
}

function state(target: Target): string {
  const { scenario, contender, level } = target;
  const subject = `${scenario} at ${level}: ${contender} takes at most`;
  if ("atMostBytes" in target) return `${subject} ${target.atMostBytes} bytes each.`;
  if ("peer" in target) return `${subject} ${target.atMost} times what ${target.peer} takes.`;
  return `${subject} ${target.atMost} times what it takes at ${target.fromLevel}.`;
}

function mapValues(values: ByRound, map: (value: number) => number): ByRound {
  return new Map([...values].map(([round, value]) => [round, map(value)]));
}
