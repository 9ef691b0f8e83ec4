// A worker: the loop that gives tasks their turns, looks for more when there are none, and sleeps when nobody has any.
//
// Where the next task comes from, in this order:
//   the slot       the task that the running one woke or spawned last: what they share is in this processor's caches. At most
//                  SLOT_TURNS times in a row, so that tasks which wake each other for ever do not keep those in the queue waiting.
//   the queue      this worker's own, first in, first out
//   the inject     queue: what came from outside, and what did not fit in a queue. Looked at every EVENT_INTERVAL polls, too.
//   other workers  half of what one has, beginning at a random one
// Between polls, every EVENT_INTERVAL of them, the worker looks at its mailbox, its driver, its timers and whether it is to stop.
import { Future, Pending } from "@pollab/runtime-core/future";
import { type Driver, JoinError, type Task } from "@pollab/runtime-core/task";
import { serialize } from "node:v8";
import { TaskHandle } from "../handles/task-handle.ts";
import { NOWHERE } from "../layout/codec.ts";
import type { ArgsOf, ResultOf, SendTask, TaskLayout } from "../layout/send-task.ts";
import { BODY, Cancelled, Failed, PAYLOAD, PINNED_TYPE, Returned, TYPE } from "../memory/record.ts";
import { Aborted, Complete, generationOf, Pinned, Queued, Running } from "../memory/task-state.ts";
import { type Overflow, Stealer, WorkQueue } from "../memory/work-queue.ts";
import { Closing, Control, Pausing } from "./control.ts";
import { Coroutines } from "./coroutines.ts";
import { Member, type MailReceiver, type MemberData } from "./member.ts";
import { publishMetrics, type WorkerMetrics } from "./metrics.ts";
import { type Call, decodeCall, encodeCall, UncloneableError } from "./pinned-call.ts";
import { TaskContext, type Spawner } from "./task-context.ts";

/** Polls between two looks at everything else: tokio's number, a prime, so that no period of the tasks stays in step with it. */
const EVENT_INTERVAL = 61;
/** How often in a row the slot gets ahead of the queue: tokio's number. */
const SLOT_TURNS = 3;
/** How many tasks that are spawned together are kept back until they become visible together. */
const FRESH_TASKS = 32;
/** How long another thread may take from deciding to end a driver's wait until it has, in milliseconds. */
const KICK_LIMIT_MS = 100;
/** Looks at the counts that others read, in events. */
const PUBLISH_INTERVAL = 16;

/** How a worker finds what a pinned task calls. */
export type Resolve = (module: string, exportName: string) => (...args: readonly unknown[]) => unknown;

/** What a worker is made of besides the shared memory. */
export interface WorkerParts {
  readonly tasks: ReadonlyMap<string, SendTask>;

  readonly resolve: Resolve;
  /** Looks for work, after the first one, before it sleeps. */
  readonly spins: number;
  readonly seed: number;
  /** Is told of a coroutine that failed after its handle was dropped. */
  readonly report: (error: JoinError) => void;
}

/** One worker; the thread that runs it is its own. */
export class Worker extends Member implements Spawner, Overflow {
  readonly coroutines: Coroutines;
  private readonly control: Control;
  /** What it sleeps in, if not on a word. Set before it runs. */
  driver: Driver | undefined;
  private readonly resolve: Resolve;
  private readonly spins: number;
  private readonly context: TaskContext = new TaskContext(this);
  private readonly queue: WorkQueue;
  private readonly victims: readonly Stealer[];
  /** The task that gets ahead of the queue; 0 for none. */
  private next = 0;
  private slotTurns = 0;
  private searching = false;
  private running = false;
  /** What has arrived from this thread itself: record numbers and generations in turn. */
  private ownMail: number[] = [];
  private readonly batch: Int32Array;
  /** Tasks that were just spawned and are in no queue yet: the first `freshCount`. */
  private readonly fresh = new Int32Array(FRESH_TASKS);
  private freshCount = 0;
  private events = 0;
  private polls = 0;
  private steals = 0;
  private stolenTasks = 0;
  private parks = 0;
  private searches = 0;

  constructor(data: MemberData, parts: WorkerParts) {
    super(data, parts.tasks);
    const { plan, words } = this;
    const { queueCapacity, workers } = plan.options;
    this.control = new Control(words, plan.control);

    this.resolve = parts.resolve;
    this.spins = workers > 1 ? parts.spins : 0;
    this.coroutines = new Coroutines(parts.seed + data.slot, parts.report);
    this.queue = new WorkQueue(words, plan.queue(data.slot), queueCapacity);
    this.batch = new Int32Array(queueCapacity / 2);
    this.victims = Array.from({ length: workers }, (_, worker) => worker)
      .filter((worker) => worker !== data.slot)
      .map((worker) => new Stealer(words, plan.queue(worker), queueCapacity, data.id));
  }

