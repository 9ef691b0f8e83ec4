// The ways of misusing a future, each with an error of its own.

/** A future was polled again after it had returned its value, thrown, or been dropped. */
export class PolledAfterCompletionError extends Error {
  override readonly name = "PolledAfterCompletionError";
  constructor(what: string = "future") {
    super(
      `this ${what} was polled after it had completed or been dropped; poll a future until it is ready, then let it go`,
    );
  }
}

/** A future was awaited where nothing can wait: outside of a runtime, or in a `finally` block of a dropped coroutine. */
export class AwaitOutsidePollError extends Error {
  override readonly name = "AwaitOutsidePollError";
  constructor(dropping: boolean) {
    super(
      dropping
        ? "a `finally` block that runs because its coroutine was dropped cannot await: there is no asynchronous drop; " +
            "release synchronously there, or offer an explicit asynchronous close"
        : "there is no runtime here: spawn the future, or pass it to blockOn",
    );
  }
}

/** A `finally` block that ran because its coroutine was dropped did not come to its end. */
export class SuspendedInDropError extends Error {
  override readonly name = "SuspendedInDropError";
  constructor() {
    super("a `finally` block of a dropped coroutine suspended; it has to come to its end synchronously");
  }
}

/** A coroutine used `yield` without the star. */
export class BareYieldError extends TypeError {
  override readonly name = "BareYieldError";
  constructor(value: unknown) {
    super(`a coroutine waits with \`yield*\`, but this one used \`yield\` on ${describe(value)}`);
  }
}

function describe(value: unknown): string {
  if (typeof value === "object" && value !== null) return `an object of class ${value.constructor?.name ?? "(none)"}`;
  return `${typeof value} ${String(value)}`;
}
