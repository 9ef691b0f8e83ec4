// Ten coroutines that await each other; the innermost fails.
import { CurrentThread } from "@pollab/executor-single";
import { asyncFn, type Future, type Suspension, yieldNow } from "@pollab/runtime-core/future";
import { type Workload } from "../micro/harness.ts";
import { AFTER_WAIT, shareOfCallers } from "./callers.ts";

const parseReply = asyncFn(function* parseReply(waits: boolean): Generator<Suspension, number, unknown> {
  if (waits) yield* yieldNow();
  throw new Error("no reply");
});

const awaitReply = asyncFn(function* awaitReply(waits: boolean) {
  return (yield* parseReply(waits)) + 1;
});

const sendCommand = asyncFn(function* sendCommand(waits: boolean) {
  return (yield* awaitReply(waits)) + 1;
});

const openSession = asyncFn(function* openSession(waits: boolean) {
  return (yield* sendCommand(waits)) + 1;
});

const queryStore = asyncFn(function* queryStore(waits: boolean) {
  return (yield* openSession(waits)) + 1;
});

const queryCache = asyncFn(function* queryCache(waits: boolean) {
  return (yield* queryStore(waits)) + 1;
});

const readProfile = asyncFn(function* readProfile(waits: boolean) {
  return (yield* queryCache(waits)) + 1;
});

const loadAccount = asyncFn(function* loadAccount(waits: boolean) {
  return (yield* readProfile(waits)) + 1;
});

const authorise = asyncFn(function* authorise(waits: boolean) {
  return (yield* loadAccount(waits)) + 1;
});

const handleRequest: (waits: boolean) => Future<number> = asyncFn(function* handleRequest(waits: boolean) {
  return (yield* authorise(waits)) + 1;
});

const runtime = new CurrentThread();

/** What share of the callers the error's stack names. */
export const toldByCoroutines: Workload = (level) => {
  try {
    return runtime.blockOn(handleRequest(level === AFTER_WAIT));
  } catch (error) {
    return shareOfCallers(error);
  }
};
