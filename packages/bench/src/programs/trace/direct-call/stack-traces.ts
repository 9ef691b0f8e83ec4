import { runOnce } from "../../micro/harness.ts";
import { keepWholeStacks, shareOfCallers } from "../callers.ts";

function handleRequest(id: number): number {
  return authorise(id) + 1;
}

function authorise(id: number): number {
  return loadAccount(id) + 1;
}

function loadAccount(id: number): number {
  return readProfile(id) + 1;
}

function readProfile(id: number): number {
  return queryCache(id) + 1;
}

function queryCache(id: number): number {
  return queryStore(id) + 1;
}

function queryStore(id: number): number {
  return openSession(id) + 1;
}

function openSession(id: number): number {
  return sendCommand(id) + 1;
}

function sendCommand(id: number): number {
  return awaitReply(id) + 1;
}

function awaitReply(id: number): number {
  return parseReply(id) + 1;
}

function parseReply(id: number): number {
  throw new Error(`no reply to ${id}`);
}

keepWholeStacks();
await runOnce(() => {
  try {
    return handleRequest(1);
  } catch (error) {
    return shareOfCallers(error);
  }
});
