import { describe, expect, it } from "vitest";
import { DataFile } from "../src/runner/data-file.ts";
import { choosePinning } from "../src/runner/pinning.ts";
import { allOf, select } from "../src/runner/plan.ts";
import type { Measurement, Scenario } from "../src/scenarios/index.ts";
import { ioScenarios } from "../src/scenarios/io/index.ts";

/** Few, but more than there are connections anywhere. */
const OPERATIONS = 600;
const WARMUP = 40;
const FEW_HUNDRED = 512;

async function observed(scenario: Scenario, contender: string, level: number): Promise<Measurement> {
  const entrant = scenario.entrants[contender];
  if (entrant === undefined) throw new Error(`${contender} takes no part in ${scenario.name}`);
  using dataFile = new DataFile();
  return await scenario.observe({ ...entrant, operations: () => OPERATIONS, warmup: () => WARMUP }, level, {
    pinning: choosePinning(),
    dataFile: dataFile.path,
    seed: 1,
    budget: { warmupMs: 100, batchMs: 5 },
    paddingBytes: 0,
    signal: new AbortController().signal,
  });
}

// The workloads themselves, as small as they get: what is measured cannot rot unseen.
describe.each(ioScenarios)("$name", (scenario) => {
  const { cells, skipped } = select([allOf(scenario, "default")]);
  const smallest = cells.filter(
    ({ contender, level }) => contender.twinOf === undefined && level === scenario.levels[0],
  );

  it.each(skipped)("names why $contender is not measured at $level", ({ reason }) => {
    expect(reason).not.toBe("");
  });

  it.each(smallest)("is done by $contender.name, which validates what it does", async ({ contender, level }) => {
    // A thousand idle connections are for the lab alone.
    const measured = await observed(scenario, contender.name, Math.min(level, FEW_HUNDRED));
    if (scenario.name === "uring-since" || scenario.name === "file-readiness")
      expect(measured.operations).toBe(OPERATIONS);
    else expect(measured.operations).toBeGreaterThanOrEqual(OPERATIONS);
    expect(measured.elapsedNs).toBeGreaterThan(0);
    for (const { id } of scenario.metrics) {
      const counted = measured.counters?.[id];
      if (counted !== undefined) expect(counted).toBeGreaterThanOrEqual(0);
    }
  });
});

describe("what is observed of servers", () => {
  const named = (name: string): Scenario => {
    const found = ioScenarios.find((scenario) => scenario.name === name);
    if (found === undefined) throw new Error(`there is no scenario ${name}`);
    return found;
  };
  const reasonAgainst = (name: string, contender: string): string | undefined =>
    select([allOf(named(name), "default")]).skipped.find((skip) => skip.contender === contender)?.reason;

  it.for(["single+epoll", "single+uring", "single+uring multishot"])(
    "is the same number of system calls from inside and from outside, for %s",
    async (contender, { skip }) => {
      const reason = reasonAgainst("calls-seen", contender);
      if (reason !== undefined) return skip(reason);
      const { counters, syscallsPerOperation } = await observed(named("calls-seen"), contender, 4);
      // A few are made before strace looks, and after the server has counted.
      expect(counters?.["difference"]).toBeLessThan(0.1);
      expect(syscallsPerOperation).toBeGreaterThan(0);
    },
  );

  it("is that the kernel copies over loopback although it was asked not to", async ({ skip }) => {
    const reason = reasonAgainst("zero-copy", "single+uring zero-copy");
    if (reason !== undefined) return skip(reason);
    const { counters } = await observed(named("zero-copy"), "single+uring zero-copy", 4096);
    expect(counters).toEqual({ copied: 1 });
  });

  it("is that all of an offered rate was answered, and how late it was sent", async () => {
    const { counters } = await observed(named("open-loop"), "c-epoll", 10);
    expect(counters?.["answered"]).toBeGreaterThan(0);
    expect(counters?.["capacity"]).toBeGreaterThan(0);
    expect(counters?.["lateness"]).toBeGreaterThan(0);
  });

  it("is that memory for more connections is extrapolated from those that there are", async () => {
    const { counters } = await observed(named("idle-connections"), "node", 50);
    expect(counters?.["bytesFor1M"]).toBe((counters?.["idleBytes"] ?? Number.NaN) * 1_000_000);
    expect(counters?.["bytesFor100k"]).toBe((counters?.["idleBytes"] ?? Number.NaN) * 100_000);
  });
});
