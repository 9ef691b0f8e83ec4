import { describe, expect, it } from "vitest";
import { noSanitizers, run, sanitized } from "./native-programs.ts";

const timerThreads = sanitized("timer-threads");

describe("timer-threads", () => {
  it("keeps a thread for each timer until all of them wait, and says what they took", async ({ skip }) => {
    if (timerThreads === undefined) return skip(noSanitizers);
    const { code, stdout } = await run(timerThreads, 20, 20, 0);
    expect(code).toBe(0);
    const measured = JSON.parse(stdout) as Record<string, unknown>;
    expect(measured).toMatchObject({ operations: 20, result: 20, counters: { residentBytes: expect.any(Number) } });
    expect(measured["elapsedNs"]).toBeGreaterThan(0);
  });

  it.each([[], [1, 0, 0], [1, 10_001, 0], [1, "many", 0]])("refuses %j and says what it expects", async (...words) => {
    // Where there is no sanitizer, the test before says so.
    if (timerThreads === undefined) return;
    const { code, stdout, stderr } = await run(timerThreads, ...words);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^usage: timer-threads LEVEL OPERATIONS WARMUP, with 1 to 10000 operations$/m);
  });
});
