// A thread that has a part in a runtime: a worker, the supervisor, or the main thread. This is what all of them can do: make tasks
// and end them, wake, abort and join them, and use what tasks share. How a task that is ready gets to run is the workers' business.
import { JoinError } from "@pollab/runtime-core/task";
import { deserialize } from "node:v8";
import { writeSync } from "node:fs";
import { makeHandles } from "../handles/access.ts";
import type { Codec, FieldOwner, HandleAccess, Memory } from "../layout/codec.ts";
import type { HandleKind } from "../layout/field.ts";
import type { SendTask } from "../layout/send-task.ts";
import { Tokens } from "../memory/cancellation.ts";
import { Channels } from "../memory/channel.ts";
import { Heap } from "../memory/heap.ts";
import { Idle } from "../memory/idle.ts";
import { Locks, type Members } from "../memory/mutex.ts";
import { Parker } from "../memory/parker.ts";
import {
  BODY,
  Failed,
  HOME,
  OUTCOME,
  type Outcome,
  PAYLOAD,
  PINNED_TYPE,
  Returned,
  SPAWNER,
  SPAWNER_GENERATION,
  TYPE,
  WAIT_STRIDE,
  WAKER_TYPE,
} from "../memory/record.ts";
import { Semaphores, type Wakes } from "../memory/semaphore.ts";
import { SharedQueue } from "../memory/shared-queue.ts";
import { Slab } from "../memory/slab.ts";
import { Deliver, Joinable, Nothing, Schedule, TaskStates, type Watch } from "../memory/task-state.ts";
import { KIND, OWNERS, SEMAPHORE_KIND, THING_HEADER_WORDS } from "../memory/thing.ts";
import { WaitLists } from "../memory/wait-list.ts";
import { decodeThrown, encodeThrown, RuntimeClosedError, TooManyTasksError } from "./errors.ts";
import { dropCall } from "./pinned-call.ts";
import { DRAFT_WORDS, Plan, type PlanOptions } from "./plan.ts";
import { type TypeDescription, TypeTable } from "./types.ts";
import type { TaskType } from "./types.ts";

/** The most records that a thread takes from the slab at a time. */
const MAX_SLAB_BATCH = 64;
/** How often one who finds a lock taken looks again before it sleeps: some microseconds, far longer than locks are held. */
const LOCK_SPINS = 200;
/** What a write to an eventfd(2) adds: 1, as a 64-bit integer. */
const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);

/** What every thread of a runtime is given. */
export interface MemberData {
  readonly buffer: SharedArrayBuffer;
  readonly plan: PlanOptions;
  readonly types: readonly TypeDescription[];
  /** Its place among the threads; see `Plan`. */
  readonly slot: number;
  /** An id that no other thread of this runtime has or had. */
  readonly id: number;
}

/** A share in something that is given up when nobody has kept it. */
export interface Share {
  /** Gives it up, unless it was handed on. */
  release(): void;
}

const NO_SHARE: Share = { release() {} };

/** Is told what arrives in a thread's mailbox. */
export interface MailReceiver {
  /** @param state the state of the record */
  mail(state: number): void;
  /** Nothing will arrive any more. */
  closed?(error: Error): void;
}

/** One thread's view of a runtime. */
export abstract class Member implements FieldOwner, Wakes, Members {
  readonly me: number;
  readonly slot: number;
  readonly plan: Plan;
  readonly memory: Memory;
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly records: number;
  readonly stride: number;
  readonly locks: Locks;
  readonly states: TaskStates;
  readonly slab: Slab;
  readonly heap: Heap;
  readonly idle: Idle;
  readonly inject: SharedQueue;
  readonly waitLists: WaitLists;
  readonly semaphores: Semaphores;
  readonly channels: Channels;
  readonly tokens: Tokens;
  readonly types: TypeTable;
  readonly handles: Readonly<Record<HandleKind, HandleAccess>>;
  readonly parkers: readonly Parker[];
  readonly mailboxes: readonly SharedQueue[];
  /** The record of the task that is being polled; 0 while there is none. */
  polled: number = 0;
  polledGeneration: number = 0;
  /** Whether handles that are read are shares of their own, and not a look at those that are where they are read. */
  adopting: boolean = false;
  /** No new tasks are taken. */
  closed: boolean = false;
  /** Nothing happens in this runtime any more. */
  ended: boolean = false;
  spawned: number = 0;
  injected: number = 0;
  remoteWakes: number = 0;
  readonly mailReceivers: Map<number, { readonly generation: number; readonly receiver: MailReceiver }> = new Map();
  private readonly kicks: readonly (() => void)[];
  /** What the poll in progress has to give up: the first `shareCount`. */
  private readonly shares: Share[] = [];
  private shareCount = 0;

