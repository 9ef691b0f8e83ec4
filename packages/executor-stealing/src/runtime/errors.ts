// What goes wrong with a runtime of several threads, and how an error gets from one of them to another.
import { deserialize, serialize } from "node:v8";

/** A worker thread ended while it was needed: it threw at top level, was terminated, or ran out of memory. */
export class WorkerLostError extends Error {
  override readonly name = "WorkerLostError";
  /** Which of the workers it was. */
  readonly worker: number;
  constructor(worker: number, cause: unknown) {
    super(`worker ${worker} was lost: ${describeThrown(cause)}`, { cause });
    this.worker = worker;
  }
}

/** The runtime was shut down, or is about to be. */
export class RuntimeClosedError extends Error {
  override readonly name = "RuntimeClosedError";
  constructor() {
    super("this runtime was shut down; start a new one");
  }
}

/** There are as many tasks as the runtime has room for. */
export class TooManyTasksError extends Error {
  override readonly name = "TooManyTasksError";
  constructor(capacity: number) {
    super(
      `there are ${capacity} tasks already, which is all that this runtime has room for; raise taskCapacity, or wait for ` +
        "tasks before you spawn more",
    );
  }
}

/** A handle was used after what it stands for was taken or dropped. */
export class StaleHandleError extends Error {
  override readonly name = "StaleHandleError";
  constructor(what: string) {
    super(`this ${what} was used after it had been dropped, handed on, or its result taken`);
  }
}

/** A task is joined by a handle by which somebody waits for it already. */
export class AlreadyJoinedError extends Error {
  override readonly name = "AlreadyJoinedError";
  constructor() {
    super(
      "somebody waits for this task by this handle already, and its result can be taken once; await that one instead",
    );
  }
}

/** A task was spawned that the workers do not know. */
export class UnknownTaskError extends Error {
  override readonly name = "UnknownTaskError";
  constructor(name: string, known: readonly string[]) {
    super(
      `the task "${name}" is not exported by any of the runtime's modules, which have ` +
        `${known.length === 0 ? "none" : known.map((task) => `"${task}"`).join(", ")}; ` +
        "export it at the top level of a module and name that module in `modules`",
    );
  }
}

interface ErrorCopy {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: Thrown | undefined;
  /** Plain properties, such as `code`, `errno` and `syscall`. */
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  /** Of an AggregateError. */
  readonly errors: readonly Thrown[] | undefined;
}

type Thrown = { readonly error: ErrorCopy } | { readonly value: unknown };

/** How many errors, with causes and those of an AggregateError, are copied for one that was thrown: they may be a graph. */
const MAX_ERRORS = 32;
/** The longest text that is copied. */
const MAX_TEXT = 16_384;

/** How many more errors are copied. */
interface Budget {
  left: number;
}

function copyOf(thrown: unknown, budget: Budget): Thrown {
  budget.left--;
  if (!isError(thrown)) return { value: cloneable(thrown) };
  const properties: Record<string, string | number | boolean> = {};
  for (const key of keysOf(thrown)) {
    const value = read(thrown, key);
    if (typeof value === "string") properties[key] = shortened(value);
    else if (typeof value === "number" || typeof value === "boolean") properties[key] = value;
  }
  const [cause, errors, stack] = [read(thrown, "cause"), read(thrown, "errors"), read(thrown, "stack")];
  return {
    error: {
      name: textOf(read(thrown, "name")),
      message: textOf(read(thrown, "message")),
      stack: typeof stack === "string" ? shortened(stack) : undefined,
      properties,
      cause: cause === undefined || budget.left <= 0 ? undefined : copyOf(cause, budget),
      errors: thrown instanceof AggregateError && Array.isArray(errors) ? copiesOf(errors, budget) : undefined,
    },
  };
}

function copiesOf(errors: readonly unknown[], budget: Budget): Thrown[] {
  const copies: Thrown[] = [];
  for (const error of errors) if (budget.left > 0) copies.push(copyOf(error, budget));
  return copies;
}

// What was thrown may be anything: getters and traps of it may throw, too.

function isError(thrown: unknown): thrown is Error {
  try {
    return thrown instanceof Error;
  } catch {
    return false;
  }
}

function keysOf(error: Error): readonly string[] {
  try {
    return Object.keys(error);
  } catch {
    return [];
  }
}

function read(error: Error, property: string): unknown {
  try {
    return Reflect.get(error, property);
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return shortened(describeThrown(value));
}

function shortened(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}

/** Anything that was thrown, in words. */
function describeThrown(thrown: unknown): string {
  try {
    return String(isError(thrown) ? thrown.message : thrown);
  } catch {
    return "(what has no description)";
  }
}

function cloneable(value: unknown): unknown {
  try {
    serialize(value);
    return value;
  } catch {
    return textOf(value);
  }
}

const builtIn: Readonly<Record<string, new (message: string) => Error>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

function restored(thrown: Thrown): unknown {
  if ("value" in thrown) return thrown.value;
  const { cause, errors, message, name, properties, stack } = thrown.error;
  const ErrorClass = builtIn[name] ?? Error;
  const error = errors === undefined ? new ErrorClass(message) : new AggregateError(errors.map(restored), message);
  define(error, "stack", stack);
  if (error.name !== name) define(error, "name", name);
  if (cause !== undefined) define(error, "cause", restored(cause));
  return Object.assign(error, properties);
}

function define(error: Error, property: string, value: unknown): void {
  Object.defineProperty(error, property, { value, configurable: true, writable: true });
}

/** Anything that was thrown, as bytes: of a class of errors only the name is kept, and the plain properties. */
export function encodeThrown(thrown: unknown): Uint8Array {
  return serialize(copyOf(thrown, { left: MAX_ERRORS }));
}

/** What {@link encodeThrown} was given, or an error that looks like it. */
export function decodeThrown(bytes: Uint8Array): unknown {
  // Nobody else makes such bytes.
  return restored(deserialize(bytes) as Thrown);
}
