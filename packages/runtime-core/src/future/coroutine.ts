// The flat coroutine: what `async fn` is to Rust, written as a generator.
//
// A coroutine that is awaited by another runs inside it, as a call does, until something in it has to wait. Only then do the
// generators that are under way become frames of a stack.
//
// States, and the functions that move between them:
//
//     Fresh --next--> Busy --suspends--> Linked     a frame of somebody's stack (1) --value or throw--> Busy
//       +----poll---> Busy --suspends--> Rooted     the root of its own stack, polled from outside --poll--> Busy
//       +---moveTo--> Busy                          what it would have done is a task's now
//     any --drop--> Busy
//
// Busy is one that runs, is over or was moved: nobody can poll it, and there is nothing to drop.
//
// (1) A linked frame belongs to the root below it: that root resumes it and unwinds it, and dropping it alone does nothing.
import { failures } from "../trace/failures.ts";
import { ambient } from "./ambient.ts";
import type { Context } from "./context.ts";
import { PolledAfterCompletionError } from "./errors.ts";
import { Future, type Suspension, SUSPENDED, noContext } from "./future.ts";
import { Pending, type Poll } from "./poll.ts";
import {
  accepted,
  Arguments,
  begin,
  type Body,
  type Frame,
  move,
  resume,
  type Start,
  suspendInside,
  unwind,
} from "./stack.ts";

const noArguments = new Arguments(0, undefined, undefined, undefined, null);

const Fresh = 0;
const Linked = 1;
const Rooted = 2;
const Busy = 3;
type State = typeof Fresh | typeof Linked | typeof Rooted | typeof Busy;

export class Coroutine<T> extends Future<T> implements Frame {
  body: unknown;
  link: unknown;
  private state: State = Fresh;

  constructor(start: Start<T>, input: unknown = noArguments) {
    super();
    this.body = start;
    this.link = input;
  }

  /** For `yield*`: the first call runs the body in place; the second hands over the result that the root passes in. */
  override next(result?: unknown): IteratorResult<Suspension, T> {
    if (this.state === Fresh) {
      if (ambient.context === null) noContext();
      this.state = Busy;
      const body = begin(this) as Body<T>;
      const step = accepted(body, body.next());
      if (step === SUSPENDED) {
        this.state = Linked;
        suspendInside(this);
      } else {
        this.body = null;
      }
      return step;
    }
    if (this.state === Linked) {
      this.state = Busy;
      // The root resumes the awaiting frame with the value that this frame returned.
      return { done: true, value: result as T };
    }
    return super.next();
  }

  /** For `yield*`: the root passes in the error that this frame threw. */
  throw(error: unknown): never {
    this.state = Busy;
    failures.follower?.crosses(error, this);
    throw error;
  }

  /** For `yield*`: the awaiting frame is being unwound, after this one. */
  override return(value: T): IteratorResult<Suspension, T> {
    if (this.state === Linked) this.state = Busy;
    else this.drop();
    return { done: true, value };
  }

  /** Lets a task, as the root of a new stack, do what this one would have done. @returns false when it has begun */
  moveTo(task: Frame): boolean {
    if (this.state !== Fresh) return false;
    this.state = Busy;
    move(this, task);
    return true;
  }

  override poll(cx: Context): Poll<T> {
    if (this.state !== Fresh && this.state !== Rooted) throw new PolledAfterCompletionError("async function");
    this.state = Busy;
    const result = resume<T>(this, cx);
    if (result === Pending) this.state = Rooted;
    return result;
  }

  override drop(): void {
    if (this.state !== Fresh && this.state !== Rooted) return;
    this.state = Busy;
    unwind(this);
  }
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