  constructor(data: MemberData, tasks: ReadonlyMap<string, SendTask>) {
    const { buffer, id, slot } = data;
    const plan = new Plan(data.plan);
    const { queueCapacity: _, stride, taskCapacity, workers } = data.plan;
    const words = new Int32Array(buffer);
    this.me = id;
    this.slot = slot;
    this.plan = plan;
    this.words = words;
    this.memory = {
      words,
      doubles: new Float64Array(buffer),
      longs: new BigInt64Array(buffer),
      bytes: new Uint8Array(buffer),
    };
    this.records = plan.records;
    this.stride = stride;
    this.locks = new Locks(words, this, LOCK_SPINS);
    this.states = new TaskStates(words, plan.records, stride);
    this.slab = new Slab(words, plan.slab, taskCapacity, this.locks, slabBatch(taskCapacity, plan.slots));
    this.heap = new Heap(words, plan.heap, data.plan.heapWords, this.locks);
    this.idle = new Idle(words, plan.idle, workers);
    this.inject = new SharedQueue(words, plan.inject, taskCapacity, this.locks);
    this.waitLists = new WaitLists(words, plan.waits, WAIT_STRIDE);
    this.semaphores = new Semaphores(words, this.locks, this.waitLists, this);
    this.channels = new Channels(words, this.locks, this.waitLists, this);
    this.tokens = new Tokens(words, this.locks, plan.waits, WAIT_STRIDE, this);
    const slots = Array.from({ length: plan.slots }, (_unused, i) => i);
    this.parkers = slots.map((i) => new Parker(words, plan.parker(i)));
    this.mailboxes = slots.map((i) => new SharedQueue(words, plan.mailbox(i), plan.mailboxCapacity, this.locks));
    this.kicks = slots.map((i) => (): void => {
      this.kick(i);
    });
    this.handles = makeHandles(this);
    this.types = new TypeTable(data.types, tasks, this);
    Atomics.store(words, plan.memberIds + slot, id);
  }

  isAlive(id: number): boolean {
    for (let slot = 0; slot < this.plan.slots; slot++) {
      if (Atomics.load(this.words, this.plan.memberIds + slot) === id) return true;
    }
    return false;
  }

  /** Where a record begins. */
  record(index: number): number {
    return this.records + index * this.stride;
  }

  /** Whose mailbox a pinned task or a waker has. */
  homeOf(index: number): number {
    return Atomics.load(this.words, this.plan.waits + index * WAIT_STRIDE + HOME);
  }

  /** This thread's mailbox is that of a pinned task or a waker from now on. */
  protected makeHome(index: number): void {
    Atomics.store(this.words, this.plan.waits + index * WAIT_STRIDE + HOME, this.slot);
  }

  // Making tasks.

  /** Makes a task and has it scheduled. Its record is then in `lastIndex`, and its generation in `lastGeneration`. */
  protected create(task: SendTask, args: object): void {
    this.make(this.types.of(task), args);
    this.scheduleNew(this.lastIndex);
  }

  /** Makes a task that is queued, but in no queue yet. */
  protected make(type: TaskType, args: object): void {
    if (this.closed) throw new RuntimeClosedError();
    const index = this.takeRecord();
    const at = this.records + index * this.stride;
    this.words[at + TYPE] = type.id;
    try {
      type.initialise(this, at + BODY, args);
    } catch (error) {
      type.state.drop(this, at + BODY);
      this.slab.give(index);
      throw error;
    }
    this.spawned++;
    this.lastIndex = index;
    this.words[at + SPAWNER] = this.polled;
    this.words[at + SPAWNER_GENERATION] = this.polledGeneration;
    this.lastGeneration = this.states.create(index, Joinable);
  }

  /** What `make` and `createPinned` made. */
  lastIndex: number = 0;
  lastGeneration: number = 0;