  // Spawning.

  spawn<L extends TaskLayout>(task: SendTask<L>, args: ArgsOf<L>): TaskHandle<ResultOf<L>> {
    // A task type is looked up by its name: what its poll function takes does not matter here.
    this.create(task as unknown as SendTask, args);
    return this.handle();
  }

  spawnInto<L extends TaskLayout>(
    place: number,
    capacity: number,
    task: SendTask<L>,
    count: number,
    argsOf: (position: number) => ArgsOf<L>,
  ): void {
    const { fresh, words } = this;
    const type = this.types.of(task as unknown as SendTask);
    try {
      for (let i = 0; i < count; i++) {
        const args = argsOf(i);
        const position = words[place];
        if (position === capacity) throw new RangeError(`the field has room for ${capacity} tasks, which are there`);
        this.make(type, args);
        const index = this.lastIndex;
        words[place + 1 + 2 * position] = index;
        words[place + 2 + 2 * position] = this.lastGeneration;
        words[place] = position + 1;
        this.keep(index);
        fresh[this.freshCount++] = index;
        if (this.freshCount === fresh.length) this.enqueueFresh();
      }
    } finally {
      this.enqueueFresh();
    }
  }

  spawnPinned<R>(module: string | URL, exportName: string, args: readonly unknown[], worker: number): TaskHandle<R> {
    this.createPinned(encodeCall(this, module, exportName, args), worker);
    return this.handle();
  }

  private handle<R>(): TaskHandle<R> {
    const handle = new TaskHandle<R>(this, this.lastIndex, this.lastGeneration, true);
    this.own(handle);
    return handle;
  }

  // Scheduling.

  protected override scheduleNew(index: number): void {
    this.scheduleWoken(index);
  }

  protected override scheduleWoken(index: number): void {
    if (this.polled === 0) {
      this.enqueue(index);
      return;
    }
    const displaced = this.next;
    this.next = index;
    if (displaced !== 0) this.enqueue(displaced);
  }

  private enqueue(index: number): void {
    this.queue.push(index, this);
    this.wakeWorker();
  }

  /** What was spawned together becomes visible to others together: that is one atomic operation instead of one for each. */
  private enqueueFresh(): void {
    const { fresh, freshCount } = this;
    if (freshCount === 0) return;
    this.freshCount = 0;
    this.queue.pushMany(fresh, freshCount, this);
    this.wakeWorker();
  }

  pushBatch(buffer: Int32Array, start: number, count: number): void {
    this.injected += count;
    this.inject.pushBatch(buffer, start, count);
    this.wakeWorker();
  }

  protected override deliverHere(index: number, generation: number): void {
    this.ownMail.push(index, generation);
  }

  // The loop.

  /** Runs until the runtime is closed, or `isDone`, which is asked between polls. */
  run(isDone: () => boolean = never): void {
    this.running = true;
    try {
      if (this.heedControl()) return;
      for (;;) {
        // Mail that is opened may be what it waits for.
        if (this.turns(isDone) || this.attend() || isDone()) return;
        if (this.next !== 0 || this.queue.length > 0 || this.coroutines.areWaiting || this.ownMail.length > 0) continue;
        const index = this.findWork();
        if (index !== 0) this.runTask(index);
        else this.sleep();
      }
    } finally {
      this.running = false;
      this.settle();
    }
  }

  /** Gives turns until there is nothing here to run, or other things have to be attended to. @returns whether `isDone` */
  private turns(isDone: () => boolean): boolean {
    for (let turn = 0; turn < EVENT_INTERVAL; turn++) {
      if (isDone()) return true;
      const index = this.take();
      if (index !== 0) this.runTask(index);
      if (this.ownMail.length > 0) this.openOwnMail();
      if (this.coroutines.areWaiting) this.coroutines.run(1);
      else if (index === 0) return isDone();
    }
    return isDone();
  }

  private take(): number {
    const { next } = this;
    if (next !== 0) {
      this.next = 0;
      // While the queue is empty nobody is kept waiting, and in the queue the task would only wake a thief.
      if (this.slotTurns++ < SLOT_TURNS || this.queue.length === 0) return next;
      this.enqueue(next);
    }
    this.slotTurns = 0;
    return this.queue.pop();
  }

  /** Everything but tasks. @returns whether the runtime is being closed */
  private attend(): boolean {
    if (++this.events % PUBLISH_INTERVAL === 0) this.publish();
    if (this.heedControl()) return true;
    this.openMail();
    if (this.driver !== undefined) this.coroutines.enter(() => this.driver?.poll());
    this.coroutines.timers.fire();
    // What came from outside has its turn also when there is always something here to run.
    const injected = this.inject.pop();
    if (injected !== 0) this.runTask(injected);
    return false;
  }

