// What a model is: shared memory, the threads that work on it, and what must hold when all of them have ended.

/** The threads of a model by name. Each is run many times, from its start; what it returns is handed to the check. */
export type Threads = Record<string, () => unknown>;

/** What the threads returned. */
export type Results<T extends Threads> = { readonly [Name in keyof T]: ReturnType<T[Name]> };

/** One fresh instance of a model: it is set up anew for every schedule. */
export interface Scene<T extends Threads> {
  readonly threads: T;
  /** Called after all threads have ended; it throws if what they did is wrong. */
  check?(results: Results<T>): void;
}

/** Gives names to shared memory, so that traces can be read. */
export interface Memory {
  /** A new array of `length` words, each 0, in shared memory of its own. */
  int32Array(name: string, length?: number): Int32Array<SharedArrayBuffer>;
  /** Names the part of shared memory that a view covers, and returns the view. A smaller part's name wins. */
  name<View extends ArrayBufferView>(name: string, view: View): View;
}

/** Concurrent code to check. */
export interface Model<T extends Threads = Threads> {
  readonly name: string;
  /**
   * Makes the shared memory, by `memory` or by `new SharedArrayBuffer`, and the threads. Whatever else the threads
   * work with they make themselves: a JavaScript object that two of them share is something that no program has.
   * What it throws ends the exploration as it is: no schedule is to blame.
   */
  setup(memory: Memory): Scene<T>;
}

/** What holds for every way to run a model. */
export interface Options {
  /**
   * How many atomic operations and plain accesses one schedule may have; one more is reported as a livelock.
   * 10,000 if not given.
   */
  readonly maxSteps?: number;
  /**
   * Whether an `Atomics.wait` with a timeout may time out at any moment (`any`, if not given), or `never`, so that a
   * wake-up which is lost shows as the deadlock that the timeout would hide.
   */
  readonly timeouts?: "any" | "never";
  /**
   * How often a thread may go on past an `Atomics.pause` or a timeout though no other has changed shared memory since;
   * then it stands behind all others that can run. 1 if not given.
   */
  readonly spins?: number;
  /**
   * Makes the `Atomics` that the threads get from the one that checks them: with one operation left out or changed, it
   * shows that a model would notice. `nameOf` is the name of a word as traces have it.
   */
  readonly atomics?: (
    checked: typeof Atomics,
    nameOf: (view: ArrayBufferView, index: number) => string,
  ) => typeof Atomics;
}
