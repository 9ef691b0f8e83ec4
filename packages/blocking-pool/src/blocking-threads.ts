// The pool as the runtime sees it. Calls wait here, in the order in which they were first polled, and go to the host thread only
// when a thread is free for them; so dropping one that has not begun takes it out, and nothing else.
//
//      Fresh --first poll--> Queued --thread free--> Begun --outcome--> Ended --poll--> Done
//      any --drop--> Done      (one that has begun keeps its thread until it ends, and its outcome is thrown away)
import { availableParallelism } from "node:os";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import {
  type Context,
  Future,
  Pending,
  type Poll,
  PolledAfterCompletionError,
  type Waker,
} from "@pollab/runtime-core/future";
import type { BlockingCall, BlockingPool, UnparkHandle } from "@pollab/runtime-core/task";
import { beside } from "./beside.ts";
import {
  CLOSED,
  GATE,
  OPEN,
  type Outcome,
  type OutcomeMessage,
  POSTED,
  restored,
  SIGNALLING,
  thrown,
  WORDS,
} from "./messages.ts";

const DEFAULT_IDLE_TIMEOUT_MS = 10_000;

/** How many threads, and how long they are kept. */
export interface BlockingThreadsOptions {
  /** How many calls run at a time, an integer of at least 1; as many as there are processors unless given. */
  readonly threads?: number;
  /** How long a thread without a call is kept: 10,000 ms unless given. */
  readonly idleTimeoutMs?: number;
}

/** A blocking call was made on, or still waited in, a pool that was closed. */
export class BlockingPoolClosedError extends Error {
  override readonly name = "BlockingPoolClosedError";
  constructor() {
    super("the pool of threads for blocking calls was closed before this call came to its end");
  }
}

