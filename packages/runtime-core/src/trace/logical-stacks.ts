// Logical stacks: the stack of an error names the functions that awaited each other, as V8 has it for native async functions, and
// where a task was spawned. Without them a coroutine that was resumed has its own frame on the stack and then the runtime's.
//
// An error that crosses frames is thrown into each of them by its `yield*`, so a stack that is taken just then has the awaiting function
// on it with the place where it awaits. These frames are put into `error.stack` one by one, before those of the runtime that resumed the
// coroutine. That costs nothing until something fails.
//
// Relies on nothing of an engine but that errors have a `stack` with a line for each frame: what lines of the runtime's own look like is
// found out by a rehearsal.
import { Context } from "../future/context.ts";
import { asyncFn, Coroutine } from "../future/coroutine.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { Runtime } from "../task/runtime.ts";
import { type FailureFollower, failures } from "./failures.ts";

/** Frames that are added to one error at most: recursion can be deeper than anyone reads. */
const MOST_FRAMES = 100;
/** Those of a `yield*` and the runtime's below it; making the text of a frame takes microseconds. */
const FEW_FRAMES = 3;
/** The same where a coroutine has several generators of its own under way. */
const MANY_FRAMES = 32;
/** What `yield*` calls when an error is thrown into the awaiting frame. */
const COROUTINE_THROW: unknown = Reflect.get(Coroutine.prototype, "throw");
/** Above what called that: the function that looks, who calls it, the follower's method, and the coroutine's. */
const OBSERVERS = 4;
/** Files of the runtime, in which nobody's own code is. */
const RUNTIME = /[/\\](?:runtime-core|executor-[a-z]+)[/\\](?:dist|src)[/\\]/;
/** Frames of the engine's own functions, such as a generator's `throw`. */
const BUILT_IN = /\(<anonymous>\)$|\[native code\]|\(native|\(unknown\)$/;
/** What follows the file in a frame. */
const POSITION = /:\d+(?::\d+)?\)?$/;

/** The stack of an error that is on its way. */
interface Trail {
  /** With the frames that were added, and without those of the runtime that resumed the innermost coroutine. */
  head: string;
  /** The rest. */
  tail: string;
  /** Both, as the error has them. */
  shown: string;
  /** Frames that were added. */
  added: number;
  /** The frame that it was thrown into last; null when it has left that frame's stack and anyone may have it. */
  last: object | null;
  /** Its task has ended. What is thrown again after that keeps the stack that it has. */
  ended: boolean;
}

/** How the lines begin of the functions that resume a coroutine. */
interface Marks {
  readonly resume: string;
  readonly throwInto: string;
}

class Stacks implements FailureFollower {
  private readonly trails = new WeakMap<Error, Trail>();
  private readonly sites = new WeakMap<object, Error>();
  private readonly marks: Marks;
  /** The frame that an error is being thrown into. */
  private into: object | null = null;

  constructor(marks: Marks) {
    this.marks = marks;
  }

  enters(into: object): void {
    this.into = into;
  }

  crosses(error: unknown, from: object): void {
    const { into } = this;
    this.into = null;
    const trail = this.trailOf(error);
    // Of a second way that the error takes, when several tasks share it, nothing is told.
    if (trail === undefined || trail.ended || (trail.last !== null && trail.last !== from)) return;
    trail.last = into;
    if (trail.added >= MOST_FRAMES) return;
    for (const line of this.awaiting()) {
      trail.added++;
      trail.head += `\n${asAwaiting(line)}`;
    }
    show(error, trail);
  }

  leaves(error: unknown): void {
    const trail = this.trailOf(error);
    if (trail === undefined || trail.ended) return;
    trail.last = null;
    // What comes next are the frames of whoever polled the root: perhaps another coroutine, with frames of its own to be added.
    const { tail } = trail;
    const resumed = tail.indexOf(`\n${this.marks.resume}`);
    const next = resumed < 0 ? -1 : this.boundary(tail, resumed + 1);
    trail.head += next < 0 ? tail : tail.slice(0, next);
    trail.tail = next < 0 ? "" : tail.slice(next);
  }

  spawns(task: object): void {
    // Its text is made when it is asked for.
    this.sites.set(task, new Error());
  }

  ends(error: unknown, task: object): void {
    const trail = this.trailOf(error);
    if (trail === undefined || trail.ended) return;
    trail.ended = true;
    this.addSite(error, trail, task);
  }

  tells(error: unknown, task: object): void {
    const trail = this.trailOf(error);
    if (trail !== undefined) this.addSite(error, trail, task);
  }

  /** At the end, unless the stack has it already. */
  private addSite(error: unknown, trail: Trail, task: object): void {
    const site = framesOf(this.sites.get(task)).find((line) => !RUNTIME.test(line) && !BUILT_IN.test(line));
    if (site === undefined || trail.shown.includes(placeOf(site))) return;
    trail.tail += `\n${as("spawn", site)}`;
    show(error, trail);
  }

  /** Undefined of what is no error, or has no stack as text. */
  private trailOf(error: unknown): Trail | undefined {
    if (!(error instanceof Error)) return undefined;
    const stack = stackOf(error);
    if (stack === undefined) return undefined;
    const known = this.trails.get(error);
    if (known !== undefined) {
      // Somebody has written another one.
      if (known.shown !== stack) Object.assign(known, { head: stack, tail: "", shown: stack });
      return known;
    }
    const end = this.boundary(stack, 0);
    const [head, tail] = end < 0 ? [stack, ""] : [stack.slice(0, end), stack.slice(end)];
    const trail = { head, tail, shown: stack, added: 0, last: null, ended: false };
    this.trails.set(error, trail);
    return trail;
  }

