// The ways to run a model: all schedules under a bound, some by chance, or one again.
import { InterleavingError, type TraceStep } from "./error.ts";
import { Exhaustive } from "./exhaustive.ts";
import { withStandIns } from "./globals.ts";
import { Machine, type Outcome } from "./machine.ts";
import type { Model, Options, Threads } from "./model.ts";
import { Priorities, Uniform } from "./random.ts";
import { Replay } from "./schedule.ts";

/** How far an exhaustive exploration goes. */
export interface ExploreOptions extends Options {
  /** How many times a thread may be stopped that could go on; 2 if not given, and `Infinity` for all schedules. */
  readonly preemptions?: number;
  /** It ends, incomplete, after so many schedules under one bound, those cut short included; 1,000,000 if not given. */
  readonly maxSchedules?: number;
  /**
   * `states` (if not given) leaves out schedules that no thread could tell from others; `none` has every order of
   * operations, to count them.
   */
  readonly reduction?: "states" | "none";
}

/** How schedules are chosen by chance. */
export interface RandomOptions extends Options {
  /** How many schedules. */
  readonly schedules: number;
  /** The same seed chooses the same schedules. */
  readonly seed: number;
  /**
   * `uniform` lets each thread go on as likely as any other at every operation. `priorities` (PCT, if not given) switches
   * seldom and finds what needs few switches at the right moments more often.
   */
  readonly choice?: "uniform" | "priorities";
  /** For `priorities`: how many times the thread that runs falls behind the others; 2 if not given. */
  readonly changes?: number;
}

/** What an exploration that found nothing wrong has seen. */
export interface Exploration {
  readonly model: string;
  readonly mode: "exhaustive" | "uniform" | "priorities";
  /** How many schedules were run, under the last bound, and other than those cut short. */
  readonly schedules: number;
  /** How many more were ended because they had led to a state that was known. */
  readonly cutShort: number;
  /** The bound, or how many preemptions there were at most in random schedules. */
  readonly preemptions: number;
  /** Exhaustive, and not ended by `maxSchedules`: there is no other schedule under the bound. */
  readonly complete: boolean;
  /** Complete, and the bound kept nothing out: there is no other schedule at all. */
  readonly unbounded: boolean;
  /** The operations and plain accesses of the longest schedule. */
  readonly longestSteps: number;
  readonly elapsedMs: number;
  /** How many times the model was run in all, under every bound. */
  readonly executions: number;
  readonly seed: number | undefined;
}

/** One schedule, run again. */
export interface Replayed {
  readonly schedule: string;
  readonly trace: readonly TraceStep[];
}

/**
 * Runs a model on every schedule with at most `preemptions` preemptions, those with fewer first.
 *
 * @throws InterleavingError on the first schedule that goes wrong.
 */
export function explore<T extends Threads>(model: Model<T>, options: ExploreOptions = {}): Exploration {
  const { preemptions = 2, maxSchedules = 1_000_000, reduction = "states" } = options;
  return withMachine(model, options, (machine, progress) => {
    // What is known of the use of words grows with the executions; a search holds only with all of it.
    for (let bound = 0; ;) {
      const strategy = new Exhaustive(bound, reduction === "states");
      progress.restart();
      machine.learnt = false;
      let isComplete = false;
      do {
        if (progress.runs === maxSchedules) break;
        progress.run(strategy, undefined);
        isComplete = !strategy.advance();
      } while (!isComplete && !machine.learnt);
      if (machine.learnt) continue;
      if (isComplete && strategy.bounded && bound < preemptions) {
        bound = nextBound(bound, preemptions);
        continue;
      }
      return {
        ...progress.counts(),
        model: model.name,
        mode: "exhaustive",
        preemptions,
        complete: isComplete,
        unbounded: isComplete && !strategy.bounded,
        seed: undefined,
      };
    }
  });
}

/**
 * Runs a model on schedules chosen by chance.
 *
 * @throws InterleavingError on the first one that goes wrong; it has the seed, and the schedule itself.
 */
