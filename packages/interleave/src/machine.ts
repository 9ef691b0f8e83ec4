// Runs a model on one schedule. JavaScript's atomics are sequentially consistent, so a schedule is an order of atomic
// operations; plain accesses have values that it settles, or else they race, which is reported.
//
// A thread runs until the strategy chooses another before one of its operations, or until it has to wait; then a token is
// thrown through it, and when it is chosen again it is run from its start: all that it has done is answered from its log.
import { assign, join } from "./clock.ts";
import type { ErrorKind, TraceStep } from "./error.ts";
import { History } from "./hash.ts";
import { SharedMemory } from "./memory.ts";
import type { Model, Options, Scene, Threads } from "./model.ts";
import { callerPosition } from "./position.ts";
import { type Access, Races } from "./races.ts";
import type { Decision, Strategy } from "./strategy.ts";
import { type Action, Thread } from "./thread.ts";
import type { Word } from "./word.ts";

/** What went wrong in an execution. */
export interface Failure {
  readonly kind: ErrorKind;
  readonly description: string;
  readonly cause?: unknown;
}

/** How an execution ended. */
export interface Outcome {
  readonly failure: Failure | undefined;
  /** Whether the strategy let it end before its threads did. */
  readonly cutShort: boolean;
  readonly steps: number;
  readonly preemptions: number;
}

/** What is thrown to stop a thread: always the same, so that it costs no stack. */
const stopped: Error = new Error(
  "A thread of a model is stopped here, to go on later. Code that sees this must let it pass.",
);

/** How often code may go on with shared memory in `finally` and `catch` while it is being stopped. */
const maxRethrown = 1000;
/** Users of a word are bits of a number. */
const maxThreads = 30;

/** Runs executions of one model, one after the other. */
export class Machine implements Decision {
  readonly memory: SharedMemory = new SharedMemory();
  /** Whether an execution has shown that more words are used by several threads than was known before it. */
  learnt = false;
  /** The number of the execution in progress. */
  execution = 0;
  /** Set to keep a trace, with positions, which is slow. */
  tracing = false;

  readonly #model: Model;
  readonly #options: Required<Pick<Options, "maxSteps" | "timeouts" | "spins">>;
  readonly #races = new Races();
  readonly #key = new History();
  #strategy: Strategy | undefined;

  #threads: Thread[] = [];
  #running: Thread | undefined;
  #next: Thread | undefined;
  #changes = 0;
  #steps = 0;
  #preemptions = 0;
  #failure: Failure | undefined;
  #cutShort = false;
  #unwinding = false;
  #rethrown = 0;
  #trace: TraceStep[] = [];
  /** Who was chosen, and how many operations it then did. */
  #stretches: { thread: number; operations: number }[] = [];

  candidates: readonly Thread[] = [];
  current: Thread | undefined;
  free = true;