  /** Where the lines of the runtime begin that resumed a coroutine. */
  private boundary(stack: string, from: number): number {
    const found = [this.marks.resume, this.marks.throwInto]
      .map((mark) => stack.indexOf(`\n${mark}`, from))
      .filter((index) => index >= 0);
    return found.length === 0 ? -1 : Math.min(...found);
  }

  /** The frames of the coroutine that the error was thrown into, and of generators that it uses itself. */
  private awaiting(): readonly string[] {
    const isEnd = (line: string): boolean => line.startsWith(this.marks.throwInto);
    const few = framesBelowThrow(FEW_FRAMES);
    const frames = few.some(isEnd) ? few : framesBelowThrow(MANY_FRAMES);
    const end = frames.findIndex(isEnd);
    return frames.slice(0, end < 0 ? undefined : end).filter((line) => !BUILT_IN.test(line) && !RUNTIME.test(line));
  }
}

/** The switch of logical stacks, for all runtimes of this thread. */
export const logicalStacks: {
  /** Whether they are switched on. */
  readonly enabled: boolean;
  /**
   * From now on the stack of every error that crosses coroutines names those that awaited each other, and that of an error that ends a
   * task where this was spawned. Costs nothing until something fails or is spawned, and then some microseconds for each.
   *
   * @returns whether this engine's errors can tell
   */
  enable(): boolean;
  /** From now on stacks stay as the engine makes them. */
  disable(): void;
} = {
  get enabled() {
    return failures.follower instanceof Stacks;
  },
  enable() {
    if (this.enabled) return true;
    const marks = rehearse();
    if (marks === undefined) return false;
    failures.follower = new Stacks(marks);
    return true;
  },
  disable() {
    failures.follower = null;
  },
};

/** Lets a coroutine fail below another, and looks at the stack that the runtime's functions are on then. */
function rehearse(): Marks | undefined {
  let seen: readonly string[] = [];
  const nothing = (): void => {};
  const before = failures.follower;
  failures.follower = {
    ...{ enters: nothing, leaves: nothing, spawns: nothing, ends: nothing, tells: nothing },
    crosses: () => {
      // As many calls away from the coroutine's as it is in earnest.
      const look = (): void => {
        seen = framesBelowThrow(MANY_FRAMES);
      };
      look();
    },
  };
  const outer = rehearsed(rehearsed(new FailsLater()));
  // A context that nobody asks for its runtime.
  const context = new Context({ wake: nothing }, {} as Runtime);
  try {
    outer.poll(context);
    outer.poll(context);
  } catch {
    // As it has to.
  } finally {
    failures.follower = before;
  }
  const [throwInto, resume] = seen
    .slice(1)
    .filter((line) => !BUILT_IN.test(line))
    .map((line) => line.replace(POSITION, ""));
  return throwInto === undefined || resume === undefined ? undefined : { throwInto, resume };
}

const rehearsed = asyncFn(function* (inner: Future<never>) {
  return yield* inner;
});

class FailsLater extends Future<never> {
  private polled = false;

  override poll(): Poll<never> {
    if (this.polled) throw new Error("as it has to");
    this.polled = true;
    return Pending;
  }
}

function show(error: unknown, trail: Trail): void {
  const stack = trail.head + trail.tail;
  try {
    // Unlike an assignment it does not mind an error that is frozen.
    if (Reflect.set(error as Error, "stack", stack)) trail.shown = stack;
  } catch {
    // A setter of the error's own, which fails.
  }
}

/** Undefined where there is none as text. */
function stackOf(error: { readonly stack?: unknown }): string | undefined {
  try {
    const { stack } = error;
    return typeof stack === "string" ? stack : undefined;
  } catch {
    return undefined;
  }
}

/** What engines have beside the language. */
interface Host {
  stackTraceLimit?: number;
  captureStackTrace?(this: void, target: object, below: unknown): void;
}

/** The lines of the stack below a coroutine's `throw`, on top of which this is called: as many as that, whatever the limit is. */
function framesBelowThrow(count: number): readonly string[] {
  const host: Host = Error as ErrorConstructor & Host;
  const { stackTraceLimit, captureStackTrace } = host;
  const isLimited = typeof stackTraceLimit === "number";
  const above = captureStackTrace === undefined ? OBSERVERS : 0;
  if (isLimited) Reflect.set(host, "stackTraceLimit", above + count);
  const here = captureStackTrace === undefined ? new Error() : {};
  captureStackTrace?.(here, COROUTINE_THROW);
  const frames = framesOf(here).slice(above);
  if (isLimited) Reflect.set(host, "stackTraceLimit", stackTraceLimit);
  return frames;
}

/** V8's lines begin with "at"; the others' have the function's name before an "@". Whatever else there is belongs to the message. */
function framesOf(error: { readonly stack?: unknown } | undefined): readonly string[] {
  const lines = (error === undefined ? undefined : stackOf(error))?.split("\n") ?? [];
  return lines.filter((line) => /^\s+at /.test(line) || line.includes("@"));
}

/** V8's own words for a frame that awaits. */
function asAwaiting(line: string): string {
  return as("async", line);
}

function as(what: string, line: string): string {
  return line.replace(/^(\s+at )?(?:async )?/, `$1${what} `);
}

/** File, line and column of a frame. */
function placeOf(line: string): string {
  return line.replace(/^.*[(@\s](?=[^(@\s]*$)/, "");
}