/** A bounded pool of threads for one runtime. Its threads start with the first calls. */
export class BlockingThreads implements BlockingPool {
  private readonly threads: number;
  private readonly idleTimeoutMs: number;
  private readonly words: Int32Array<SharedArrayBuffer> = new Int32Array(
    new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT),
  );
  private readonly queued = new Set<Call>();
  /** By id, those that were dropped meanwhile included. */
  private readonly begun = new Map<number, Call>();
  private host: { readonly worker: Worker; readonly port: MessagePort } | null = null;
  private owner: { readonly unpark: UnparkHandle | null } | null = null;
  private collected = 0;
  private lastId = 0;
  private closed = false;

  /** @throws RangeError */
  constructor(options: BlockingThreadsOptions = {}) {
    const { threads = availableParallelism(), idleTimeoutMs = DEFAULT_IDLE_TIMEOUT_MS } = options;
    if (!Number.isInteger(threads) || threads < 1) {
      throw new RangeError(`threads expects an integer of at least 1, but was given ${threads}`);
    }
    if (!(idleTimeoutMs >= 0)) {
      throw new RangeError(`idleTimeoutMs expects a number of at least 0, but was given ${idleTimeoutMs}`);
    }
    this.threads = threads;
    this.idleTimeoutMs = idleTimeoutMs;
  }

  get isBusy(): boolean {
    return this.begun.size > 0;
  }

  attach(unpark: UnparkHandle | null): void {
    if (this.owner !== null) throw new Error("this pool serves a runtime already; make one for each");
    this.owner = { unpark };
  }

  call(call: BlockingCall): Future<unknown> {
    return new Call(this, call);
  }

  collect(): void {
    if (this.host === null || Atomics.load(this.words, POSTED) === this.collected) return;
    this.collected = Atomics.load(this.words, POSTED);
    const { port } = this.host;
    for (let received = receiveMessageOnPort(port); received !== undefined; received = receiveMessageOnPort(port)) {
      // What the host posts.
      this.settle(received.message as OutcomeMessage);
    }
  }

  close(timeoutMs: number): boolean {
    if (this.closed) return true;
    this.closed = true;
    for (const call of this.queued) call.end(closedOutcome());
    this.queued.clear();
    this.waitForBegun(performance.now() + timeoutMs);
    const ended = this.begun.size === 0;
    for (const call of this.begun.values()) call.end(closedOutcome());
    this.begun.clear();
    this.closeGate();
    const { host } = this;
    this.host = null;
    host?.port.close();
    // Its threads go with it. Nobody has to wait for that.
    void host?.worker.terminate();
    return ended;
  }

  /** For calls. @internal */
  enqueue(call: Call): void {
    if (this.closed) throw new BlockingPoolClosedError();
    if (this.begun.size < this.threads) this.begin(call);
    else this.queued.add(call);
  }

  /** For calls. @internal */
  dequeue(call: Call): void {
    this.queued.delete(call);
  }

  /** @throws DataCloneError when the arguments cannot be copied */
  private begin(call: Call): void {
    this.host ??= this.startHost();
    const id = ++this.lastId;
    this.host.port.postMessage({ id, call: call.call });
    this.begun.set(id, call);
    this.keepAlive();
  }

  private settle({ id, outcome }: OutcomeMessage): void {
    const call = this.begun.get(id);
    this.begun.delete(id);
    this.beginNext();
    this.keepAlive();
    call?.end(outcome);
  }

  private beginNext(): void {
    for (const call of this.queued) {
      if (this.begun.size >= this.threads) return;
      this.queued.delete(call);
      try {
        this.begin(call);
      } catch (error) {
        call.end(thrown(error));
      }
    }
  }

  private startHost(): NonNullable<typeof this.host> {
    if (this.owner === null) throw new Error("this pool serves no runtime; hand it to one as its `blocking` option");
    const { port1, port2 } = new MessageChannel();
    const { idleTimeoutMs, threads, words } = this;
    const worker = new Worker(beside("host"), {
      name: "pollab blocking pool",
      workerData: { port: port2, words, unpark: this.owner.unpark, threads, idleTimeoutMs },
      transferList: [port2],
    });
    worker.unref();
    // Where an event loop runs, it brings the outcomes; elsewhere the runtime collects them.
    if (this.owner.unpark === null) port1.on("message", (message: OutcomeMessage) => this.settle(message));
    return { worker, port: port1 };
  }

  /** Calls under way keep a process alive, as other I/O does; an idle pool does not. */
  private keepAlive(): void {
    if (this.begun.size > 0) this.host?.port.ref();
    else this.host?.port.unref();
  }

  private waitForBegun(deadlineMs: number): void {
    while (this.begun.size > 0) {
      this.collect();
      const leftMs = deadlineMs - performance.now();
      if (this.begun.size === 0 || leftMs <= 0) return;
      Atomics.wait(this.words, POSTED, this.collected, leftMs);
    }
  }

  /** From now on the host leaves the handle alone with which it unparks this thread. */
  private closeGate(): void {
    const { words } = this;
    while (Atomics.compareExchange(words, GATE, OPEN, CLOSED) === SIGNALLING) Atomics.wait(words, GATE, SIGNALLING);
  }
}

const Fresh = 0;
const Queued = 1;
const Ended = 2;
const Done = 3;

class Call extends Future<unknown> {
  readonly call: BlockingCall;
  private readonly pool: BlockingThreads;
  private state: typeof Fresh | typeof Queued | typeof Ended | typeof Done = Fresh;
  private waker: Waker | null = null;
  private outcome: Outcome | null = null;

  constructor(pool: BlockingThreads, call: BlockingCall) {
    super();
    this.pool = pool;
    this.call = call;
  }

  override poll(cx: Context): Poll<unknown> {
    if (this.state === Done) throw new PolledAfterCompletionError("blocking call");
    if (this.state === Fresh) {
      this.state = Done;
      this.pool.enqueue(this);
      this.state = Queued;
    }
    if (this.outcome === null) {
      this.waker = cx.waker;
      return Pending;
    }
    const { outcome } = this;
    this.state = Done;
    this.outcome = null;
    if (outcome.kind === "returned") return outcome.value;
    throw outcome.kind === "threw" ? restored(outcome.error) : outcome.value;
  }

  /** For the pool. */
  end(outcome: Outcome): void {
    if (this.state !== Queued) return;
    this.state = Ended;
    this.outcome = outcome;
    const { waker } = this;
    this.waker = null;
    waker?.wake();
  }

  override drop(): void {
    if (this.state === Queued) this.pool.dequeue(this);
    this.state = Done;
    this.waker = this.outcome = null;
  }
}

function closedOutcome(): Outcome {
  return thrown(new BlockingPoolClosedError());
}
