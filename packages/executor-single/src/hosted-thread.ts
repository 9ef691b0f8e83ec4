// The hosted runtime: nested in the event loop of an ordinary program, whose promises, timers and I/O go on beside it.
//
//      woken from outside (a promise, a callback, `run`) ──▶ a microtask ──▶ tick
//      tasks left after a tick ────────────────────────────▶ an immediate ─▶ tick      (the loop's other work comes first)
//      nothing left ──┬──▶ one timer for the next deadline ────────────────▶ tick
//                     └──▶ the driver's watch in the event loop ───────────▶ tick
//
// A tick has a bounded number of turns, whatever the tasks and their I/O do: then the event loop has its own. With a driver, the
// process lives on while there are tasks that have not finished. Without one, all that keeps it alive is the one timer (and
// blocking calls under way): a task that waits for anything else is like a promise that nobody resolves.
import type { Future } from "@pollab/runtime-core/future";
import { enter, FairnessRandom, JoinError } from "@pollab/runtime-core/task";
import type { BlockingPool, Driver, DriverWatch, JoinHandle, Runtime, SpawnOptions } from "@pollab/runtime-core/task";
import { type Clock, Timers } from "@pollab/runtime-core/time";
import type { RuntimeMetrics } from "./metrics.ts";
import { clockOf, paceOf, type RuntimeOptions, seedOf } from "./options.ts";
import type { Pace } from "./pace.ts";
import { Parker } from "./parker.ts";
import { reportToStderr } from "./report-to-stderr.ts";
import { Tasks } from "./tasks.ts";

/** The longest that `setTimeout` waits; a deadline beyond it is looked at again then. */
const MAX_TIMEOUT_MS = 0x7fff_ffff;

/** How a hosted runtime is made. */
export interface HostedThreadOptions extends RuntimeOptions {
  /** What the event loop waits for on behalf of the tasks; without one they have no I/O of their own. Closed with the runtime. */
  readonly driver?: Driver;
}

/** Runs tasks on a thread whose event loop runs too. There may be several of them on one thread. */
export class HostedThread implements Runtime {
  readonly timers: Timers;
  readonly random: FairnessRandom;
  declare readonly blocking?: BlockingPool;
  private readonly driver: Driver;
  private readonly clock: Clock;
  private readonly pace: Pace;
  private readonly tasks: Tasks;
  /** The event loop waits for the driver's events. */
  private readonly watch: DriverWatch | null;
  /** The watch keeps the thread alive. */
  private holding = false;
  /** The bound `tick`, for those who call it later. */
  private readonly turn: () => void;
  /** A microtask or an immediate will tick. */
  private requested = false;
  private ticking = false;
  private timer: NodeJS.Timeout | null = null;
  /** When `timer` ticks: not after the first deadline, and before it when that one has been dropped meanwhile. */
  private timerDeadlineMs = Infinity;
  private parks = 0;
  private closed = false;

  /**
   * @throws RangeError for an event interval that is none; Error for a driver that has a runtime, or that can only own its thread;
   *   what the driver throws when the event loop cannot wait for it
   */
  constructor(options: HostedThreadOptions = {}) {
    this.pace = paceOf(options);
    this.driver = options.driver ?? new Parker();
    this.clock = clockOf(options);
    this.timers = new Timers(this.clock);
    this.random = new FairnessRandom(seedOf(options));
    this.turn = () => this.tick();
    this.tasks = new Tasks(this, options.onUnobservedFailure ?? reportToStderr, () => this.requestTick());
    this.watch = options.driver === undefined ? null : this.watched(options.driver);
    if (options.blocking !== undefined) {
      this.blocking = options.blocking;
      options.blocking.attach(null);
    }
  }

  /** What has happened so far. Each call makes a new object. */
  metrics(): RuntimeMetrics {
    return this.tasks.metrics(this.parks);
  }

  /** Starts a task. On a closed runtime it is dropped at once, and the handle reports `cancelled`. */
  spawn<T>(future: Future<T>, options?: SpawnOptions): JoinHandle<T> {
    return this.tasks.start(future, options?.name);
  }

