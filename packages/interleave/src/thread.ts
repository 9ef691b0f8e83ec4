// A thread of a model in one execution. It cannot be stopped and continued in the middle of a function, so it is run again
// from its start instead; its log has the results of what it did before, and hands them to it on the way.
import { type Clock, newClock } from "./clock.ts";
import { History } from "./hash.ts";
import type { Word } from "./word.ts";

/** What a thread does with shared memory: an operation of `Atomics`, or a plain access. */
export type Action = AtomicName | "read" | "write";

/** The operations of `Atomics` that a model's threads may call. */
export type AtomicName =
  | "add"
  | "and"
  | "compareExchange"
  | "exchange"
  | "load"
  | "notify"
  | "or"
  | "pause"
  | "store"
  | "sub"
  | "wait"
  | "xor";

/** One thread, one execution. */
export class Thread {
  /** Its place among the threads. */
  readonly id: number;
  readonly name: string;
  readonly body: () => unknown;

  finished = false;
  result: unknown = undefined;
  /** The word that it waits at. */
  waitsAt: Word | undefined = undefined;
  waitIsTimed = false;
  waitPosition: string | undefined = undefined;

  /** It was chosen, and does its next operation without being asked about it again. */
  granted = false;
  /** How often it paused since another thread changed memory. */
  pauses = 0;
  /** How many changes of memory by others it knew of when it paused first. */
  pausedAt = 0;
  /** How many times it changed memory. */
  changes = 0;

  readonly clock: Clock;
  readonly history: History = new History();

  readonly #actions: Action[] = [];
  readonly #addresses: number[] = [];
  readonly #values: unknown[] = [];
  #cursor = 0;

  constructor(id: number, name: string, body: () => unknown, threads: number) {
    this.id = id;
    this.name = name;
    this.body = body;
    this.clock = newClock(threads);
    this.clock[id] = 1;
    this.history.clear(id);
  }

  /** It begins from its start. */
  rewind(): void {
    this.#cursor = 0;
  }

  /** Whether the operation that it does now is one that it did before. */
  get replaying(): boolean {
    return this.#cursor < this.#actions.length;
  }

  /** True if the next operation in the log is this one. */
  expects(action: Action, address: number): boolean {
    return this.#actions[this.#cursor] === action && this.#addresses[this.#cursor] === address;
  }

  /** The result of the next operation in the log. */
  replay(): unknown {
    return this.#values[this.#cursor++];
  }

  /** The next operation in the log, in words. */
  get expected(): { action: Action | undefined; address: number } {
    return { action: this.#actions[this.#cursor], address: this.#addresses[this.#cursor] ?? 0 };
  }

  /** Adds an operation that it has just done (or that was done for it: the end of a wait). */
  record(action: Action, address: number, value: unknown): void {
    this.#actions.push(action);
    this.#addresses.push(address);
    this.#values.push(value);
    this.#cursor++;
  }

  /** It has released what it knows: what it does from now on is later. */
  tick(): void {
    this.clock[this.id] = (this.clock[this.id] ?? 0) + 1;
  }
}
