// How many of the functions that logically called each other an error's stack tells of.
import type { Outcome } from "../micro/harness.ts";

/** Names of the functions from the outermost to the one that throws. */
export const CALLERS: readonly string[] = [
  "handleRequest",
  "authorise",
  "loadAccount",
  "readProfile",
  "queryCache",
  "queryStore",
  "openSession",
  "sendCommand",
  "awaitReply",
  "parseReply",
];

/** Level of the scenario: the error is thrown in the turn in which all were called, or after the innermost has waited. */
export const AFTER_WAIT = 2;

/** Enough for every style's own frames beside those of the callers: what is compared are the styles, and not this setting. */
const FRAMES = 100;

/** Before the error is made. */
export function keepWholeStacks(): void {
  Error.stackTraceLimit = FRAMES;
}

/** What share of the callers the stack has, each at least once. */
export function shareOfCallers(error: unknown): Outcome {
  return shareIn(error instanceof Error ? (error.stack ?? "") : "");
}

/** The same of a stack as text. */
export function shareIn(stack: string): Outcome {
  // The first line is the message.
  const frames = stack.split("\n").slice(1).join("\n");
  const told = CALLERS.filter((name) => new RegExp(`\\b${name}\\b`, "i").test(frames)).length;
  return { result: CALLERS.length, counters: { callersShare: told / CALLERS.length } };
}
