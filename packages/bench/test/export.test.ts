import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { formatGoBenchmarks, formats } from "../src/export/index.ts";
import type { Run } from "../src/record/run.ts";
import { madeUp } from "./fixtures/comparison-runs.ts";
import { BENCHER_SCHEMA, GITHUB_ACTION_BENCHMARK_SCHEMA } from "./fixtures/consumer-schemas.ts";
import { parseGoBenchmarks } from "./fixtures/go-benchmark-parser.ts";
import { syntheticRun } from "./fixtures/synthetic-run.ts";

const bencher = new Ajv2020().compile<Record<string, Record<string, { value: number; lower_value?: number }>>>(
  BENCHER_SCHEMA,
);
const gab = new Ajv2020().compile<{ name: string; value: number; range?: string }[]>(GITHUB_ACTION_BENCHMARK_SCHEMA);

function formatted(name: string, run: Run): string {
  const format = formats[name];
  if (format === undefined) throw new Error(`${name} is registered`);
  return format(run);
}

/** Whose names have what formats take for their own: blanks, slashes, colons, hyphens before numbers, line breaks, long ones. */
function awkward(): Run {
  const run = madeUp({ seed: 1 });
  const names: Readonly<Record<string, string>> = { a: "a b/c: d-8", b: "β\nγ", c: "c".repeat(2000) };
  const renamed = (name: string): string => names[name] ?? name;
  return {
    ...run,
    contenders: run.contenders.map(({ name, twinOf, ...each }) => ({
      ...{ ...each, name: renamed(name) },
      ...(twinOf === undefined ? {} : { twinOf: renamed(twinOf) }),
    })),
    scenarios: run.scenarios.map((scenario) => ({ ...scenario, levelNames: ["ordered-1", "at random"] })),
    observations: run.observations.map((each) => ({ ...each, contender: renamed(each.contender) })),
  };
}

const RUNS: [string, Run][] = [
  ["a large run", syntheticRun()],
  ["a run of one round", madeUp({ seed: 1, rounds: 1 })],
  ["a run with awkward names", awkward()],
];

describe("Bencher's metric format", () => {
  it.each(RUNS)("is as its schema says, of %s", (_, run) => {
    const value: unknown = JSON.parse(formatted("bencher", run));
    if (!bencher(value)) throw new Error(JSON.stringify(bencher.errors));
    expect(Buffer.byteLength(Object.keys(value).toSorted((a, b) => b.length - a.length)[0] ?? "")).toBeLessThanOrEqual(
      1024,
    );
  });

  it("keeps the levels apart of what has too long a name", () => {
    const value: unknown = JSON.parse(formatted("bencher", awkward()));
    if (!bencher(value)) throw new Error("it is valid");
    expect(Object.keys(value).filter((name) => name.includes("ccc"))).toHaveLength(2);
  });

  it("has a benchmark for each place, and in it each metric as a median with its interval", () => {
    const value: unknown = JSON.parse(formatted("bencher", madeUp({ seed: 1 })));
    if (!bencher(value)) throw new Error("it is valid");
    expect(Object.keys(value)).toContain("work/a/tasks=1");
    expect(Object.keys(value)).not.toContain("work/a (twin)/tasks=1");
    const { time, polls } = value["work/a/tasks=1"] ?? {};
    expect(polls).toEqual({ value: 3, lower_value: 3, upper_value: 3 });
    expect(time?.value).toBeGreaterThan(time?.lower_value ?? Infinity);
    expect(time?.value).toBeCloseTo(1000, -2);
  });

  it("has no bounds for a single round", () => {
    const value: unknown = JSON.parse(formatted("bencher", madeUp({ seed: 1, rounds: 1 })));
    if (!bencher(value)) throw new Error("it is valid");
    expect(Object.keys(value["work/a/tasks=1"]?.["time"] ?? {})).toEqual(["value"]);
  });

  it("is refused by the schema where a value is missing", () => {
    expect(bencher({ a: { time: { lower_value: 1 } } })).toBe(false);
    expect(bencher({ a: { time: { value: null } } })).toBe(false);
  });
});