  /**
   * Makes a pinned task of a call, which is encoded already.
   *
   * @param worker who gets it; -1 for whoever comes first
   */
  protected createPinned(call: Uint8Array, worker: number): void {
    let payload = 0;
    let index: number;
    try {
      if (this.closed) throw new RuntimeClosedError();
      payload = this.store(call);
      index = this.takeRecord();
    } catch (error) {
      if (payload !== 0) this.heap.free(payload);
      dropCall(this, call);
      throw error;
    }
    const at = this.record(index);
    this.words[at + TYPE] = PINNED_TYPE;
    this.words[at + PAYLOAD] = payload;
    this.words[at + SPAWNER] = this.polled;
    this.words[at + SPAWNER_GENERATION] = this.polledGeneration;
    this.spawned++;
    this.lastIndex = index;
    this.lastGeneration = this.states.create(index, Joinable);
    if (worker < 0) this.scheduleNew(index);
    else this.deliver(worker, index, this.lastGeneration);
  }

  private takeRecord(): number {
    const index = this.slab.take();
    if (index === 0) throw new TooManyTasksError(this.plan.options.taskCapacity);
    return index;
  }

  /**
   * A record that stands for a waker of this thread.
   *
   * @returns its number; its generation is in `lastGeneration`
   * @throws TooManyTasksError; RuntimeClosedError when nobody will ever wake it
   */
  makeWaker(receiver: MailReceiver): number {
    if (this.ended) throw new RuntimeClosedError();
    const index = this.takeRecord();
    const at = this.record(index);
    this.words[at + TYPE] = WAKER_TYPE;
    this.makeHome(index);
    const generation = this.states.createPinned(index);
    this.lastGeneration = generation;
    this.mailReceivers.set(index, { generation, receiver });
    this.onWaker?.();
    return index;
  }

  /** Is called when this thread begins to wait for something. For one that has an event loop. */
  onWaker: (() => void) | undefined;

  /** Gives the record of a waker back. */
  dropWaker(index: number, generation: number): void {
    this.mailReceivers.delete(index);
    this.forgoWaits(index);
    this.states.release(index, generation);
    this.slab.give(index);
  }

  // Scheduling.

  /** A task that is new and queued. */
  protected abstract scheduleNew(index: number): void;
  /** A task that was woken and is queued. */
  protected abstract scheduleWoken(index: number): void;
  /** Something has arrived for this thread from itself. */
  protected abstract deliverHere(index: number, generation: number): void;

  /** For threads that run no tasks: leaves a task to whichever worker comes first. */
  injectTask(index: number): void {
    this.inject.push(index, 0);
    this.injected++;
    this.wakeWorker();
  }

  /** There is work that any worker can do: wakes one if that is needed. */
  wakeWorker(): void {
    const worker = this.idle.wakeOne();
    if (worker >= 0) this.unpark(worker);
  }

  wake(index: number, generation: number): void {
    this.act(this.states.wake(index, generation), index, generation);
  }

  /** Asks for the end of a task. */
  abort(index: number, generation: number): void {
    this.act(this.states.abort(index, generation), index, generation);
  }

  private act(action: number, index: number, generation: number): void {
    if (action === Nothing) return;
    if (action === Schedule) this.scheduleWoken(index);
    else if (action === Deliver) this.deliver(this.homeOf(index), index, generation);
  }

  /** Puts something into the mailbox of a thread. */
  deliver(slot: number, index: number, generation: number): void {
    if (slot === this.slot) {
      this.deliverHere(index, generation);
      return;
    }
    this.remoteWakes++;
    this.mailboxes[slot].push(index, generation);
    this.unpark(slot);
  }

  /** Ends the sleep of a thread. */
  unpark(slot: number): void {
    this.parkers[slot].unpark(this.kicks[slot]);
  }

  /** Ends the wait of a thread's driver. */
  private kick(slot: number): void {
    const eventFd = Atomics.load(this.words, this.plan.eventFds + slot) - 1;
    if (eventFd >= 0) {
      writeSync(eventFd, ONE);
      return;
    }
    const word = this.plan.driverWord(slot);
    Atomics.store(this.words, word, 1);
    Atomics.notify(this.words, word);
  }

  /** Hands what has arrived to whom it is for. @returns whether anything has */
  openMail(): boolean {
    const mailbox = this.mailboxes[this.slot];
    let any = false;
    for (let index = mailbox.pop(); index !== 0; index = mailbox.pop()) {
      any = true;
      this.receive(index, mailbox.tag);
    }
    return any;
  }

