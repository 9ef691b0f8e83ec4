// A spawned future with everything that belongs to it: its places in the run queue and in the list of live tasks, its waker and
// its join handle are this one object, so spawning allocates once and waking allocates nothing. A coroutine that has not begun
// becomes part of it: the task is then the root of its stack and resumes the frame that waits without polling anything.
//
//      spawn                run                         poll: value -----------> Completed
//        +------> Scheduled -----> Running -----------> poll or drop: throw ---> Failed
//                   ^  |  ^         |  |                drop ------------------> Cancelled
//              wake |  |  |         |  +- wake ---> RunningWoken
//                   |  |  +---------|-----------------------+ poll: Pending
//                   |  |            |  +- abort --> RunningDoomed -- poll: Pending --> (dropped)
//                 Idle-|------------+ poll: Pending
//                   |  | abort
//                   +--+-----> Doomed -- run --> (dropped)
//
// wake() does nothing in the other states, nor abort() in the last three. A poll that returns a value although the task was
// doomed meanwhile completes it: what is finished cannot be stopped.
import { COOPERATIVE_BUDGET, type Context, type Waker } from "../future/context.ts";
import { ambient } from "../future/ambient.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Coroutine } from "../future/coroutine.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { type Frame, resume, unwind } from "../future/stack.ts";
import { failures } from "../trace/failures.ts";
import { taskFinish, taskPoll, taskSpawn, taskWake } from "../trace/channels.ts";
import { JoinError } from "./join-error.ts";
import type { JoinHandle } from "./join-handle.ts";

/** What a task needs from the executor that owns it. */
export interface Scheduler {
  /** The task was woken, or aborted: puts it in the run queue. Called at most once until the task runs. */
  schedule(task: Task<unknown>): void;
  /** The same for a task that was woken by its own poll, which is how one yields: it goes behind every other. */
  reschedule(task: Task<unknown>): void;
  /** The task has finished and will never run again. */
  release(task: Task<unknown>): void;
  /** The task failed, and its handle was dropped: nobody else will ever see this error. */
  reportUnobserved(error: JoinError): void;
}

const Idle = 0;
const Scheduled = 1;
const Doomed = 2;
const Running = 3;
const RunningWoken = 4;
const RunningDoomed = 5;
// From here on finished.
const Completed = 6;
const Failed = 7;
const Cancelled = 8;
type Finished = typeof Completed | typeof Failed | typeof Cancelled;
type State =
  | typeof Idle
  | typeof Scheduled
  | typeof Doomed
  | typeof Running
  | typeof RunningWoken
  | typeof RunningDoomed
  | Finished;

const outcomes = { [Completed]: "completed", [Failed]: "failed", [Cancelled]: "cancelled" } as const;

/** Instead of a joiner: the handle was dropped, or has handed out the result. */
const Detached: Waker = { wake() {} };
const Taken: Waker = { wake() {} };

/** Few tasks have one, so the others do not pay for the field. */
const names = new WeakMap<Task<unknown>, string>();

/** The same for ids. */
const ids = new WeakMap<Task<unknown>, number>();
let lastId = 0;

/** Instead of a frame to resume: the body is a future, which is polled. */
const Polled = Symbol("pollab.Polled");

/** A task, for executors; its waker for what it waits for; and the handle for the one who spawned it. */
export class Task<T> extends Future<T> implements Waker, JoinHandle<T>, Frame {
  /** Neighbours in the executor's list of live tasks; the list's business alone. */
  previous: Task<unknown> | null = null;
  following: Task<unknown> | null = null;
  /** The next one in the run queue; the queue's business alone. */
  successor: Task<unknown> | null = null;
  /**
   * The future, or the body of what was a coroutine. Once finished, what it returned or threw; nothing when that was handed out
   * or nobody wants it.
   */
  body: unknown;
  /** `Polled`, or what it is in every frame. */
  link: unknown = Polled;

  private state: State = Scheduled;
  private readonly scheduler: Scheduler;
  /** Whom to wake when finished. */
  private joiner: Waker | null = null;

  /** The caller schedules the new task. */
  constructor(future: Future<T>, scheduler: Scheduler, name?: string) {
    super();
    this.scheduler = scheduler;
    if (!(future instanceof Coroutine && future.moveTo(this))) this.body = future;
    if (name !== undefined) names.set(this, name);
    failures.follower?.spawns(this);
    if (taskSpawn.hasSubscribers) taskSpawn.publish({ task: this });
  }

  get id(): number {
    let id = ids.get(this);
    if (id === undefined) ids.set(this, (id = ++lastId));
    return id;
  }

  get name(): string | undefined {
    return names.get(this);
  }

  // As a waker.

  wake(): void {
    if (this.state === Idle) this.scheduleWoken();
    else if (this.state === Running) this.state = RunningWoken;
  }

