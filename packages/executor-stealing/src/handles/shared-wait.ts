// Waiting for something that other threads do, from what belongs to one thread: a coroutine, or the event loop of the main thread. A
// record in shared memory stands for the waker, while there is something to wait for, so that any thread can wake it.
import {
  type Context,
  Future,
  Pending,
  type Poll,
  PolledAfterCompletionError,
  type Waker,
} from "@pollab/runtime-core/future";
import type { Member } from "../runtime/member.ts";

/** Tries to finish. `waiter` is the record to wake when it is worth another try; 0 when nobody is to be woken. */
type Attempt<T> = (waiter: number, generation: number) => Poll<T>;

/** Takes a share in what is waited for, so that it exists as long as somebody waits for it. @returns what gives the share up */
type Hold = () => () => void;

/** A future of this package, which can also be awaited where there is no runtime: on the main thread, with `promise`. */
export class SharedWait<T> extends Future<T> {
  private readonly member: Member;
  private readonly attempt: Attempt<T>;
  private readonly hold: Hold | undefined;
  private letGo: (() => void) | undefined;
  private waker: Waker | undefined;
  private record = 0;
  private generation = 0;
  private done = false;

  /** @internal */
  constructor(member: Member, attempt: Attempt<T>, hold?: Hold) {
    super();
    this.member = member;
    this.attempt = attempt;
    this.hold = hold;
  }

  override poll(cx: Context): Poll<T> {
    if (this.done) throw new PolledAfterCompletionError();
    if (cx.exhausted()) return Pending;
    this.waker = cx.waker;
    const result = this.advance();
    if (result !== Pending) cx.budget--;
    return result;
  }

  /** For the main thread while it is free: the same as a promise. */
  promise(): Promise<T> {
    return new Promise((resolve, reject) => {
      const step = (): void => {
        try {
          const result = this.advance();
          if (result !== Pending) resolve(result);
        } catch (error) {
          reject(asError(error));
        }
      };
      this.onClosed = (error) => {
        this.drop();
        reject(error);
      };
      this.waker = { wake: step };
      step();
    });
  }

  private onClosed: ((error: Error) => void) | undefined;

  /** Tries to finish, for a thread that waits for this alone. @internal */
  drive(waker: Waker): Poll<T> {
    this.waker = waker;
    return this.advance();
  }

  private advance(): Poll<T> {
    let settled = true;
    try {
      let result = this.attempt(this.record, this.generation);
      if (result === Pending && this.record === 0) {
        this.record = this.member.makeWaker({
          mail: () => this.waker?.wake(),
          closed: (error) => this.onClosed?.(error),
        });
        this.generation = this.member.lastGeneration;
        this.letGo = this.hold?.();
        result = this.attempt(this.record, this.generation);
      }
      settled = result !== Pending;
      return result;
    } finally {
      if (settled) this.drop();
    }
  }

  override drop(): void {
    this.done = true;
    this.waker = undefined;
    if (this.record === 0) return;
    const { generation, record } = this;
    this.record = 0;
    this.member.dropWaker(record, generation);
    this.letGo?.();
    this.letGo = undefined;
  }
}

/** A promise may be rejected with anything; what was thrown is passed on as it is. */
function asError(thrown: unknown): Error {
  return thrown as Error;
}
