import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const timeoutMs = 20_000;

describe("a process with a worker that is parked for ever", () => {
  test.each([
    ["exits naturally", "natural", 0],
    ["exits by process.exit()", "exit", 7],
    ["terminates the worker", "terminate", 0],
    ["terminates the worker without a word to the driver, which waits for a second at a time", "terminate plainly", 0],
    ["exits by an uncaught error", "throw", 1],
  ])("%s", (_, how, code) => {
    const fixture = fileURLToPath(new URL("fixtures/parked-worker.ts", import.meta.url));
    const { status, signal, stdout } = spawnSync(process.execPath, [fixture, how], {
      encoding: "utf8",
      timeout: timeoutMs,
    });
    expect({ status, signal }).toEqual({ status: code, signal: null });
    expect(stdout).toBe("parked\n");
  });
});
