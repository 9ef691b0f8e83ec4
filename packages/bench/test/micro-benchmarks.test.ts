import { describe, expect, it } from "vitest";
import { javascript } from "../src/runner/command.ts";
import { allOf, select } from "../src/runner/plan.ts";
import type { Entrant, RunSetup, Scenario } from "../src/scenarios/index.ts";
import { scenarios } from "../src/scenarios/index.ts";
import { ioScenarios } from "../src/scenarios/io/index.ts";

const micro = scenarios.filter((scenario) => scenario.group !== "headline" && !ioScenarios.includes(scenario));
const budget = { warmupMs: 20, batchMs: 5 };
const setup: RunSetup = {
  pinning: null,
  dataFile: "",
  seed: 1,
  budget,
  paddingBytes: 0,
  signal: new AbortController().signal,
};

/** One cold pass at a low level: what is measured is measured elsewhere. */
const LEVEL = 10;
const OPERATIONS_PER_LEVEL = 20;

function tiny(scenario: Scenario, contender: string): { readonly entrant: Entrant; readonly level: number } {
  const entrant = scenario.entrants[contender];
  if (entrant === undefined) throw new Error(`${contender} takes no part in ${scenario.name}`);
  const level = Math.min(LEVEL, ...scenario.levels);
  return { entrant: { ...entrant, operations: () => level * OPERATIONS_PER_LEVEL, warmup: () => 0 }, level };
}

// Every program runs and computes what it should, so that none can rot unseen.
describe.each(micro)("$name", (scenario) => {
  const { cells, skipped } = select([allOf(scenario, "default")]);
  const originals = cells.filter(
    ({ contender, level }) => contender.twinOf === undefined && level === scenario.levels[0],
  );

  it.each(skipped)("names why $contender is not measured here", ({ reason }) => {
    expect(reason).not.toBe("");
  });

  it.each(originals)("is done by $contender.name", async ({ contender }) => {
    const { entrant, level } = tiny(scenario, contender.name);
    const measured = await scenario.observe(entrant, level, setup);
    expect(measured.operations).toBe(level * OPERATIONS_PER_LEVEL);
    expect(measured.elapsedNs).toBeGreaterThan(0);
    if (scenario.metrics[0]?.id === "bytes") expect(measured.heldBytes).toBeDefined();
  });
});

describe("a micro-benchmark", () => {
  it("repeats its passes once it has warmed up", async () => {
    const scenario = named("oneshot");
    const { entrant, level } = tiny(scenario, "native-async");
    const measured = await scenario.observe({ ...entrant, warmup: () => 1 }, level, setup);
    expect(measured.operations).toBeGreaterThan(OPERATIONS_PER_LEVEL);
    expect(measured.operations % OPERATIONS_PER_LEVEL).toBe(0);
  });

  it("fails when the program counts what is no number", async () => {
    const { entrant } = tiny(named("mutex"), "coroutine");
    const line = { operations: 20, elapsedNs: 1, cpuNs: 1, cpuUserNs: 0, cpuSystemNs: 0, result: 20 };
    const source = (counters: object): string =>
      `console.log(${JSON.stringify(JSON.stringify({ ...line, counters }))})`;
    const counting = (counters: object): Entrant => ({
      ...entrant,
      command: () => ({ file: process.execPath, args: ["--eval", source(counters), "--"], stopsOn: "end of input" }),
    });
    await expect(named("mutex").observe(counting({ polls: NaN }), 1, setup)).rejects.toThrow(
      "the workload counted null as polls, which is no number",
    );
    expect((await named("mutex").observe(counting({ polls: 3 }), 1, setup)).counters).toEqual({ polls: 3 });
  });

  it("fails when the program computes something else", async () => {
    const scenario = named("mutex");
    const { entrant } = tiny(scenario, "coroutine");
    const wrong: Entrant = { ...entrant, command: () => javascript("micro/coroutine/mpsc") };
    await expect(scenario.observe(wrong, 1, setup)).rejects.toThrow("the workload computed 190 where 20 was expected");
  });
});

function named(name: string): Scenario {
  const found = micro.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`there is no micro-benchmark ${name}`);
  return found;
}