  /** Rests while everything is to stand still. @returns whether the runtime is being closed */
  private heedControl(): boolean {
    const flags = this.control.flags();
    if (flags === 0) return false;
    if ((flags & Pausing) !== 0) {
      this.settle();
      this.control.rest(this.slot);
    }
    if ((this.control.flags() & Closing) === 0) return false;
    this.closed = true;
    return true;
  }

  /** Keeps nothing for itself: what only this worker can see becomes visible to all. */
  settle(): void {
    if (this.next !== 0) {
      this.enqueue(this.next);
      this.next = 0;
    }
    const mail = this.ownMail;
    this.ownMail = [];
    for (let i = 0; i < mail.length; i += 2) this.mailboxes[this.slot].push(mail[i], mail[i + 1]);
    this.stopSearching();
    this.slab.flush();
    this.publish();
  }

  private openOwnMail(): void {
    const mail = this.ownMail;
    this.ownMail = [];
    for (let i = 0; i < mail.length; i += 2) this.receive(mail[i], mail[i + 1]);
  }

  // Looking for work.

  private findWork(): number {
    if (!this.searching) {
      if (!this.idle.beginSearch()) return 0;
      this.searching = true;
    }
    this.searches++;
    for (let spin = 0; ; spin++) {
      const index = this.takeInjected() || this.steal();
      if (index !== 0 || spin >= this.spins) return index;
      if (this.mailboxes[this.slot].length > 0 || this.control.flags() !== 0) return 0;
      Atomics.pause();
    }
  }

  /** A fair share of what came from outside: the first of it, and the rest goes into the queue. */
  private takeInjected(): number {
    const { batch, inject, queue } = this;
    const waiting = inject.length;
    if (waiting === 0) return 0;
    const limit = Math.min(
      Math.floor(waiting / this.plan.options.workers) + 1,
      batch.length,
      Math.max(1, queue.room()),
    );
    const count = inject.popBatch(batch, limit);
    for (let i = 1; i < count; i++) queue.stage(i - 1, batch[i]);
    if (count > 1) queue.publish(count - 1);
    return count === 0 ? 0 : batch[0];
  }

  private steal(): number {
    const { victims } = this;
    const start = this.coroutines.random.below(victims.length);
    for (let i = 0; i < victims.length; i++) {
      const victim = victims[(start + i) % victims.length];
      const index = victim.stealInto(this.queue);
      if (index !== 0) {
        this.steals++;
        this.stolenTasks += victim.stolen;
        return index;
      }
    }
    return 0;
  }

  private stopSearching(): void {
    if (!this.searching) return;
    this.searching = false;
    if (this.idle.endSearch()) this.wakeWorker();
  }

  private isWorkVisible(): boolean {
    return this.inject.length > 0 || this.victims.some((victim) => !victim.isEmpty());
  }

  private sleep(): void {
    const wasLast = this.idle.sleep(this.slot, this.searching);
    this.searching = false;
    if (wasLast && this.isWorkVisible()) this.wakeWorker();
    this.parks++;
    this.slab.flush();
    this.publish();
    const deadlineMs = this.coroutines.timers.nextDeadlineMs();
    const timeoutMs = deadlineMs === Infinity ? Infinity : Math.max(0, deadlineMs - performance.now());
    const parker = this.parkers[this.slot];
    // Whoever asks for a stop unparks everybody afterwards, so the flag is seen here or the sleep is ended.
    if (this.control.flags() === 0) {
      if (this.driver === undefined) parker.park(timeoutMs);
      else if (parker.enterDriver()) {
        this.parkInDriver(this.driver, timeoutMs);
        parker.wakeUp();
      }
    }
    this.searching = this.idle.rise(this.slot);
  }

  private parkInDriver(driver: Driver, timeoutMs: number): void {
    this.coroutines.enter(() => {
      driver.park(timeoutMs);
    });
  }

  // Running tasks.

