// A runtime of several threads, as the main thread sees it: it is started, given tasks, and closed here. Its threads, and the main
// thread itself, meet in shared memory; messages are only for starting, stopping and losing threads.
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { type ResourceLimits, Worker as Thread } from "node:worker_threads";
import { Pending } from "@pollab/runtime-core/future";
import { type CancellationToken, makeToken } from "../handles/cancellation-token.ts";
import { makeChannel, type Receiver, type Sender } from "../handles/channel.ts";
import { makeOneshot, type OneshotReceiver, type OneshotSender } from "../handles/oneshot.ts";
import { makeSemaphore, type Semaphore } from "../handles/semaphore.ts";
import { makeBuffer, type SharedBuffer } from "../handles/shared-buffer.ts";
import type { TaskHandle } from "../handles/task-handle.ts";
import type { Field } from "../layout/field.ts";
import type { ArgsOf, ResultOf, SendTask, TaskLayout } from "../layout/send-task.ts";
import { MAX_WORKERS } from "../memory/idle.ts";
import { recordStride, TYPE, WAKER_TYPE } from "../memory/record.ts";
import { FIRST_RECORD } from "../memory/slab.ts";
import { Complete, Live } from "../memory/task-state.ts";
import { MAX_QUEUE_CAPACITY } from "../memory/work-queue.ts";
import { assertPowerOfTwo } from "../memory/words.ts";
import { Control } from "./control.ts";
import { decodeThrown, RuntimeClosedError, WorkerLostError } from "./errors.ts";
import { makeDriver } from "./make-driver.ts";
import type { MemberData } from "./member.ts";
import { readMetrics, type WorkerMetrics } from "./metrics.ts";
import { beside, Modules } from "./modules.ts";
import { Outsider } from "./outsider.ts";
import type { Cloneable } from "./pinned-call.ts";
import { Plan, type PlanOptions } from "./plan.ts";
import { reportToStderr } from "./report.ts";
import type { DriverModule, SupervisorData, SupervisorNews, SupervisorRequest, WorkerSettings } from "./thread-data.ts";
import { largestBody } from "./types.ts";
import { Worker } from "./worker.ts";

/** How a runtime is made. */
export interface StealingOptions {
  /** How many workers there are, from 1 to 24; as many as the process may use processors unless given. */
  readonly workers?: number;
  /** URLs or absolute paths of the modules that export the tasks. Every worker loads them. */
  readonly modules: readonly (string | URL)[];
  /**
   * What the main thread does: `free` (unless given), it has its event loop and awaits results; `worker`, it is worker 0, and runs
   * tasks while it is in `blockOn`.
   */
  readonly mainThread?: "free" | "worker";
  /** How each worker makes the driver that it sleeps in. Without one it sleeps on a word of memory, and has timers only. */
  readonly driver?: { readonly module: string | URL; readonly exportName: string };
  /** How many tasks there can be at a time; 65536 unless given, a power of two up to 2^22. Memory is taken as it is used. */
  readonly taskCapacity?: number;
  /** Entries of the local run queue of each worker; 256 unless given, a power of two up to 2^15. */
  readonly queueCapacity?: number;
  /** Shared memory for channels, buffers, arguments and errors, in bytes; 64 MiB unless given. Memory is taken as it is used. */
  readonly heapBytes?: number;
  /** How often a worker looks for work of others before it sleeps; 64 unless given. One look is some tens of nanoseconds. */
  readonly spins?: number;
  /** What happens when a worker is lost: its tasks fail, and then a new one takes its place (unless given), or all ends. */
  readonly onWorkerLost?: "continue" | "shutdown";
  /** Is told of each worker that is lost. */
  readonly onLost?: (error: Error, worker: number) => void;
  /** Limits of each worker thread; see `node:worker_threads`. */
  readonly resourceLimits?: ResourceLimits;
  /** Of the random choices; itself random unless given. */
  readonly seed?: number;
}

/** What a runtime has done and has. */
export interface StealingMetrics {
  /** By worker. A worker publishes its counts from time to time, and always before it sleeps. */
  readonly workers: readonly WorkerMetrics[];
  /** Tasks that were spawned and have not finished. */
  readonly liveTasks: number;
  /** Records in use: live tasks, those that finished and whose results nobody has taken, and waits of coroutines. */
  readonly records: number;
  /** Records in no use that no thread keeps for itself: together with those in use all that there are, once the runtime is closed. */
  readonly freeRecords: number;
  /** Shared memory in use besides them, in bytes. */
  readonly heapBytes: number;
}