export function exploreRandom<T extends Threads>(model: Model<T>, options: RandomOptions): Exploration {
  const { seed, schedules, choice = "priorities", changes = 2 } = options;
  return withMachine(model, options, (_, progress) => {
    let decisions = 1;
    let preemptions = 0;
    for (let index = 0; index < schedules; index++) {
      const scheduleSeed = Math.imul(seed, 0x9e3779b1) + index;
      const strategy =
        choice === "uniform" ? new Uniform(scheduleSeed) : new Priorities(scheduleSeed, changes, decisions);
      preemptions = Math.max(preemptions, progress.run(strategy, seed).preemptions);
      if (strategy instanceof Priorities) decisions = Math.max(decisions, strategy.decisions);
    }
    return {
      ...progress.counts(),
      model: model.name,
      mode: choice,
      preemptions,
      complete: false,
      unbounded: false,
      seed,
    };
  });
}

/**
 * Runs a model on one schedule, as an error has printed it, and says what happened.
 *
 * @throws InterleavingError if that goes wrong.
 */
export function replay<T extends Threads>(model: Model<T>, schedule: string, options: Options = {}): Replayed {
  return withMachine(model, options, (machine, progress) => {
    machine.tracing = true;
    const { cutShort } = progress.run(new Replay(schedule), undefined);
    if (cutShort) throw new RangeError(`The schedule "${schedule}" names a thread that "${model.name}" does not have.`);
    return { schedule: machine.schedule, trace: machine.trace };
  });
}

function nextBound(bound: number, last: number): number {
  // Where all schedules are wanted, a few steps are enough to find what needs few preemptions first.
  return bound >= 2 && last === Infinity ? last : bound + 1;
}

function withMachine<T extends Threads, R>(
  model: Model<T>,
  options: Options,
  work: (machine: Machine, progress: Progress) => R,
): R {
  const machine = new Machine(model, options);
  return withStandIns(machine, options, () => work(machine, new Progress(machine, model.name)));
}

/** Counts executions, and turns what goes wrong in one into an error. */
class Progress {
  readonly #machine: Machine;
  readonly #model: string;
  readonly #startedMs = Date.now();
  #executions = 0;
  #cutShort = 0;
  #longestSteps = 0;
  #schedules = 0;

  constructor(machine: Machine, model: string) {
    this.#machine = machine;
    this.#model = model;
  }

  /** Another search begins: what was counted in the one before is part of it. */
  restart(): void {
    this.#schedules = 0;
    this.#cutShort = 0;
  }

  /** How many schedules this search has begun. */
  get runs(): number {
    return this.#schedules + this.#cutShort;
  }

  run(strategy: Exhaustive | Uniform | Priorities | Replay, seed: number | undefined): Outcome {
    const outcome = this.#machine.execute(strategy);
    this.#executions++;
    if (outcome.failure !== undefined) throw this.#errorFor(outcome, seed);
    if (outcome.cutShort) this.#cutShort++;
    else this.#schedules++;
    this.#longestSteps = Math.max(this.#longestSteps, outcome.steps);
    return outcome;
  }

  counts(): Pick<Exploration, "schedules" | "cutShort" | "longestSteps" | "elapsedMs" | "executions"> {
    return {
      schedules: this.#schedules,
      cutShort: this.#cutShort,
      longestSteps: this.#longestSteps,
      elapsedMs: Date.now() - this.#startedMs,
      executions: this.#executions,
    };
  }

  /** Runs the schedule once more, to have its trace. */
  #errorFor({ failure, preemptions }: Outcome, seed: number | undefined): InterleavingError {
    const machine = this.#machine;
    const { schedule } = machine;
    machine.tracing = true;
    const again = machine.execute(new Replay(schedule));
    machine.tracing = false;
    if (failure === undefined || again.failure?.kind !== failure.kind) {
      return new InterleavingError({
        model: this.#model,
        kind: "non-determinism",
        description:
          `the schedule first had a ${failure?.kind} (${failure?.description}), and when it was run again ` +
          `${again.failure === undefined ? "nothing went wrong" : `a ${again.failure.kind}`}.`,
        schedule,
        trace: machine.trace,
        preemptions,
        seed,
        cause: failure?.cause,
      });
    }
    const { kind, description, cause } = again.failure;
    return new InterleavingError({
      model: this.#model,
      kind,
      description,
      schedule,
      trace: machine.trace,
      preemptions,
      seed,
      cause,
    });
  }
}
