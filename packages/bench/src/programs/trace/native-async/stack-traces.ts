import { runOnce } from "../../micro/harness.ts";
import { AFTER_WAIT, keepWholeStacks, shareOfCallers } from "../callers.ts";

async function handleRequest(waits: boolean): Promise<number> {
  return (await authorise(waits)) + 1;
}

async function authorise(waits: boolean): Promise<number> {
  return (await loadAccount(waits)) + 1;
}

async function loadAccount(waits: boolean): Promise<number> {
  return (await readProfile(waits)) + 1;
}

async function readProfile(waits: boolean): Promise<number> {
  return (await queryCache(waits)) + 1;
}

async function queryCache(waits: boolean): Promise<number> {
  return (await queryStore(waits)) + 1;
}

async function queryStore(waits: boolean): Promise<number> {
  return (await openSession(waits)) + 1;
}

async function openSession(waits: boolean): Promise<number> {
  return (await sendCommand(waits)) + 1;
}

async function sendCommand(waits: boolean): Promise<number> {
  return (await awaitReply(waits)) + 1;
}

async function awaitReply(waits: boolean): Promise<number> {
  return (await parseReply(waits)) + 1;
}

async function parseReply(waits: boolean): Promise<number> {
  if (waits) await new Promise((resolve) => setImmediate(resolve));
  throw new Error("no reply");
}

keepWholeStacks();
await runOnce(async (level) => {
  try {
    return await handleRequest(level === AFTER_WAIT);
  } catch (error) {
    return shareOfCallers(error);
  }
});