/** How a coroutine is started. */
export interface PinnedOptions {
  /** The worker that runs it; whichever comes first unless given. */
  readonly worker?: number;
}

const DEFAULT_TASK_CAPACITY = 1 << 16;
const MAX_TASK_CAPACITY = 1 << 22;
const DEFAULT_QUEUE_CAPACITY = 256;
const DEFAULT_HEAP_BYTES = 64 * 1024 * 1024;
const DEFAULT_SPINS = 64;

/** Runtimes that have not ended. */
const open = new Set<StealingRuntime>();
let isWatchingExit = false;

/** A process that exits waits for its threads, and one that sleeps in a driver does not notice before it wakes up. */
function wakeAtExit(runtime: StealingRuntime): void {
  open.add(runtime);
  if (isWatchingExit) return;
  isWatchingExit = true;
  process.once("exit", () => {
    for (const each of open) each.stop();
  });
}

/** Runs tasks on several threads: a task that waits may be taken over by any of them. */
export class StealingRuntime {
  private readonly member: Outsider | Worker;
  private readonly control: Control;
  private readonly thread: Thread;
  private readonly onLost: ((error: Error, worker: number) => void) | undefined;
  private readonly whenClosed: PromiseWithResolvers<Error | undefined> = Promise.withResolvers();
  private isWatching = false;
  private isBlocking = false;
  private isClosing = false;

  private constructor(member: Outsider | Worker, thread: Thread, { onLost }: StealingOptions) {
    this.member = member;
    this.control = new Control(member.words, member.plan.control);
    this.thread = thread;
    this.onLost = onLost;
    member.onWaker = () => {
      this.watch();
    };
    thread.on("message", (news: SupervisorNews) => {
      this.hear(news);
    });
    thread.unref();
    wakeAtExit(this);
  }

  /**
   * Loads the modules, here and in every worker, and starts the threads. An idle runtime does not keep the process alive; one from
   * which the main thread awaits something does.
   *
   * @throws RangeError, TypeError for options that are none, and what a module throws when it is loaded
   */
  static async start(options: StealingOptions): Promise<StealingRuntime> {
    const {
      driver,
      heapBytes = DEFAULT_HEAP_BYTES,
      mainThread = "free",
      onWorkerLost = "continue",
      queueCapacity = DEFAULT_QUEUE_CAPACITY,
      resourceLimits,
      seed = Math.random() * 0x1_0000_0000,
      spins = DEFAULT_SPINS,
      taskCapacity = DEFAULT_TASK_CAPACITY,
      workers = Math.min(availableParallelism(), MAX_WORKERS),
    } = options;
    checkInteger("workers", workers, 1, MAX_WORKERS);
    checkInteger("spins", spins, 0, 1e9);
    checkInteger("heapBytes", heapBytes, 4096, 2 ** 32);
    assertPowerOfTwo("taskCapacity", taskCapacity, MAX_TASK_CAPACITY);
    assertPowerOfTwo("queueCapacity", queueCapacity, MAX_QUEUE_CAPACITY);
    const modules = await Modules.load(options.modules.map(urlOf));
    const types = modules.describe();
    const planOptions: PlanOptions = {
      workers,
      taskCapacity,
      stride: recordStride(largestBody(types)),
      queueCapacity,
      heapWords: Math.floor(heapBytes / 4),
    };
    const plan = new Plan(planOptions);
    const buffer = new SharedArrayBuffer(plan.totalWords * 4);
    const data = (slot: number): MemberData => ({ buffer, plan: planOptions, types, slot, id: slot + 1 });
    const settings: WorkerSettings = {
      modules: options.modules.map(urlOf),
      driver: driver === undefined ? undefined : driverModule(driver),
      spins,
      seed,
    };
    const isWorker = mainThread === "worker";
    const supervisor: SupervisorData = {
      member: data(plan.supervisorSlot),
      settings,
      firstWorker: isWorker ? 1 : 0,
      resourceLimits,
      onWorkerLost,
    };
    const member = isWorker
      ? new Worker(data(0), {
          tasks: modules.tasks,
          resolve: (module, exportName) => modules.resolve(module, exportName),
          spins,
          seed,
          report: reportToStderr,
        })
      : new Outsider(data(plan.mainSlot), modules.tasks);
    if (member instanceof Worker && settings.driver !== undefined)
      member.driver = await makeDriver(member, settings.driver);
    const thread = new Thread(beside("supervisor-thread"), { workerData: supervisor, name: "pollab supervisor" });
    await started(thread);
    return new StealingRuntime(member, thread, options);
  }

