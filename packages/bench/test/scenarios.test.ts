import { describe, expect, it } from "vitest";
import { DataFile } from "../src/runner/data-file.ts";
import { choosePinning } from "../src/runner/pinning.ts";
import { allOf, select } from "../src/runner/plan.ts";
import { scenarios } from "../src/scenarios/index.ts";

const OPERATIONS = 512;
const WARMUP = 64;
const budget = { warmupMs: 100, batchMs: 5 };

// The workloads themselves, as small as they get: what is measured cannot rot unseen.
describe.each(scenarios.filter(({ group }) => group === "headline"))("$name", (scenario) => {
  const { cells, skipped } = select([allOf(scenario, "default")]);
  const smallest = cells.filter(({ level }) => level === scenario.levels[1]);

  it.each(skipped.map(({ contender, level, reason }) => ({ contender, level, reason })))(
    "names why $contender is not measured at $level",
    ({ reason }) => {
      expect(reason).not.toBe("");
    },
  );

  it.each(smallest)("is done by $contender.name, which validates what it does", async ({ contender, level }) => {
    const entrant = scenario.entrants[contender.name];
    if (entrant === undefined) throw new Error("it is among the selected");
    using dataFile = new DataFile();
    const tiny = { ...entrant, operations: () => OPERATIONS, warmup: () => WARMUP };
    const setup = {
      pinning: choosePinning(),
      dataFile: dataFile.path,
      seed: 1,
      budget,
      paddingBytes: 0,
      signal: new AbortController().signal,
    };
    const measured = await scenario.observe(tiny, level, setup);
    expect(measured.operations).toBe(OPERATIONS);
    expect(measured.elapsedNs).toBeGreaterThan(0);
    expect(measured.cpuNs).toBeGreaterThan(0);
    if (scenario.name === "echo") expect(measured.process?.maxRssBytes).toBeGreaterThan(100_000);
  });
});

describe("what the runtime's own contenders count", () => {
  it("is a system call per read at depth 1, and many reads per system call at depth 64", async ({ skip }) => {
    const fileRead = scenarios.find(({ name }) => name === "file-read");
    const cells = fileRead === undefined ? [] : select([allOf(fileRead, "default")]).cells;
    const uring = cells.find(({ contender }) => contender.name === "single+uring");
    if (fileRead === undefined || uring === undefined) return skip("no io_uring here: `pnpm bench list` says why");
    using dataFile = new DataFile();
    const entrant = fileRead.entrants[uring.contender.name];
    if (entrant === undefined) throw new Error("it is among the selected");
    const tiny = { ...entrant, operations: () => OPERATIONS, warmup: () => WARMUP };
    const setup = {
      pinning: null,
      dataFile: dataFile.path,
      seed: 1,
      budget,
      paddingBytes: 0,
      signal: new AbortController().signal,
    };
    const [one, many] = [await fileRead.observe(tiny, 1, setup), await fileRead.observe(tiny, 64, setup)];
    expect(one.syscallsPerOperation).toBe(1);
    expect(many.syscallsPerOperation).toBeLessThan(0.1);
  });
});