  /** Something has arrived: a wake, an abort, or a task that this thread waits for has ended. */
  protected receive(index: number, generation: number): void {
    const entry = this.mailReceivers.get(index);
    if (entry === undefined || entry.generation !== generation) {
      this.receiveNew(index, generation);
      return;
    }
    entry.receiver.mail(this.states.acknowledge(index, generation));
  }

  /** A pinned task that was spawned for this thread has arrived. */
  protected abstract receiveNew(index: number, generation: number): void;

  // Ending tasks.

  /**
   * The task has ended; its result is in place, or its payload is given. Wakes who waits for it.
   *
   * @param running `Running`, or 0 for a task that does not run
   */
  finish(index: number, generation: number, outcome: Outcome, payload: number, running: number): void {
    const at = this.record(index);
    const { states, words } = this;
    words[at + OUTCOME] = outcome;
    words[at + PAYLOAD] = payload;
    const state = states.complete(index, running);
    const { joiner, joinerGeneration } = states;
    if ((state & Joinable) === 0) this.discard(index, generation);
    if (joiner !== 0) this.wake(joiner, joinerGeneration);
  }

  /** Encodes what a task threw. When there is no memory for it, the outcome is a failure without a cause. */
  storeThrown(error: unknown): number {
    try {
      return this.store(encodeThrown(error));
    } catch {
      return 0;
    }
  }

  /** Gives up everything that the state of a task holds. */
  dropState(index: number): void {
    const at = this.record(index);
    const type = this.types.byId[this.words[at + TYPE]];
    if (type === undefined) {
      const payload = this.words[at + PAYLOAD];
      if (payload === 0) return;
      this.words[at + PAYLOAD] = 0;
      dropCall(this, this.fetch(payload));
      this.heap.free(payload);
      return;
    }
    if (type.holdsHandles) this.dropHandles(index, type);
  }

  /** The same for a task of a type that holds some. */
  dropHandles(index: number, type: TaskType): void {
    if (type.waits) this.forgoWaits(index);
    type.state.drop(this, this.record(index) + BODY);
  }

  /** A record no longer waits for a turn, nor listens to a token. */
  forgoWaits(index: number): void {
    const on = this.waitLists.waitsOn(index);
    if (on !== 0) this.forgo(on, index);
    const token = this.tokens.listensTo(index);
    if (token !== 0) this.tokens.ignore(token, index);
  }

  /** A record no longer waits at a semaphore or a channel. */
  forgo(on: number, index: number): void {
    if (this.words[on + KIND] === SEMAPHORE_KIND) this.semaphores.forgo(on, index);
    else this.channels.forgo(on, index);
  }

  /** Nobody wants the outcome of a task that is complete: gives up what it holds, and the record. */
  discard(index: number, generation: number): void {
    const at = this.record(index);
    const { words } = this;
    const type = this.types.byId[words[at + TYPE]];
    const payload = words[at + PAYLOAD];
    if (payload !== 0) this.freePayload(at, payload);
    else if (type !== undefined && words[at + OUTCOME] === Returned)
      type.result.layout.drop(this, at + BODY + type.resultAt);
    this.states.release(index, generation);
    this.slab.give(index);
  }

  /** In this order: a thread that dies in between leaves a block that is lost, and not one that is free twice. */
  private freePayload(at: number, payload: number): void {
    this.words[at + PAYLOAD] = 0;
    this.heap.free(payload);
  }

  // Joining.

  /** Asks whether a task is complete, and has the task that is being polled, or another record, woken when it is. */
  watch(index: number, generation: number, joiner: number, joinerGeneration: number): Watch {
    return this.states.watch(index, generation, joiner, joinerGeneration);
  }

  /**
   * The result of a complete task, whose record is free afterwards.
   *
   * @throws JoinError
   */
  takeResult(index: number, generation: number, name: string | undefined): unknown {
    const at = this.record(index);
    const { words } = this;
    const outcome = words[at + OUTCOME];
    const payload = words[at + PAYLOAD];
    const type = this.types.byId[words[at + TYPE]];
    let value: unknown;
    if (outcome === Failed)
      value =
        payload === 0
          ? new Error("what it threw is lost: there was no memory for it")
          : decodeThrown(this.fetch(payload));
    else if (outcome === Returned)
      value = type === undefined ? deserialize(this.fetch(payload)) : this.readResult(type, at + BODY + type.resultAt);
    if (payload !== 0) this.freePayload(at, payload);
    this.states.release(index, generation);
    this.slab.give(index);
    if (outcome === Returned) return value;
    throw outcome === Failed
      ? new JoinError("failed", value, { id: index, name })
      : new JoinError("cancelled", undefined, { id: index, name });
  }