  // Tasks.

  /** Starts a task. @throws UnsendableError, UnknownTaskError, TooManyTasksError, RuntimeClosedError */
  spawn<L extends TaskLayout>(task: SendTask<L>, args: ArgsOf<L>): TaskHandle<ResultOf<L>> {
    return this.member.spawn(task, args);
  }

  /**
   * Starts a coroutine: calls the function that `module` exports as `exportName`, on the worker that comes to it first, with copies of
   * `args`, and runs the future that it returns there to its end. Handles of channels and the like may be among the arguments; they
   * are valid as long as the coroutine runs.
   *
   * @param module URL of a module; one of the runtime's `modules`, or one that does not await at top level
   * @throws UncloneableError, TooManyTasksError, RuntimeClosedError
   */
  spawnPinned<R>(
    module: string | URL,
    exportName: string,
    args: readonly Cloneable[],
    { worker = -1 }: PinnedOptions = {},
  ): TaskHandle<R> {
    if (worker !== -1) checkInteger("worker", worker, 0, this.member.plan.options.workers - 1);
    return this.member.spawnPinned(urlOf(module), exportName, args, worker);
  }

  /** Starts a task and waits for its result. @throws (the promise) as `spawn`, and JoinError when it failed or was cancelled */
  async run<L extends TaskLayout>(task: SendTask<L>, args: ArgsOf<L>): Promise<ResultOf<L>> {
    return await this.spawn(task, args).result();
  }

  /**
   * Runs tasks on the main thread, worker 0, until one of them has ended. Nothing else of Node.js runs here meanwhile.
   *
   * @returns its result
   * @throws JoinError when it failed or was cancelled; RuntimeClosedError when the runtime ended first
   * @throws Error when the main thread is no worker, or is in `blockOn` already
   */
  blockOn<R>(handle: TaskHandle<R>): R {
    const { control, member } = this;
    if (!(member instanceof Worker)) {
      throw new Error(
        'the main thread is no worker of this runtime; start it with mainThread: "worker", or await the result',
      );
    }
    if (this.isBlocking) throw new Error("the main thread is in blockOn already; await the handle in a task instead");
    let result = handle.tryJoin();
    if (result !== Pending) return result;
    const wait = handle.join();
    let isWoken = true;
    const waker = {
      wake: (): void => {
        isWoken = true;
      },
    };
    this.isBlocking = true;
    control.setMainActive(true);
    try {
      member.run(() => {
        if (isWoken) {
          isWoken = false;
          result = wait.drive(waker);
        }
        return result !== Pending;
      });
    } finally {
      wait.drop();
      if (member.closed) member.close();
      control.setMainActive(false);
      this.isBlocking = false;
      if (member.mailReceivers.size > 0) this.watch();
    }
    if (result === Pending) throw new RuntimeClosedError();
    return result;
  }

  // Things that tasks share. Whoever makes one has a share in it, and closes that in the end.

  /** A bounded channel: its two ends. @throws RangeError, HeapFullError */
  channel<T>(message: Field<T>, capacity: number): [Sender<T>, Receiver<T>] {
    return makeChannel(this.member, message, capacity);
  }

  /** A channel for one value: its two ends. @throws HeapFullError */
  oneshot<T>(value: Field<T>): [OneshotSender<T>, OneshotReceiver<T>] {
    return makeOneshot(this.member, value);
  }

  /** A semaphore. @throws RangeError, HeapFullError */
  semaphore(permits: number): Semaphore {
    return makeSemaphore(this.member, permits);
  }

  /** A cancellation token. @throws HeapFullError */
  token(): CancellationToken {
    return makeToken(this.member);
  }

  /** Shared bytes, all 0. @throws RangeError, HeapFullError */
  buffer(byteLength: number): SharedBuffer {
    return makeBuffer(this.member, byteLength);
  }

  // The whole.

  /** How many workers there are. */
  get workers(): number {
    return this.member.plan.options.workers;
  }