  /** Starts a task and makes a promise of its result, which is rejected with what the future throws. */
  run<T>(future: Future<T>, options?: SpawnOptions): Promise<T> {
    const handle = this.spawn(future, options);
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        try {
          resolve(handle.take());
        } catch (error) {
          reject(error instanceof JoinError && error.reason === "failed" ? asError(error.cause) : asError(error));
        }
      };
      handle.wakeWhenFinished({ wake: settle });
    });
  }

  /** Shuts down without waiting for blocking calls. Idempotent. */
  close(): void {
    this.shutdownTimeout(0);
  }

  /**
   * Shuts down: drops every unfinished task once (the promises of `run` are rejected), then gives blocking calls that have
   * begun `timeoutMs` to end, for which the thread waits, and closes the driver. Idempotent.
   *
   * @returns whether every blocking call came to its end
   */
  shutdownTimeout(timeoutMs: number): boolean {
    if (this.ticking)
      throw new Error("a runtime cannot be closed by one of its own tasks; await what `run` returned first");
    if (this.closed) return true;
    this.closed = true;
    this.tasks.close();
    this.disarm();
    const ended = this.blocking?.close(timeoutMs) ?? true;
    this.driver.close();
    return ended;
  }

  /** For `using`: the same as `close()`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** For a `LocalSet`, whose tasks report here. */
  reportUnobserved(error: JoinError): void {
    this.tasks.reportUnobserved(error);
  }

  private watched(driver: Driver): DriverWatch {
    if (driver.watch === undefined) {
      throw new Error(
        "a driver without `watch` cannot wait in an event loop; give it to a CurrentThread, which owns its thread",
      );
    }
    return driver.watch(() => {
      // A tick that was requested meanwhile collects these events as well.
      if (!this.requested) this.tick();
    });
  }

  private requestTick(): void {
    if (this.ticking || this.requested) return;
    this.requested = true;
    queueMicrotask(this.turn);
  }

  private tick(): void {
    this.requested = false;
    if (this.closed) return;
    this.ticking = true;
    try {
      enter(this.tasks.context, () => this.giveTurns());
    } finally {
      this.ticking = false;
      this.awaitNext();
    }
  }

  /** Collects what has happened, and gives tasks their turns: also those whose I/O is done as soon as it is submitted. */
  private giveTurns(): void {
    const { driver, tasks } = this;
    this.pace.begin(this.clock);
    const lastTurn = this.turns + this.pace.turns;
    driver.poll();
    this.timers.fire();
    do {
      tasks.run(lastTurn - this.turns, null);
      driver.poll();
    } while (tasks.areWaiting && this.turns < lastTurn);
    if (tasks.areWaiting) this.pace.full(this.clock);
    else this.pace.spare();
  }

  /** How many turns tasks have had. */
  private get turns(): number {
    return this.tasks.metrics(0).polls;
  }

  /** Arranges for the next tick. */
  private awaitNext(): void {
    if (this.tasks.areWaiting) {
      this.requested = true;
      setImmediate(this.turn);
      return;
    }
    this.parks++;
    this.hold(this.tasks.size > 0);
    const deadlineMs = this.timers.nextDeadlineMs();
    if (deadlineMs === Infinity) this.disarm();
    else if (this.clock.skipTo === undefined) this.arm(deadlineMs);
    else setImmediate(() => this.skip());
  }

  /** Keeps the thread alive, or no more. */
  private hold(holding: boolean): void {
    if (this.watch === null || this.holding === holding) return;
    this.holding = holding;
    if (holding) this.watch.ref();
    else this.watch.unref();
  }

  private arm(deadlineMs: number): void {
    if (this.timerDeadlineMs <= deadlineMs) return;
    this.disarm();
    const delayMs = Math.min(Math.max(0, Math.ceil(deadlineMs - this.clock.nowMs())), MAX_TIMEOUT_MS);
    this.timerDeadlineMs = deadlineMs;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.timerDeadlineMs = Infinity;
      // A tick that was requested meanwhile fires the timers as well.
      if (!this.requested) this.tick();
    }, delayMs);
  }

  private disarm(): void {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.timerDeadlineMs = Infinity;
  }

  /** On a clock that stands still: moves it on to the first deadline, unless something happened meanwhile. */
  private skip(): void {
    if (this.closed || this.requested) return;
    const deadlineMs = this.timers.nextDeadlineMs();
    if (deadlineMs !== Infinity) this.clock.skipTo?.(deadlineMs);
    this.tick();
  }
}

/** A promise may be rejected with anything; what a task threw is passed on as it is. */
function asError(reason: unknown): Error {
  return reason as Error;
}
