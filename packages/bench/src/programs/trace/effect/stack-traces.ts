import { Cause, Effect, Exit } from "effect";
import { runOnce } from "../../micro/harness.ts";
import { AFTER_WAIT, keepWholeStacks, shareIn } from "../callers.ts";

// Named, as Effect asks for: `Effect.fn` makes the name part of its traces.

const parseReply = Effect.fn("parseReply")(function* parseReply(waits: boolean) {
  if (waits) yield* Effect.yieldNow;
  return yield* Effect.fail(new Error("no reply"));
});

const awaitReply = Effect.fn("awaitReply")(function* awaitReply(waits: boolean) {
  return (yield* parseReply(waits)) + 1;
});

const sendCommand = Effect.fn("sendCommand")(function* sendCommand(waits: boolean) {
  return (yield* awaitReply(waits)) + 1;
});

const openSession = Effect.fn("openSession")(function* openSession(waits: boolean) {
  return (yield* sendCommand(waits)) + 1;
});

const queryStore = Effect.fn("queryStore")(function* queryStore(waits: boolean) {
  return (yield* openSession(waits)) + 1;
});

const queryCache = Effect.fn("queryCache")(function* queryCache(waits: boolean) {
  return (yield* queryStore(waits)) + 1;
});

const readProfile = Effect.fn("readProfile")(function* readProfile(waits: boolean) {
  return (yield* queryCache(waits)) + 1;
});

const loadAccount = Effect.fn("loadAccount")(function* loadAccount(waits: boolean) {
  return (yield* readProfile(waits)) + 1;
});

const authorise = Effect.fn("authorise")(function* authorise(waits: boolean) {
  return (yield* loadAccount(waits)) + 1;
});

const handleRequest = Effect.fn("handleRequest")(function* handleRequest(waits: boolean) {
  return (yield* authorise(waits)) + 1;
});

keepWholeStacks();
// Where the callers are told of: in how a cause is printed.
await runOnce(async (level) => {
  const exit = await Effect.runPromiseExit(handleRequest(level === AFTER_WAIT));
  return shareIn(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "");
});
