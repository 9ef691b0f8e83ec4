import { describe, expect, it } from "vitest";
import { allocatedBytes, recordProcess } from "../src/programs/process-record.ts";
import { measure } from "../src/programs/self-measured.ts";
import { isSteady, warmUp } from "../src/programs/steady.ts";

describe("a program is steady", () => {
  it.each([
    ["once six windows agree", [10, 10.2, 9.9, 10.1, 10, 9.8], true],
    ["whatever was before them", [90, 40, 10, 10.2, 9.9, 10.1, 10, 9.8], true],
    ["not after five", [10, 10, 10, 10, 10], false],
    ["not while it gets faster", [10.6, 10.4, 10.2, 9.9, 9.7, 9.5], false],
    ["not with a window that stands out", [10, 10, 10, 13, 10, 10], false],
  ])("%s", (_, times, steady) => {
    expect(isSteady(times)).toBe(steady);
  });
});

describe("a warm-up", () => {
  /** Keeps the processor for as long as it is told. */
  const busy = (ms: number): void => {
    for (const end = performance.now() + ms; performance.now() < end;);
  };

  it("lasts for the least time and the least passes in any case", async () => {
    const began = performance.now();
    const { passes } = await warmUp(() => busy(0.2), 30, 5);
    expect(performance.now() - began).toBeGreaterThanOrEqual(30);
    expect(passes).toBeGreaterThanOrEqual(5);
    expect((await warmUp(() => busy(5), 1, 8)).passes).toBeGreaterThanOrEqual(8);
  });

  it("ends without having come to rest when its time is over, and says so", async () => {
    let slower = 0.1;
    const { steady, passMs } = await warmUp(() => busy((slower *= 1.3)), 20, 1);
    expect(steady).toBe(false);
    expect(passMs).toBeGreaterThan(0);
  });
});

describe("what a process records about itself", () => {
  it("is the pauses of its collector, its context switches and its memory", async () => {
    const end = recordProcess();
    let kept: unknown[] = [];
    for (let i = 0; i < 2_000_000; i++) kept = kept.length > 1000 ? [] : [...kept.slice(-3), { i }];
    const seen = await end()();
    expect(seen.gcCount).toBeGreaterThan(0);
    expect(seen.gcNs).toBeGreaterThan(0);
    expect(seen.gcMaxNs).toBeLessThanOrEqual(seen.gcNs ?? 0);
    expect(seen.maxRssBytes).toBeGreaterThan(1e6);
    expect(seen.involuntarySwitches).toBeGreaterThanOrEqual(0);
  });

  it("leaves out what happened before and after", async () => {
    const churn = (): void => {
      for (let i = 0; i < 300_000; i++) Array.from({ length: 20 }, () => ({ i }));
    };
    churn();
    const end = recordProcess();
    const gather = end();
    churn();
    expect((await gather()).gcCount).toBe(0);
  });

  it("is the bytes that it allocates, across collections too", async () => {
    const numbers = 4_000_000;
    let sum = 0;
    const bytes = await allocatedBytes(() => {
      for (let i = 0; i < numbers / 1000; i++) sum += Array.from({ length: 1000 }, () => ({ i })).length;
    });
    expect(sum).toBe(numbers);
    // An object with one field takes at least 16 bytes.
    expect(Number(bytes) / numbers).toBeGreaterThan(16);
    expect(Number(bytes) / numbers).toBeLessThan(200);
  });

  it("stands beside the time of a measured body", async () => {
    const measured = await measure(
      10,
      () => {},
      () => 0,
    );
    expect(measured).toMatchObject({ operations: 10, syscalls: 0 });
    expect(Object.keys(measured.process ?? {})).toEqual(
      expect.arrayContaining(["gcCount", "maxRssBytes", "voluntarySwitches"]),
    );
  });
});