  // Apart, so that `wake` stays small enough to be compiled into its callers.
  private scheduleWoken(): void {
    this.state = Scheduled;
    if (taskWake.hasSubscribers) taskWake.publish({ task: this });
    this.scheduler.schedule(this);
  }

  // As the executor's.

  /** Polls the future once, after the executor took the task from its queue. */
  run(cx: Context): void {
    if (this.state !== Scheduled) {
      if (this.state === Doomed) this.cancel();
      return;
    }
    this.state = Running;
    // A task that runs again and again finds itself here, and a question costs less than a store.
    if (cx.waker !== this) cx.waker = this;
    cx.budget = COOPERATIVE_BUDGET;
    let result: Poll<T>;
    try {
      result = taskPoll.hasSubscribers ? this.advanceTraced(cx) : this.advance(cx);
    } catch (error) {
      this.fail(error);
      return;
    }
    if (result !== Pending) this.finish(Completed, result);
    else if (this.state === Running) this.state = Idle;
    else this.afterEvent();
  }

  /** After a pending poll in which the task was woken or aborted. */
  private afterEvent(): void {
    const { state } = this;
    this.state = Scheduled;
    if (state === RunningDoomed) {
      this.cancel();
      return;
    }
    if (taskWake.hasSubscribers) taskWake.publish({ task: this });
    this.scheduler.reschedule(this);
  }

  private advance(cx: Context): Poll<T> {
    return this.link === Polled ? (this.body as Future<T>).poll(cx) : resume(this, cx);
  }

  private advanceTraced(cx: Context): Poll<T> {
    taskPoll.publish({ task: this, phase: "start" });
    try {
      return this.advance(cx);
    } finally {
      taskPoll.publish({ task: this, phase: "end" });
    }
  }

  /**
   * Drops the future now, unless it has finished: the handle reports `cancelled`, or the error that dropping threw. By the
   * task's own poll it cannot be done before that is over.
   */
  cancel(): void {
    if (this.state >= Completed) return;
    if (this.state >= Running) {
      this.state = RunningDoomed;
      return;
    }
    this.state = Running;
    try {
      if (this.link === Polled) (this.body as Future<T>).drop();
      else unwind(this);
    } catch (error) {
      this.fail(error);
      return;
    }
    this.finish(Cancelled, undefined);
  }

  private fail(error: unknown): void {
    failures.follower?.ends(error, this);
    this.finish(Failed, error);
  }

  private finish(state: Finished, outcome: unknown): void {
    this.state = state;
    this.body = outcome;
    this.scheduler.release(this);
    if (taskFinish.hasSubscribers) taskFinish.publish({ task: this, outcome: outcomes[state] });
    const { joiner } = this;
    if (joiner === null) return;
    if (joiner === Detached) {
      this.discard();
      return;
    }
    this.joiner = null;
    joiner.wake();
  }

  /** Nobody takes the result; a failure is at least reported. */
  private discard(): void {
    const outcome = this.body;
    this.body = undefined;
    if (this.state === Failed) this.scheduler.reportUnobserved(this.joinError("failed", outcome));
  }

  // As a join handle.

  get isFinished(): boolean {
    return this.state >= Completed;
  }

  abort(): void {
    if (this.state === Idle) {
      this.state = Doomed;
      this.scheduler.schedule(this);
    } else if (this.state === Scheduled) {
      this.state = Doomed;
    } else if (this.state === Running || this.state === RunningWoken) {
      this.state = RunningDoomed;
    }
  }

  override poll(cx: Context): Poll<T> {
    if (this.state < Completed) {
      if (this.joiner === Detached) throw new PolledAfterCompletionError("join handle");
      this.joiner = cx.waker;
      return Pending;
    }
    if (cx.exhausted()) return Pending;
    cx.budget--;
    return this.take();
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, T> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }

  wakeWhenFinished(waker: Waker): void {
    if (this.joiner === Detached || this.joiner === Taken) throw new PolledAfterCompletionError("join handle");
    if (this.state < Completed) this.joiner = waker;
    else waker.wake();
  }

  take(): T {
    if (this.joiner === Detached || this.joiner === Taken) throw new PolledAfterCompletionError("join handle");
    if (this.state < Completed) throw new Error("this task is not finished; await its handle");
    const outcome = this.body;
    this.body = undefined;
    this.joiner = Taken;
    // What the future of a completed task returned.
    if (this.state === Completed) return outcome as T;
    throw this.state === Failed ? this.joinError("failed", outcome) : this.joinError("cancelled", undefined);
  }

  private joinError(reason: JoinError["reason"], cause: unknown): JoinError {
    const error = new JoinError(reason, cause, this);
    failures.follower?.tells(error, this);
    return error;
  }

  override drop(): void {
    if (this.joiner === Detached || this.joiner === Taken) return;
    this.joiner = Detached;
    if (this.state >= Completed) this.discard();
  }
}