  private readResult({ result }: TaskType, at: number): unknown {
    return result.layout.handles.length === 0 ? result.read(this, at) : this.adopt(result, at);
  }

  /** The handle of a task that was spawned by the poll in progress is kept from now on. */
  keep(index: number): void {
    this.words[this.record(index) + SPAWNER] = 0;
  }

  /** Nobody wants the outcome of a task any more. */
  detach(index: number, generation: number): void {
    if (this.states.detach(index, generation)) this.discard(index, generation);
  }

  // Shares.

  /** Reads something whose handles change hands: they belong to the task that is being polled, or to the caller. */
  adopt(codec: Codec, at: number): unknown {
    this.adopting = true;
    try {
      return codec.read(this, at);
    } finally {
      this.adopting = false;
    }
  }

  /**
   * Words that this thread has for the moment, aligned to 8 bytes.
   *
   * @throws RangeError for more than there are
   */
  draft(wordCount: number): number {
    if (wordCount > DRAFT_WORDS) {
      throw new RangeError(
        `a message that holds handles has at most ${DRAFT_WORDS * 4} bytes, but this one ${wordCount * 4}`,
      );
    }
    return this.plan.draft(this.slot);
  }

  /** A share came to be by the poll in progress: it is given up after it, if it is not kept. Outside of a poll its user does so. */
  own(share: Share): void {
    if (this.polled !== 0) this.shares[this.shareCount++] = share;
  }

  /** The poll is over. */
  releaseShares(): void {
    const { shareCount, shares } = this;
    if (shareCount === 0) return;
    this.shareCount = 0;
    // The array keeps its memory, and nothing else.
    for (let i = 0; i < shareCount; i++) {
      shares[i].release();
      shares[i] = NO_SHARE;
    }
  }

  // Things that are shared: a block that begins with how many own it and of which kind it is.

  /** Makes a thing of `wordCount` words, all 0, with one owner. @throws HeapFullError */
  makeShared(kind: number, wordCount: number): number {
    const block = this.heap.allocate(THING_HEADER_WORDS + wordCount);
    const at = block + THING_HEADER_WORDS;
    this.words[at + KIND] = kind;
    Atomics.store(this.words, at + OWNERS, 1);
    return at;
  }

  /** Another one owns it. */
  retain(at: number): void {
    Atomics.add(this.words, at + OWNERS, 1);
  }

  /** An owner gives it up. The memory of what nobody owns is free. */
  disown(at: number): void {
    this.leave(at);
    if (Atomics.sub(this.words, at + OWNERS, 1) === 1) this.freeShared(at);
  }

  /** Gives back the memory of something that nobody owns. */
  freeShared(at: number): void {
    this.heap.free(at - THING_HEADER_WORDS);
  }

  /** The task that is being polled gives something up: it cannot wait there any more. */
  leave(at: number): void {
    const { polled } = this;
    if (polled === 0) return;
    if (this.waitLists.waitsOn(polled) === at) this.forgo(at, polled);
    if (this.tokens.listensTo(polled) === at) this.tokens.ignore(at, polled);
  }

  // Bytes.

  /** Puts bytes into a block. @throws HeapFullError */
  store(bytes: Uint8Array): number {
    const block = this.heap.allocate(1 + Math.ceil(bytes.length / 4));
    this.words[block] = bytes.length;
    this.memory.bytes.set(bytes, (block + 1) * 4);
    return block;
  }

  /** A copy of the bytes of a block. */
  fetch(block: number): Uint8Array {
    const start = (block + 1) * 4;
    return Buffer.from(this.memory.bytes.slice(start, start + this.words[block]).buffer);
  }
}

/** Few enough that what the other threads keep for themselves is a small part of a small slab. */
function slabBatch(taskCapacity: number, slots: number): number {
  return Math.max(1, Math.min(MAX_SLAB_BATCH, Math.floor(taskCapacity / (8 * slots))));
}