describe("github-action-benchmark's format", () => {
  it.each(RUNS)("is as its schema says, of %s", (_, run) => {
    const value: unknown = JSON.parse(formatted("gab", run));
    if (!gab(value)) throw new Error(JSON.stringify(gab.errors));
    expect(value[0]?.name).toMatch(/^(echo|work)\/.*: /s);
  });

  it("has one direction in each file, and everything in one of the two", () => {
    const names = (format: string): string[] => {
      const value: unknown = JSON.parse(formatted(format, syntheticRun()));
      if (!gab(value)) throw new Error("it is valid");
      return value.map(({ name }) => name);
    };
    const [smaller, bigger] = [names("gab"), names("gab-bigger")];
    expect(smaller).toContain("echo/node/connections=64: CPU time per request");
    expect(bigger).toContain("echo/node/connections=64: throughput");
    expect(smaller.filter((name) => bigger.includes(name))).toEqual([]);
    expect(new Set([...smaller, ...bigger]).size).toBe(smaller.length + bigger.length);
  });
});

describe("Go's benchmark format", () => {
  it.each(RUNS)("is read strictly, of %s", (_, run) => {
    const { results, units } = parseGoBenchmarks(formatted("benchstat", run));
    const twins = run.contenders.filter(({ twinOf }) => twinOf !== undefined).map(({ name }) => name);
    expect(results).toHaveLength(run.observations.filter(({ contender }) => !twins.includes(contender)).length);
    for (const { values } of results) {
      for (const unit of Object.keys(values)) expect(units.get(unit)).toHaveProperty("better");
    }
  });

  it("has a line for each observation, with all its metrics", () => {
    const run = madeUp({ seed: 1 });
    const { results } = parseGoBenchmarks(formatted("benchstat", run));
    const [observation] = run.observations;
    expect(results[0]).toMatchObject({
      name: "Work/contender=a/tasks=1",
      iterations: 1000,
      values: { "ns/op": (observation?.elapsedNs ?? 0) / 1000, polls: 3 },
      configuration: { cpu: "Made-up CPU, 2 cores", commit: "0".repeat(40) },
    });
  });

  it("tells two runs in one file apart by a configuration line", () => {
    const { results } = parseGoBenchmarks(formatGoBenchmarks(madeUp({ seed: 1 }), madeUp({ seed: 2 })));
    const sides = Map.groupBy(results, ({ configuration }) => configuration["side"]);
    expect([...sides].map(([side, group]) => [side, group.length])).toEqual([
      ["base", results.length / 2],
      ["head", results.length / 2],
    ]);
  });

  it("gives scenarios that disagree on the better side of a metric a unit each", () => {
    const run = madeUp({ seed: 1 });
    const [scenario] = run.scenarios;
    if (scenario === undefined) throw new Error("there is one");
    const metrics = scenario.metrics.map((metric) => ({ ...metric, better: "higher" as const }));
    const both = { ...run, scenarios: [scenario, { ...scenario, name: "play", metrics }] };
    const { units } = parseGoBenchmarks(formatted("benchstat", both));
    expect(units.get("polls")).toEqual({ better: "lower" });
    expect(units.get("play-polls")).toEqual({ better: "higher" });
  });

  it.each([
    ["Benchmarkecho 1 2 ns/op", "begins with a capital"],
    ["BenchmarkEcho-8 1 2 ns/op", "GOMAXPROCS"],
    ["BenchmarkEcho 1.5 2 ns/op", "a whole one"],
    ["BenchmarkEcho 1 2", "pairs of value and unit"],
    ["BenchmarkEcho 1 NaN ns/op", "no number"],
    ["Unit ns/op better=faster", "there is no better=faster"],
    ["Cpu: fast", "neither a result"],
  ])("is refused by the reader where it is wrong: %s", (line, message) => {
    expect(() => parseGoBenchmarks(line)).toThrow(message);
  });
});