  /** What has happened so far, and what there is. Looks at every record that was ever used. */
  metrics(): StealingMetrics {
    const { heap, plan, slab, states, words } = this.member;
    let liveTasks = 0;
    let records = 0;
    for (let index = FIRST_RECORD; index < FIRST_RECORD + slab.used(); index++) {
      const state = states.load(index);
      if ((state & Live) === 0) continue;
      records++;
      if ((state & Complete) === 0 && words[this.member.record(index) + TYPE] !== WAKER_TYPE) liveTasks++;
    }
    return {
      workers: Array.from({ length: plan.options.workers }, (_, worker) => readMetrics(words, plan.metric(worker))),
      liveTasks,
      records,
      freeRecords: slab.available(),
      heapBytes: heap.usedWords() * 4,
    };
  }

  /** Ends a worker's thread in the middle of whatever it does: the worker is lost. For tests of what happens then. */
  terminateWorker(worker: number): void {
    this.ask({ kind: "terminate", worker });
  }

  /** Resolved when the runtime has ended, with the reason if that was an error. */
  get closed(): Promise<Error | undefined> {
    return this.whenClosed.promise;
  }

  /**
   * Ends the runtime: each worker finishes its poll in progress, drops its coroutines, and closes its driver; then every task that
   * has not finished is cancelled. Idempotent.
   */
  async close(): Promise<void> {
    if (!this.member.closed) {
      this.member.closed = true;
      this.member.settle();
      this.isClosing = true;
      this.keepAlive();
      this.ask({ kind: "close" });
    }
    await this.closed;
  }

  /** For `await using`: the same as `close()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Has every worker end after its poll in progress, when the process exits. @internal */
  stop(): void {
    this.control.raiseClosing();
    const { member } = this;
    for (let worker = 0; worker < member.plan.options.workers; worker++) member.unpark(worker);
  }

  private ask(request: SupervisorRequest): void {
    this.thread.postMessage(request);
  }

  private hear(news: SupervisorNews): void {
    if (news.kind === "pause") {
      this.member.settle();
      this.control.rest(this.member.plan.mainSlot);
    } else if (news.kind === "lost") {
      const error = decodeThrown(news.thrown);
      this.onLost?.(new WorkerLostError(news.worker, error instanceof Error ? error.cause : error), news.worker);
    } else if (news.kind === "closed") {
      this.end(news.thrown === undefined ? undefined : decodeThrown(news.thrown));
    }
  }

  private end(failure: unknown): void {
    const { member } = this;
    member.closed = true;
    if (member instanceof Worker) member.close();
    while (member.openMail());
    const error = new RuntimeClosedError();
    if (failure !== undefined) error.cause = failure;
    for (const { receiver } of [...member.mailReceivers.values()]) receiver.closed?.(error);
    member.settle();
    member.ended = true;
    open.delete(this);
    this.isClosing = false;
    this.keepAlive();
    this.whenClosed.resolve(failure === undefined ? undefined : error);
  }

  /** Opens this thread's mail whenever some arrives, as long as it waits for anything. */
  private watch(): void {
    if (this.isWatching || this.isBlocking) return;
    this.isWatching = true;
    this.keepAlive();
    const { member } = this;
    void this.openMail(member.parkers[member.slot].arrival());
  }

  private async openMail(arrival: Promise<void>): Promise<void> {
    await arrival;
    this.isWatching = false;
    this.member.openMail();
    if (this.member.mailReceivers.size > 0) this.watch();
    else this.keepAlive();
  }

  /** The process goes on as long as it waits for anything of this runtime. */
  private keepAlive(): void {
    if (this.isClosing || this.member.mailReceivers.size > 0) this.thread.ref();
    else this.thread.unref();
  }
}

function urlOf(module: string | URL): string {
  if (module instanceof URL) return module.href;
  return module.startsWith("/") ? pathToFileURL(module).href : module;
}

function driverModule({ exportName, module }: NonNullable<StealingOptions["driver"]>): DriverModule {
  return { module: urlOf(module), exportName };
}

function checkInteger(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name}: expected an integer from ${least} to ${most}, got ${value}`);
  }
}

/** Until all workers run. @throws what keeps one of them from it */
function started(thread: Thread): Promise<void> {
  return new Promise((resolve, reject) => {
    const hear = (news: SupervisorNews): void => {
      thread.off("message", hear);
      thread.off("error", reject);
      if (news.kind === "closed")
        reject(news.thrown === undefined ? new RuntimeClosedError() : asError(decodeThrown(news.thrown)));
      else resolve();
    };
    thread.on("message", hear);
    thread.on("error", reject);
  });
}

/** A promise may be rejected with anything; what a module threw is passed on as it is. */
function asError(thrown: unknown): Error {
  return thrown as Error;
}