  private runTask(index: number): void {
    if (this.searching) this.stopSearching();
    this.polls++;
    const { context, states, words } = this;
    const started = states.start(index);
    const generation = generationOf(started);
    const at = this.records + index * this.stride;
    if ((started & Aborted) !== 0) {
      this.dropState(index);
      this.finish(index, generation, Cancelled, 0, Running);
      return;
    }
    const id = words[at + TYPE];
    if (id === PINNED_TYPE) {
      this.startPinned(index, generation);
      return;
    }
    const type = this.types.byId[id];
    if (type?.poll === undefined)
      throw new Error(`a task of the type ${id} was queued, which this worker does not have`);
    context.begin(index, generation);
    this.polled = index;
    this.polledGeneration = generation;
    const { view } = type;
    view.at = at + BODY;
    let failed = false;
    let result: unknown;
    try {
      result = type.poll(view, context);
      if (result !== Pending && !(type.returnsNothing && result === undefined)) {
        type.result.write(this, at + BODY + type.resultAt, result);
      }
    } catch (error) {
      failed = true;
      result = error;
    }
    view.at = NOWHERE;
    if (result === Pending && !failed) {
      if (type.waits) this.leaveUnasked(index);
      this.releaseShares();
      this.polled = 0;
      if (context.yields) {
        states.requeue(index, started);
        this.enqueue(index);
      } else if (states.suspend(index)) {
        this.enqueue(index);
      }
      return;
    }
    if (type.holdsHandles) this.dropHandles(index, type);
    this.releaseShares();
    if (failed) this.finish(index, generation, Failed, this.storeThrown(result), Running);
    else this.finish(index, generation, Returned, 0, Running);
    this.polled = 0;
  }

  /** A task that did not ask again for its turn, where it asked before, does not want it any more. */
  private leaveUnasked(index: number): void {
    const on = this.waitLists.waitsOn(index);
    if (on !== 0 && on !== this.context.waitedAt) this.forgo(on, index);
  }

  // Pinned tasks: from their first poll on they are coroutines of this worker.

  protected override receiveNew(index: number, generation: number): void {
    // A pinned task that was spawned for this worker; or news of a record that is not there any more.
    const state = this.states.load(index);
    if (generationOf(state) !== generation || (state & (Queued | Running | Complete | Pinned)) !== Queued) return;
    if (this.words[this.record(index) + TYPE] !== PINNED_TYPE) return;
    // The main thread opens its mail also when it runs no tasks.
    if (this.running) this.runTask(index);
    else this.ownMail.push(index, generation);
  }

  private startPinned(index: number, generation: number): void {
    const { words } = this;
    let call: Call | undefined;
    let task: Task<unknown>;
    try {
      const { args, exportName, module } = (call = decodeCall(this, this.fetch(words[this.record(index) + PAYLOAD])));
      const make = this.resolve(module, exportName);
      task = this.coroutines.enter(() => {
        const future = make(...args);
        if (!(future instanceof Future)) {
          throw new TypeError(`${exportName} of ${module} returned no future; export a function made by asyncFn`);
        }
        return this.coroutines.start(future, exportName);
      });
    } catch (error) {
      this.dropState(index);
      this.finish(index, generation, Failed, this.storeThrown(error), Running);
      return;
    }
    this.makeHome(index);
    const receiver: MailReceiver = {
      mail: (state) => {
        if ((state & Aborted) !== 0) task.abort();
      },
    };
    this.mailReceivers.set(index, { generation, receiver });
    if (this.states.pin(index)) this.deliverHere(index, generation);
    const { exportName } = call;
    task.wakeWhenFinished({
      wake: () => {
        this.mailReceivers.delete(index);
        this.dropState(index);
        this.finishPinned(index, generation, task, exportName);
      },
    });
  }

  private finishPinned(index: number, generation: number, task: Task<unknown>, name: string): void {
    let value: unknown;
    try {
      value = task.take();
    } catch (error) {
      if (!(error instanceof JoinError)) throw error;
      if (error.reason === "cancelled") this.finish(index, generation, Cancelled, 0, 0);
      else this.finish(index, generation, Failed, this.storeThrown(error.cause), 0);
      return;
    }
    let payload: number;
    try {
      payload = this.store(serialize(value));
    } catch (error) {
      const cause = new UncloneableError(`what ${name} returned cannot be copied to another thread`, { cause: error });
      this.finish(index, generation, Failed, this.storeThrown(cause), 0);
      return;
    }
    this.finish(index, generation, Returned, payload, 0);
  }

  // The end.

  /** After `run`, when the runtime is closed: drops the coroutines, whose `finally` blocks run, and closes the driver. */
  close(): void {
    this.coroutines.close();
    this.openOwnMail();
    if (this.driver !== undefined) {
      // A thread that died in between would be waited for in vain.
      const deadlineMs = performance.now() + KICK_LIMIT_MS;
      while (!this.parkers[this.slot].close() && performance.now() < deadlineMs) Atomics.pause();
      this.driver.close();
    }
    this.settle();
  }

  /** The counts so far. */
  metrics(): WorkerMetrics {
    return {
      spawned: this.spawned,
      polls: this.polls + this.coroutines.polls,
      steals: this.steals,
      stolenTasks: this.stolenTasks,
      parks: this.parks,
      searches: this.searches,
      injects: this.injected,
      remoteWakes: this.remoteWakes,
      budgetYields: this.context.budgetYields,
    };
  }

  private publish(): void {
    publishMetrics(this.words, this.plan.metric(this.slot), this.metrics());
  }
}

function never(): boolean {
  return false;
}
