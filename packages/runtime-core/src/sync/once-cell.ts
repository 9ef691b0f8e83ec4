// A value that is computed once, by the first who asks, while the others wait.
//
// The right to initialise is the only permit of a semaphore, which is closed once there is a value.
import { ambient } from "../future/ambient.ts";
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { LockedValue } from "./locked-value.ts";
import type { Waiter } from "./wait-list.ts";

/** A cell could not be set. */
export class SetError<T> extends Error {
  override readonly name = "SetError";
  readonly reason: "initialized" | "initializing";
  /** What was to be set. */
  readonly value: T;

  constructor(reason: "initialized" | "initializing", value: T) {
    super(reason === "initialized" ? "the cell has a value already" : "the cell is being initialized");
    this.reason = reason;
    this.value = value;
  }
}

type State<T> = LockedValue<T | undefined>;

/** Ends the initialisation, for which the permit has been taken. */
function store<T>(state: State<T>, value: T): void {
  state.value = value;
  state.close();
}

class GetOrInit<T> extends Future<T> {
  private readonly state: State<T>;
  private readonly initialise: () => Future<T>;
  private waiter: Waiter | null = null;
  /** Set while this future has the right to initialise and uses it. */
  private initialiser: Future<T> | null = null;
  private done = false;

  constructor(state: State<T>, initialise: () => Future<T>) {
    super();
    this.state = state;
    this.initialise = initialise;
  }

  override poll(cx: Context): Poll<T> {
    if (this.done) throw new PolledAfterCompletionError("wait for a cell");
    const { state } = this;
    if (this.initialiser === null) {
      if (state.isClosed) {
        this.waiter = null;
        this.done = true;
        // A closed cell has its value.
        return state.value as T;
      }
      if (!this.takeTurn(cx)) return Pending;
    }
    let value: Poll<T>;
    try {
      this.initialiser ??= this.initialise();
      value = this.initialiser.poll(cx);
    } catch (error) {
      this.done = true;
      this.initialiser = null;
      state.release(1);
      throw error;
    }
    if (value === Pending) return Pending;
    this.done = true;
    this.initialiser = null;
    store(state, value);
    return value;
  }

  private takeTurn(cx: Context): boolean {
    const { state, waiter } = this;
    if (waiter === null) {
      if (state.tryTake(1)) return true;
      this.waiter = state.enqueue(1, cx.waker);
      return false;
    }
    if (waiter.isWaiting) {
      waiter.waker = cx.waker;
      return false;
    }
    this.waiter = null;
    return true;
  }

  override drop(): void {
    const { state, waiter, initialiser } = this;
    this.done = true;
    this.waiter = null;
    this.initialiser = null;
    if (waiter !== null) state.cancel(waiter, 1);
    if (initialiser === null) return;
    try {
      initialiser.drop();
    } finally {
      state.release(1);
    }
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, T> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}

/** A place for a value that is set once, and may take an asynchronous computation to get. */
export class OnceCell<T> {
  private readonly state: State<T> = new LockedValue<T | undefined>(1, undefined);

  /** The value; undefined while there is none. */
  get(): T | undefined {
    return this.state.value;
  }

  get isInitialized(): boolean {
    return this.state.isClosed;
  }

  /** @throws SetError when the cell has a value, or somebody is computing one; the error carries `value` */
  set(value: T): void {
    const { state } = this;
    if (state.isClosed) throw new SetError("initialized", value);
    if (!state.tryTake(1)) throw new SetError("initializing", value);
    store(state, value);
  }

  /**
   * The value; if there is none, the result of the future that `initialise` makes. However many ask at once, one of them computes
   * and the others wait. When that one throws or is dropped, the cell stays empty and the next of those who wait computes with
   * its own function; the error goes only to the one that computed. So this is tokio's `get_or_try_init` as well. A
   * computation that asks the same cell waits for itself, for ever.
   */
  getOrInit(initialise: () => Future<T>): Future<T> {
    return new GetOrInit(this.state, initialise);
  }
}
