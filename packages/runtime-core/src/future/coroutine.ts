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
// A fresh one has no generator yet, only the function and its arguments: a generator is the largest part of a task, and of those
// that are spawned in a burst and then run to their end one after the other, only one at a time exists.
//
// (1) A linked frame belongs to the root below it: that root resumes it and unwinds it, and dropping it alone does nothing.
import { ambient } from "./ambient.ts";
import type { Context } from "./context.ts";
import { BareYieldError, PolledAfterCompletionError, SuspendedInDropError } from "./errors.ts";
import { Future, SUSPENDED, type Suspension, noContext } from "./future.ts";
import { Pending, type Poll } from "./poll.ts";

/** As much of a generator as a coroutine uses. */
export type Body<T> = Pick<Generator<Suspension, T, unknown>, "next" | "return" | "throw">;
type Start<T> = (...args: readonly unknown[]) => Body<T>;

/** The arguments of a call that has not begun, unless it has exactly one, which then stands for itself. */
class Arguments {
  private readonly count: number;
  private readonly first: unknown;
  private readonly second: unknown;
  private readonly third: unknown;
  /** When there are more than three. */
  private readonly all: readonly unknown[] | null;

  constructor(count: number, first: unknown, second: unknown, third: unknown, all: readonly unknown[] | null) {
    this.count = count;
    this.first = first;
    this.second = second;
    this.third = third;
    this.all = all;
  }

  /** Calls `start` with them, written out: a spread would make an array for each call. */
  apply<T>(start: Start<T>): Body<T> {
    if (this.all !== null) return start(...this.all);
    if (this.count === 0) return start();
    if (this.count === 2) return start(this.first, this.second);
    return start(this.first, this.second, this.third);
  }
}

const noArguments = new Arguments(0, undefined, undefined, undefined, null);

const Fresh = 0;
const Running = 1;
const Linked = 2;
const Rooted = 3;
const Done = 4;
type State = typeof Fresh | typeof Running | typeof Linked | typeof Rooted | typeof Done;

export class Coroutine<T> extends Future<T> {
  /** Of a fresh one: the generator function. Null once done, so that a finished coroutine keeps nothing alive. */
  private body: Body<T> | Start<T> | null;
  private state: State = Fresh;
  /**
   * Of a fresh one: its one argument, or its `Arguments`. Of a root: the frame to resume. Of a linked frame: the frame that
   * awaits it. Otherwise null.
   */
  private link: unknown;

  constructor(start: Start<T>, input: unknown = noArguments) {
    super();
    this.body = start;
    this.link = input;
  }

  /** For `yield*`: the first call runs the body in place; the second hands over the result that the root passes in. */
  override next(result?: unknown): IteratorResult<Suspension, T> {
    if (this.state === Fresh) {
      if (ambient.context === null) noContext();
      this.state = Running;
      const body = this.begin();
      const step = accepted(body, body.next());
      if (step !== SUSPENDED) {
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

  /** Of a fresh one: makes the generator. */
  private begin(): Body<T> {
    const start = this.body as Start<T>;
    const input = this.link;
    this.link = null;
    const body = input instanceof Arguments ? input.apply(start) : start(input);
    this.body = body;
    return body;
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
    let begun = this.state === Rooted;
    let frame: Coroutine<unknown> = begun ? this.takeTop() : this;
    this.state = Running;
    const { context } = ambient;
    if (context !== cx) ambient.context = cx;
    let value: unknown;
    let failed = false;
    for (;;) {
      try {
        const body: Body<unknown> = begun ? (frame.body as Body<unknown>) : this.begin();
        begun = true;
        const step = accepted(body, failed ? body.throw(value) : body.next(value));
        if (step === SUSPENDED) {
          this.suspendAt(frame);
          if (context !== cx) ambient.context = context;
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
    if (context !== cx) ambient.context = context;
    if (failed) throw value;
    return value as T;
  }

  /** Of a root: the frame to resume, which is not on top of it any more. */
  private takeTop(): Coroutine<unknown> {
    const top = this.link as Coroutine<unknown> | null;
    this.link = null;
    return top ?? this;
  }

  /** Puts the frames that suspended while `frame` ran on top of it. */
  private suspendAt(frame: Coroutine<unknown>): void {
    const top = ambient.innermost;
    if (top === null) {
      this.link = frame === this ? null : frame;
    } else {
      this.link = top;
      (ambient.outermost as Coroutine<unknown>).link = frame;
      ambient.innermost = ambient.outermost = null;
    }
    this.state = Rooted;
  }

  /**
   * Runs the `finally` blocks of every frame, innermost first. All of them run, whatever one of them throws; the first such
   * error is thrown at the end.
   */
  override drop(): void {
    if (this.state === Linked || this.state === Running || this.state === Done) return;
    if (this.state === Fresh) {
      this.state = Done;
      this.body = this.link = null;
      return;
    }
    this.state = Done;
    const { context, dropping } = ambient;
    ambient.context = null;
    ambient.dropping = true;
    let firstError: { readonly error: unknown } | null = null;
    let frame: Coroutine<unknown> | null = this.takeTop();
    while (frame !== null) {
      const body = frame.body as Body<unknown>;
      const caller: Coroutine<unknown> | null = frame === this ? null : (frame.link as Coroutine<unknown>);
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

/**
 * A step that is a suspension or the end; a generator that suspended by other means than a future is told what is wrong. `yield*`
 * hands on the very object that a future returned, so it is enough to compare that.
 */
function accepted<T>(body: Body<T>, step: IteratorResult<Suspension, T>): IteratorResult<Suspension, T> {
  if (step === SUSPENDED || step.done === true) return step;
  const error = new BareYieldError(step.value);
  const after = body.throw(error);
  if (after === SUSPENDED || after.done === true) return after;
  throw error;
}

/**
 * Makes an asynchronous function of a generator function: `const f = asyncFn(function* (a, b) { const x = yield* future; … })`.
 * Calling it returns a lazy future, which keeps the arguments; the generator function is called, defaults and destructuring of
 * parameters included, when that is first polled. Dropping the future while it waits drops what it waits for and then runs its
 * `finally` blocks, innermost first, in which awaiting throws.
 */
export function asyncFn<A extends readonly unknown[], T>(
  body: (...args: A) => Generator<Suspension, T, unknown>,
): (...args: A) => Future<T> {
  // It is called with the arguments that it asks for.
  const start = body as unknown as Start<T>;
  return (...args) => {
    if (args.length === 1) return new Coroutine(start, args[0]);
    if (args.length === 0) return new Coroutine(start);
    const all = args.length > 3 ? args : null;
    return new Coroutine(start, new Arguments(args.length, args[0], args[1], args[2], all));
  };
}
