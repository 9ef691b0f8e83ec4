// The stack of a flat coroutine: the generators that are under way in it, linked from the innermost outwards.
//
//     root  <-- link -- caller <-- link -- innermost         root.link --> innermost, the frame to resume
//
// A wake resumes only the innermost frame, so it costs the same at every depth. When that frame finishes, its value goes to the
// frame that its link names, whose `yield*` takes it as the result of the awaited coroutine.
//
// A frame that has not begun has no generator yet, only the function and its arguments: a generator is the largest part of a
// task, and of those that are spawned in a burst and then run to their end one after the other, only one at a time exists.
import { failures } from "../trace/failures.ts";
import { ambient } from "./ambient.ts";
import type { Context } from "./context.ts";
import { BareYieldError, SuspendedInDropError } from "./errors.ts";
import { SUSPENDED, Suspension } from "./future.ts";
import { Pending, type Poll } from "./poll.ts";

/** As much of a generator as a coroutine uses. */
export type Body<T> = Pick<Generator<Suspension, T, unknown>, "next" | "return" | "throw">;
/** The generator function. */
export type Start<T> = (...args: readonly unknown[]) => Body<T>;

/** A generator with its place in a stack. Its fields are the stack's business alone. */
export interface Frame {
  /** The `Body`, before that begins its `Start`. Null once it is over, so that a finished frame keeps nothing alive. */
  body: unknown;
  /**
   * Of one that has not begun: its one argument, or its `Arguments`. Of a root: the frame to resume, null for itself. Of the
   * others: the frame that awaits it.
   */
  link: unknown;
}

/** The arguments of a call that has not begun, unless it has exactly one, which then stands for itself. */
export class Arguments {
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

/** Makes the generator of a frame that has not begun. */
export function begin(frame: Frame): Body<unknown> {
  const start = frame.body as Start<unknown>;
  const input = frame.link;
  frame.link = null;
  const body = input instanceof Arguments ? input.apply(start) : start(input);
  frame.body = body;
  return body;
}

/** Lets `to` do what `from`, which has not begun, would have done. */
export function move(from: Frame, to: Frame): void {
  to.body = from.body;
  to.link = from.link;
  from.body = from.link = null;
}

/** Goes on with the frame that waits, until one of the stack waits again or the root is over; throws what that throws. */
export function resume<T>(root: Frame, cx: Context): Poll<T> {
  let begun = typeof root.body !== "function";
  let frame = begun ? takeTop(root) : root;
  const { context } = ambient;
  if (context !== cx) ambient.context = cx;
  let value: unknown;
  let failed = false;
  for (;;) {
    try {
      const body = begun ? (frame.body as Body<unknown>) : begin(root);
      begun = true;
      const step = accepted(body, failed ? throwInto(frame, value) : body.next(value));
      if (step === SUSPENDED) {
        suspendAt(root, frame);
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
    if (frame === root) break;
    const caller = frame.link as Frame;
    frame.link = null;
    frame = caller;
  }
  if (context !== cx) ambient.context = context;
  if (failed) throw leaving(value);
  // What the root's generator returned.
  return value as T;
}

/** Apart from `resume`, so that a stack can tell which frames are those of the generator and of what it uses. */
function throwInto(frame: Frame, error: unknown): IteratorResult<Suspension, unknown> {
  failures.follower?.enters(frame);
  const step = (frame.body as Body<unknown>).throw(error);
  // Not returned at once: an engine with tail calls would take this function off the stack.
  return step;
}

function leaving(error: unknown): unknown {
  failures.follower?.leaves(error);
  return error;
}

/** The frame to resume, which is not on top of the root any more. */
function takeTop(root: Frame): Frame {
  const top = root.link as Frame | null;
  root.link = null;
  return top ?? root;
}

/** Puts the frames that suspended while `frame` ran on top of it. */
function suspendAt(root: Frame, frame: Frame): void {
  const { innermost, outermost } = ambient;
  if (outermost === null) {
    root.link = frame === root ? null : frame;
  } else {
    root.link = innermost;
    outermost.link = frame;
    ambient.innermost = ambient.outermost = null;
  }
}

/** A running frame began `frame`, which has suspended, as all have that it began itself. */
export function suspendInside(frame: Frame): void {
  if (ambient.outermost === null) ambient.innermost = frame;
  else ambient.outermost.link = frame;
  ambient.outermost = frame;
}

/**
 * Runs the `finally` blocks of every frame, innermost first. All of them run, whatever one of them throws; the first such error
 * is thrown at the end.
 */
export function unwind(root: Frame): void {
  if (typeof root.body === "function") {
    root.body = root.link = null;
    return;
  }
  const { context, dropping } = ambient;
  ambient.context = null;
  ambient.dropping = true;
  let firstError: { readonly error: unknown } | null = null;
  let frame: Frame | null = takeTop(root);
  while (frame !== null) {
    const body = frame.body as Body<unknown>;
    const caller: Frame | null = frame === root ? null : (frame.link as Frame);
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

/**
 * A step that is a suspension or the end; a generator that suspended by other means than a future is told what is wrong. `yield*`
 * hands on the very object that a future returned, so comparing that is enough; but JavaScriptCore's makes one of its own.
 */
export function accepted<T>(body: Body<T>, step: IteratorResult<Suspension, T>): IteratorResult<Suspension, T> {
  if (step === SUSPENDED || step.done === true) return step;
  if (step.value === Suspension) return SUSPENDED;
  const error = new BareYieldError(step.value);
  const after = body.throw(error);
  if (after.done === true) return after;
  if (after.value === Suspension) return SUSPENDED;
  throw error;
}
