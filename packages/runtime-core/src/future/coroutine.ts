// The flat coroutine: what `async fn` is to Rust, written as a generator.
//
// A coroutine that is awaited by another runs inside it, as a call does, until something in it has to wait. Only then do the
// generators that are under way become frames on an explicit stack, linked from the innermost outwards:
//
//     root  <-- link -- caller <-- link -- innermost         root.link --> innermost, the frame to resume
//
// A wake resumes only the innermost frame, so it costs the same at every depth. When that frame finishes, its value goes to the
// frame that its link names, whose `yield*` takes it as the result of the awaited coroutine.
//
// States, and the functions that move between them:
//
//     Fresh --next--> Running --value or throw--> Done
//       |                +------suspends--------> Linked     a frame of somebody's stack (1) --value--> Done
//       +----poll----> Running --value or throw--> Done
//                        +------suspends--------> Rooted     the bottom of its own stack, polled from outside
//                                                 Rooted --poll--> Running
//     any --drop--> Done
//
// (1) A linked frame belongs to the root below it: that root resumes it and unwinds it, and dropping it alone does nothing.
import { ambient } from "./ambient.ts";
import type { Context } from "./context.ts";
import { BareYieldError, PolledAfterCompletionError, SuspendedInDropError } from "./errors.ts";
import { Future, SUSPENDED, Suspension, noContext } from "./future.ts";
import { Pending, type Poll } from "./poll.ts";

/** As much of a generator as a coroutine uses. */
export type Body<T> = Pick<Generator<Suspension, T, unknown>, "next" | "return" | "throw">;

const Fresh = 0;
const Running = 1;
const Linked = 2;
const Rooted = 3;
const Done = 4;
type State = typeof Fresh | typeof Running | typeof Linked | typeof Rooted | typeof Done;

export class Coroutine<T> extends Future<T> {
  /** Null once done, so that a finished coroutine keeps nothing alive. */
  private body: Body<T> | null;
  private state: State = Fresh;
  /** Of a root: the frame to resume. Of a linked frame: the frame that awaits it. Otherwise null. */
  private link: Coroutine<unknown> | null = null;

  constructor(body: Body<T>) {
    super();
    this.body = body;
  }

  /** For `yield*`: the first call runs the body in place; the second hands over the result that the root passes in. */
  override next(result?: unknown): IteratorResult<Suspension, T> {
    if (this.state === Fresh) {
      if (ambient.context === null) noContext();
      this.state = Running;
      const step = resume(this.body as Body<T>, undefined);
      if (step.done === true) {
        this.state = Done;
        this.body = null;
        return step;
      }
      this.state = Linked;
      if (ambient.outermost === null) ambient.innermost = this;
      else ambient.outermost.link = this;
      ambient.outermost = this;
      return SUSPENDED;
    }
    if (this.state === Linked) {
      this.state = Done;
      // The root resumes the awaiting frame with the value that this frame returned.
      return { done: true, value: result as T };
    }
    return super.next();
  }

  /** For `yield*`: the root passes in the error that this frame threw. */
  throw(error: unknown): never {
    this.state = Done;
    throw error;
  }

  /** For `yield*`: the awaiting frame is being unwound, after this one. */
  override return(value: T): IteratorResult<Suspension, T> {
    if (this.state === Linked) this.state = Done;
    else this.drop();
    return { done: true, value };
  }

  override poll(cx: Context): Poll<T> {
    if (this.state !== Fresh && this.state !== Rooted) throw new PolledAfterCompletionError("async function");
    const { context, innermost, outermost } = ambient;
    ambient.context = cx;
    let frame: Coroutine<unknown> = this.link ?? this;
    this.link = null;
    this.state = Running;
    try {
      let value: unknown;
      let failed = false;
      for (;;) {
        ambient.innermost = ambient.outermost = null;
        const body = frame.body as Body<unknown>;
        try {
          const step = failed ? body.throw(value) : resume(body, value);
          if (step.done !== true) {
            this.suspendAt(frame);
            return Pending;
          }
          value = step.value;
          failed = false;
        } catch (error) {
          value = error;
          failed = true;
        }
        frame.body = null;
        if (frame === this) break;
        // A linked frame always has the one that awaits it.
        const caller = frame.link as Coroutine<unknown>;
        frame.link = null;
        frame = caller;
      }
      this.state = Done;
      if (failed) throw value;
      return value as T;
    } finally {
      ambient.context = context;
      ambient.innermost = innermost;
      ambient.outermost = outermost;
    }
  }

  /** Puts the frames that suspended while `frame` ran on top of it. */
  private suspendAt(frame: Coroutine<unknown>): void {
    const top = ambient.innermost;
    if (top === null) {
      this.link = frame === this ? null : frame;
    } else {
      this.link = top;
      (ambient.outermost as Coroutine<unknown>).link = frame;
    }
    this.state = Rooted;
  }

  /**
   * Runs the `finally` blocks of every frame, innermost first. All of them run, whatever one of them throws; the first such
   * error is thrown at the end.
   */
  override drop(): void {
    if (this.state === Linked || this.state === Running || this.state === Done) return;
    const { state, link } = this;
    this.state = Done;
    this.link = null;
    if (state === Fresh) {
      this.body = null;
      return;
    }
    const { context, dropping } = ambient;
    ambient.context = null;
    ambient.dropping = true;
    let firstError: { readonly error: unknown } | null = null;
    let frame: Coroutine<unknown> | null = link ?? this;
    while (frame !== null) {
      const body = frame.body as Body<unknown>;
      const caller: Coroutine<unknown> | null = frame === this ? null : frame.link;
      frame.body = null;
      frame.link = null;
      try {
        if (body.return(undefined).done !== true) throw new SuspendedInDropError();
      } catch (error) {
        firstError ??= { error };
      }
      frame = caller;
    }
    ambient.context = context;
    ambient.dropping = dropping;
    if (firstError !== null) throw firstError.error;
  }
}

/** Lets a generator go on, and tells one that suspended by other means than a future what is wrong. */
function resume<T>(body: Body<T>, value: unknown): IteratorResult<Suspension, T> {
  const step = body.next(value);
  if (step.done === true || step.value === Suspension) return step;
  const error = new BareYieldError(step.value);
  const after = body.throw(error);
  if (after.done === true || after.value === Suspension) return after;
  throw error;
}

/**
 * Makes an asynchronous function of a generator function: `const f = asyncFn(function* (a, b) { const x = yield* future; … })`.
 * Calling it returns a lazy future; its body runs when that is first polled. Dropping the future while it waits drops what it
 * waits for and then runs its `finally` blocks, innermost first, in which awaiting throws.
 */
export function asyncFn<A extends readonly unknown[], T>(
  body: (...args: A) => Generator<Suspension, T, unknown>,
): (...args: A) => Future<T> {
  return (...args) => new Coroutine(body(...args));
}