  constructor(model: Model, options: Options) {
    this.#model = model;
    this.#options = {
      maxSteps: options.maxSteps ?? 10_000,
      timeouts: options.timeouts ?? "any",
      spins: options.spins ?? 1,
    };
  }

  /** Runs the model once. */
  execute(strategy: Strategy): Outcome {
    this.#strategy = strategy;
    this.execution++;
    this.#races.clear();
    this.#running = undefined;
    this.#next = undefined;
    this.#changes = this.#steps = this.#preemptions = 0;
    this.#failure = undefined;
    this.#cutShort = this.#unwinding = false;
    this.#trace = [];
    this.#stretches = [];
    this.#threads = [];

    const scene = this.#setUp();
    let next = this.#choose(undefined, true);
    while (next !== undefined) {
      this.#run(next);
      if (this.#failure !== undefined || this.#cutShort) break;
      next = this.#next ?? this.#choose(undefined, true);
    }
    this.#running = undefined;
    if (this.#failure === undefined && !this.#cutShort) this.#check(scene);
    return {
      failure: this.#failure,
      cutShort: this.#cutShort,
      steps: this.#steps,
      preemptions: this.#preemptions,
    };
  }

  /** Each thread that was chosen and how many operations it did: `0*3 1*2`. */
  get schedule(): string {
    const stretches = this.#stretches.map(({ thread, operations }) => `${thread}*${operations}`);
    if (this.#next !== undefined) stretches.push(`${this.#next.id}*0`);
    return stretches.join(" ");
  }

  get trace(): readonly TraceStep[] {
    return this.#trace;
  }

  get threads(): readonly Thread[] {
    return this.#threads;
  }

  #setUp(): Scene<Threads> {
    this.memory.open();
    try {
      const scene = this.#model.setup(this.memory);
      const bodies = Object.entries(scene.threads);
      if (bodies.length > maxThreads) throw new RangeError(`A model has at most ${maxThreads} threads.`);
      this.#threads = bodies.map(([name, body], id) => new Thread(id, name, body, bodies.length));
      return scene;
    } finally {
      this.memory.close();
    }
  }

  #check(scene: Scene<Threads>): void {
    try {
      scene.check?.(Object.fromEntries(this.#threads.map(({ name, result }) => [name, result])));
    } catch (error) {
      this.#failure ??= { kind: "assertion", description: `the check threw ${messageOf(error)}`, cause: error };
    }
  }

  /** Lets a thread run until it ends or is stopped. */
  #run(thread: Thread): void {
    this.#stretches.push({ thread: thread.id, operations: 0 });
    this.#next = undefined;
    this.#rethrown = 0;
    this.#unwinding = false;
    this.#running = thread;
    thread.granted = thread.waitsAt === undefined;
    if (thread.waitsAt !== undefined) this.#timeOut(thread, thread.waitsAt);
    thread.rewind();
    try {
      const { body } = thread;
      const result = body();
      if (this.#unwinding) this.#swallowed(thread, undefined);
      else if (thread.replaying) this.#strayed(thread, "it ended");
      else if (isThenable(result)) {
        this.#fail("unsupported", `${thread.name} is asynchronous; a model's thread is a plain function.`);
      } else {
        thread.finished = true;
        thread.result = result;
      }
    } catch (error) {
      if (error === stopped) return;
      if (this.#unwinding) this.#swallowed(thread, error);
      else this.#fail("assertion", `${thread.name} threw ${messageOf(error)}`, error);
    }
  }

  // What the stand-ins call.

  /** Whether what happens now is not a thread's doing, but the set-up's or the check's: there is nobody beside them. */
  get isAlone(): boolean {
    return this.#running === undefined;
  }

  /**
   * A thread is about to do something. If it did so before, the answer is true and `replay` has the result; otherwise
   * it may go on and then has to `record` it, or it is stopped here and now.
   */
  begin(action: Action, address: number): boolean {
    const thread = this.#thread();
    if (this.#unwinding) this.#rethrow();
    if (thread.replaying) {
      if (!thread.expects(action, address)) this.#strayed(thread, this.#describe(action, address));
      return true;
    }
    if (action !== "read" && action !== "write") this.#schedule(thread, action, address);
    if (++this.#steps > this.#options.maxSteps && this.#rethrown === 0) {
      this.#stop(
        "livelock",
        `no end after ${this.#options.maxSteps} steps. Bound the loop in which ${thread.name} is, or call ` +
          "Atomics.pause() in it: then the others get their turn.",
      );
    }
    return false;
  }

  /** The result of what the thread did before at this point. */
  replay(): unknown {
    return this.#thread().replay();
  }

  /** The thread has accessed `length` bytes without `Atomics`. */
  recordPlain(action: "read" | "write", address: number, length: number, value: unknown, text: () => string): void {
    const thread = this.#thread();
    const position = this.tracing ? callerPosition() : undefined;
    if (this.tracing) this.#trace.push({ thread: thread.name, operation: text(), position });
    thread.record(action, address, value);
    this.#access(thread, address, length, false, action === "write", position);
  }

  /** The thread has done an atomic operation; `wrote` if it stored a value, `changed` if a different one. */
  recordAtomic(
    action: Action,
    address: number,
    length: number,
    value: unknown,
    wrote: boolean,
    changed: boolean,
    text: () => string,
  ): void {
    const thread = this.#thread();
    const word = this.#word(address);
    const position = this.#note(thread, text);
    thread.record(action, address, value);
    if (word.use(thread.id, wrote)) this.learnt = true;
    this.#access(thread, address, length, true, wrote, position);
    if (changed) this.#changed(thread);
    // Who reads a value knows what its writer knew. A store does not read: what earlier writers knew ends with it.
    if (action !== "store") join(thread.clock, word.clock);
    if (wrote) {
      assign(word.clock, thread.clock);
      thread.tick();
    }
    this.#enterHistory(thread, word, wrote);
  }

  /** The thread has paused: the others may go first. */
  recordPause(): void {
    const thread = this.#thread();
    this.#note(thread, () => "Atomics.pause()");
    thread.record("pause", -1, undefined);
    thread.history.mix(1, 1);
    this.#countPause(thread);
    if (this.#rethrown > 0) return;
    thread.granted = true;
    this.#goOn(thread, true);
  }

  /** The thread has found the value that it waits to see changed, and waits. Never returns. */
  wait(address: number, length: number, isTimed: boolean, text: () => string): never {
    const thread = this.#thread();
    const word = this.#word(address);
    const position = this.#note(thread, () => `${text()}: waits`);
    if (word.use(thread.id, true)) this.learnt = true;
    this.#access(thread, address, length, true, false, position);
    join(thread.clock, word.clock);
    this.#passList(thread, word);
    this.#enterHistory(thread, word, true);
    word.waiters.push(thread);
    thread.waitsAt = word;
    thread.waitIsTimed = isTimed;
    thread.waitPosition = position;
    this.#unwinding = true;
    throw stopped;
  }

  /** The thread has looked for waiters at a word: at most `count` of them go on, the first come first. */
  notify(address: number, count: number, text: (woken: number) => string): number {
    const thread = this.#thread();
    const word = this.#word(address);
    const woken = Math.min(count, word.waiters.length);
    this.#note(thread, () => text(woken));
    if (word.use(thread.id, true)) this.learnt = true;
    this.#passList(thread, word);
    this.#enterHistory(thread, word, true);
    if (woken > 0) this.#changed(thread);
    for (const waiter of word.waiters.splice(0, woken)) this.#wake(waiter, word, "ok");
    thread.record("notify", address, woken);
    return woken;
  }

  /** Ends the execution, and the thread: it did what cannot be checked. */
  unsupported(description: string): never {
    return this.#stop("unsupported", description);
  }

  // Who goes on.

  get sinceSwitch(): number {
    return this.#stretches.at(-1)?.operations ?? 0;
  }

  get switches(): number {
    return this.#stretches.length;
  }

  state(): number {
    return this.#state(-1);
  }

  stateWithCurrent(): number {
    return this.#state(this.current === undefined ? -1 : this.current.id * 2 + Number(this.free));
  }

  #state(seed: number): number {
    const key = this.#key;
    key.clear(seed);
    for (const thread of this.#threads) {
      key.mix(thread.history.high, thread.history.low);
      if (thread.finished) key.mix(0, 0);
      if (thread.pauses > 0) key.mix(thread.pauses, Number(this.#isBehind(thread)));
    }
    return key.key();
  }

  /** Before an operation of a thread: goes on with it, or stops it because another was chosen. */
  #schedule(thread: Thread, action: Action, address: number): void {
    if (this.#rethrown > 0) return;
    if (this.#isDecisive(action, address)) {
      if (thread.granted) thread.granted = false;
      else this.#goOn(thread, false);
    }
    const stretch = this.#stretches.at(-1);
    if (stretch !== undefined) stretch.operations++;
  }

  /** Returns if a thread may go on, and stops it if another was chosen. */
  #goOn(thread: Thread, free: boolean): void {
    const chosen = this.#choose(thread, free);
    if (chosen === thread) return;
    this.#next = chosen;
    this.#unwinding = true;
    throw stopped;
  }

  /** Whether it can matter which thread goes first here. */
  #isDecisive(action: Action, address: number): boolean {
    if (this.#strategy?.everywhere === true) return true;
    if (action === "pause") return false;
    return action === "wait" || action === "notify" || this.memory.word(address).contended;
  }

  /** The thread to go on with; none if all have ended, or if this execution ends here. */
  #choose(current: Thread | undefined, free: boolean): Thread | undefined {
    const ready = this.#threads.filter((thread) => this.#canRun(thread));
    const ahead = ready.filter((thread) => !this.#isBehind(thread));
    const candidates = ahead.length > 0 ? ahead : ready;
    if (candidates.length === 0) {
      if (this.#threads.some(({ finished }) => !finished)) this.#deadlocked();
      return undefined;
    }
    const isAlone = candidates.length === 1 && candidates[0] === current;
    if (isAlone && this.#strategy?.everywhere !== true) return current;
    this.candidates = candidates;
    this.current = current;
    this.free = free || current === undefined || !candidates.includes(current);
    const chosen = this.#strategy?.choose(this);
    if (chosen === undefined) {
      this.#cutShort = true;
      return undefined;
    }
    if (!candidates.includes(chosen)) {
      this.#fail("non-determinism", `the schedule goes on with ${chosen.name} where it cannot run.`);
      return undefined;
    }
    if (!this.free && chosen !== current) this.#preemptions++;
    return chosen;
  }

  #canRun(thread: Thread): boolean {
    if (thread.finished) return false;
    return thread.waitsAt === undefined || (thread.waitIsTimed && this.#options.timeouts === "any");
  }

  /** Whether a thread spins while nothing changes, so that the others go first. */
  #isBehind(thread: Thread): boolean {
    return thread.pauses > this.#options.spins && thread.pausedAt === this.#changes - thread.changes;
  }

  // Waiting.

  #timeOut(thread: Thread, word: Word): void {
    word.waiters.splice(word.waiters.indexOf(thread), 1);
    this.#note(thread, () => `Atomics.wait(${this.memory.nameOf(word.address)}) times out`);
    this.#passList(thread, word);
    this.#enterHistory(thread, word, true);
    this.#wake(thread, word, "timed-out");
    this.#countPause(thread);
    this.#steps++;
    const stretch = this.#stretches.at(-1);
    if (stretch !== undefined) stretch.operations++;
  }

  #wake(thread: Thread, word: Word, result: "ok" | "timed-out"): void {
    thread.waitsAt = undefined;
    thread.record("wait", word.address, result);
    join(thread.clock, word.listClock);
    thread.history.mix(word.written.high, word.written.low);
  }

  /** Enters and leaves the list of those who wait at a word: who enters it later knows what those before knew. */
  #passList(thread: Thread, word: Word): void {
    join(thread.clock, word.listClock);
    assign(word.listClock, thread.clock);
    thread.tick();
  }

  #deadlocked(): void {
    const waiting = this.#threads.filter(({ finished }) => !finished);
    const where = waiting.map(({ name, waitsAt, waitPosition }) => {
      const word = waitsAt === undefined ? "" : this.memory.nameOf(waitsAt.address);
      return `${name} at ${word}${waitPosition === undefined ? "" : ` (${waitPosition})`}`;
    });
    this.#fail(
      "deadlock",
      `every thread that has not ended waits, and nobody is left to wake it: ${where.join("; ")}.`,
    );
  }

  // Bookkeeping.

  #word(address: number): Word {
    const word = this.memory.word(address);
    word.enter(this.execution, this.#threads.length);
    return word;
  }

  /** A thread paused or timed out: if it does so again and again while nothing changes, the others go first. */
  #countPause(thread: Thread): void {
    const changesByOthers = this.#changes - thread.changes;
    if (thread.pausedAt !== changesByOthers) thread.pauses = 0;
    thread.pausedAt = changesByOthers;
    thread.pauses++;
  }

  #changed(thread: Thread): void {
    this.#changes++;
    thread.changes++;
  }

  /** What a thread has read is part of its own history; only writes have an order that others see. */
  #enterHistory({ history }: Thread, word: Word, wrote: boolean): void {
    history.mix(word.written.high, word.written.low);
    history.mix(word.address, wrote ? 2 : 3);
    if (wrote) word.written.copy(history);
  }

  #note(thread: Thread, text: () => string): string | undefined {
    if (!this.tracing) return undefined;
    const position = callerPosition();
    this.#trace.push({ thread: thread.name, operation: text(), position });
    return position;
  }

  #access(
    thread: Thread,
    address: number,
    length: number,
    atomic: boolean,
    write: boolean,
    position: string | undefined,
  ): void {
    const other = this.#races.access(thread.id, thread.clock, address, length, atomic, write, position);
    if (other === undefined) return;
    const name = this.memory.nameOf(other.address);
    const by = (who: string | undefined, access: Pick<Access, "atomic" | "write" | "position">): string =>
      `${who} ${access.write ? "writes" : "reads"} it ${access.atomic ? "atomically" : "plainly"}` +
      (access.position === undefined ? "" : ` at ${access.position}`);
    this.#stop(
      "race",
      `nothing orders two accesses to ${name}: ${by(this.#threads[other.thread]?.name, other)}; ` +
        `${by(thread.name, { atomic, write, position })}.`,
    );
  }

  #thread(): Thread {
    if (this.#running === undefined) throw new Error("No thread of a model is running.");
    return this.#running;
  }

  // What goes wrong.

  /** The token was caught, and the code that caught it works on: it is thrown again. */
  #rethrow(): void {
    // After so many times it is a loop that catches everything. It goes on undisturbed then, so that it may end.
    if (++this.#rethrown < maxRethrown) throw stopped;
    if (this.#rethrown === maxRethrown) this.#swallowed(this.#thread(), undefined);
    this.#unwinding = false;
  }

  #swallowed(thread: Thread, thrown: unknown): void {
    const instead = thrown === undefined ? "" : ` and threw ${messageOf(thrown)}`;
    this.#fail(
      "swallowed",
      `${thread.name} caught what the checker throws to stop it${instead}. Where code catches everything, it must ` +
        "throw again what it does not know.",
      thrown,
    );
  }

  #strayed(thread: Thread, what: string): never {
    const { action, address } = thread.expected;
    const before = action === undefined ? "ended" : this.#describe(action, address);
    return this.#stop(
      "non-determinism",
      `${thread.name} was run again and did something else: first ${before}, then ${what}. Does it use the time, ` +
        "random numbers, or a JavaScript object that was not made in the thread itself?",
    );
  }

  #describe(action: Action, address: number): string {
    return action === "pause" ? action : `${action} of ${this.memory.nameOf(address)}`;
  }

  #stop(kind: ErrorKind, description: string): never {
    this.#fail(kind, description);
    this.#unwinding = true;
    throw stopped;
  }

  #fail(kind: ErrorKind, description: string, cause?: unknown): void {
    this.#failure ??= { kind, description, cause };
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
