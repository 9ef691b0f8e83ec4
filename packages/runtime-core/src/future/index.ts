// Futures: the type, the coroutine that implements it for you, and the smallest ones.
export { consumeBudget, hasBudgetRemaining, unconstrained } from "./budget.ts";
export { Context, COOPERATIVE_BUDGET, type Waker } from "./context.ts";
export { asyncFn } from "./coroutine.ts";
export { AwaitOutsidePollError, BareYieldError, PolledAfterCompletionError, SuspendedInDropError } from "./errors.ts";
export { currentContext, Future, noContext, SUSPENDED, type Suspension } from "./future.ts";
export { lazy } from "./lazy.ts";
export { pending } from "./pending.ts";
export { Pending, type Poll } from "./poll.ts";
export { pollFn } from "./poll-fn.ts";
export { ready } from "./ready.ts";
export type { Frame } from "./stack.ts";
export { yieldNow } from "./yield-now.ts";
