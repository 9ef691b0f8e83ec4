// How much of a load is done where time is short.
import { describe, expect, it } from "vitest";
import { native } from "../src/runner/command.ts";
import type { RunSetup } from "../src/scenarios/index.ts";
import { Server } from "../src/scenarios/serving/server.ts";

async function requestsServed(warmupMs: number): Promise<number | undefined> {
  const setup: RunSetup = {
    ...{ budget: { warmupMs, batchMs: 10 }, paddingBytes: 0, pinning: null, dataFile: "", seed: 1 },
    signal: new AbortController().signal,
  };
  await using server = await Server.start(native("echo-epoll", "--port", "0"), setup);
  const { operations } = await server.load({ connections: 32, requests: 640, warmup: 3200, bytes: 64 });
  expect(operations).toBe(warmupMs < 100 ? 320 : 640);
  return (await server.stop())?.requests;
}

describe("a server under load", () => {
  it("is measured with half as many requests where time is short, and warmed up with all the same", async () => {
    const [inFull, inBrief] = [await requestsServed(500), await requestsServed(40)];
    expect((inFull ?? 0) - (inBrief ?? 0)).toBe(320);
  });
});
