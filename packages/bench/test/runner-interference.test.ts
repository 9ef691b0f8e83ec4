import { describe, expect, it } from "vitest";
import { comparable } from "../src/record/comparable.ts";
import type { Environment } from "../src/record/environment.ts";
import {
  disturbanceBetween,
  Interference,
  ownProcessorMs,
  parseProcessorTimes,
  parseThrottledMs,
} from "../src/runner/interference.ts";
import { cautionsAbout, cautionsAfter } from "../src/runner/machine-warnings.ts";
import { syntheticRun } from "./fixtures/synthetic-run.ts";

describe("what disturbs a run", () => {
  it("is read from the kernel's counts of processor time, in ticks of 10 ms", () => {
    const stat = "cpu  100 10 50 1000 40 1 9 30 7 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n";
    expect(parseProcessorTimes(stat)).toEqual({ totalMs: 12_400, busyMs: 1700, stealMs: 300 });
    expect(parseProcessorTimes("intr 1 2 3")).toBeUndefined();
  });

  it("counts a process with its children, whatever the process is called", () => {
    const stat = `77 (a (b) c) S ${Array.from({ length: 10 }, (_, i) => i).join(" ")} 5 6 7 8 20 0`;
    expect(ownProcessorMs(stat)).toBe(260);
  });

  it("is a quota that held back, in either version of control groups", () => {
    expect(parseThrottledMs("usage_usec 5\nthrottled_usec 2500\n")).toBe(2.5);
    expect(parseThrottledMs("nr_throttled 1\nthrottled_time 2500000\n")).toBe(2.5);
    expect(parseThrottledMs("usage_usec 5\n")).toBeUndefined();
  });

  it("is what others used and what the host took, as shares of all time", () => {
    const times = (totalMs: number, busyMs: number, stealMs: number) => ({ totalMs, busyMs, stealMs });
    const before = { processor: times(1000, 100, 0), ownMs: 50, thermalThrottles: 3 };
    const after = { processor: times(3000, 900, 100), ownMs: 250, thermalThrottles: 5, quotaThrottledMs: 4 };
    expect(disturbanceBetween(before, after)).toEqual({ stealShare: 0.05, foreignShare: 0.3, thermalThrottles: 2 });
    expect(disturbanceBetween({ ownMs: 0 }, { ownMs: 1 })).toEqual({});
  });

  it("is seen on this machine as shares between nothing and all", () => {
    const interference = new Interference();
    for (const end = Date.now() + 100; Date.now() < end;);
    const { foreignShare = 0, stealShare = 0, loadAfter } = interference.sinceBegun();
    for (const share of [foreignShare, stealShare]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
    expect(loadAfter).toBeGreaterThanOrEqual(0);
  });

  it("is warned of with its cause and what to do, and a quiet run is not", () => {
    expect(cautionsAfter({ stealShare: 0.01, foreignShare: 0, quotaThrottledMs: 0, thermalThrottles: 0 }, 2)).toEqual(
      [],
    );
    const warnings = cautionsAfter(
      { stealShare: 0.2, foreignShare: 0.5, quotaThrottledMs: 40, thermalThrottles: 2 },
      2,
    );
    expect(warnings).toHaveLength(4);
    expect(warnings.join("\n")).toMatch(
      /20 %.*--rounds[^]*50 % of the 2 cores.*--rounds[^]*40 ms.*--cpus[^]*2 times.*--quick/,
    );
  });

  it("is warned of before a run where the machine is busy, and not where it is not", () => {
    const { warnings: _, ...environment } = syntheticRun().environment;
    const about = (load: number): string => cautionsAbout({ ...environment, load: [load, 0, 0] }).join("\n");
    expect(about(1.6)).toMatch(/busy when the run began \(load 1\.60 on 2 cores\).*--rounds/);
    expect(about(0.2)).not.toMatch(/busy/);
  });
});

describe("two environments", () => {
  const { environment } = syntheticRun();
  const unlike = (change: Partial<Environment>): string[] => comparable(environment, { ...environment, ...change });

  it("are alike where only the code, the load and the warnings differ", () => {
    const { git: _, ...rest } = environment;
    expect(
      comparable(environment, { ...rest, git: null, load: [9, 9, 9], warnings: [], during: { stealShare: 1 } }),
    ).toEqual([]);
    expect(unlike({ memoryBytes: environment.memoryBytes * 1.05 })).toEqual([]);
  });

  it("are unlike by name in what decides how fast things are", () => {
    expect(unlike({ cpu: { model: "Other CPU", logicalCores: 4 } })).toEqual([
      "processor: Synthetic CPU @ 0.00GHz and Other CPU",
      "logical cores: 2 and 4",
      "frequency governor: performance and unknown",
    ]);
    expect(unlike({ versions: { ...environment.versions, node: "26.0.0" } })).toEqual(["Node.js: 24.21.0 and 26.0.0"]);
    expect(unlike({ kernel: { ...environment.kernel, release: "7.0" } })).toEqual(["kernel: 6.0.0-synthetic and 7.0"]);
    expect(unlike({ pinning: null })).toEqual(["pinning: true and false"]);
    expect(unlike({ memoryBytes: environment.memoryBytes * 2 })).toHaveLength(1);
    expect(unlike({ mitigations: { ...environment.mitigations, retbleed: "Vulnerable" } })).toHaveLength(1);
    expect(unlike({ mitigations: Object.fromEntries(Object.entries(environment.mitigations).toReversed()) })).toEqual(
      [],
    );
  });
});
