import { describe, expect, it } from "vitest";
import type { Run } from "../src/record/run.ts";
import { InvalidRunError, parseRun } from "../src/record/validate.ts";
import { syntheticRun } from "./fixtures/synthetic-run.ts";

/** Every field, the optional ones too: a field added to the types must be added here, and then the schema must know it. */
type Complete<T> = T extends readonly (infer Item)[]
  ? T extends readonly [unknown, ...unknown[]]
    ? T
    : readonly Complete<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Complete<Exclude<T[Key], undefined>> }
    : T;

const COMPLETE: Complete<Run> = {
  schemaVersion: 2,
  startedAt: "2025-01-02T03:04:05.678Z",
  elapsedMs: 1,
  seed: 1,
  plan: {
    ...{ mode: "quick", rounds: 3, completedRounds: 2, stoppedEarly: "interrupted", claims: ["A1"] },
    ...{ shard: { index: 1, count: 2 }, session: "together" },
  },
  environment: {
    cpu: { model: "model", logicalCores: 2, governor: "performance" },
    memoryBytes: 1,
    kernel: { release: "6.1", ioUringDisabled: 0 },
    mitigations: { meltdown: "Not affected" },
    virtualisation: "none",
    load: [0, 0, 0],
    versions: { node: "24", v8: "13", libuv: "1", cc: "gcc" },
    git: { commit: "abc", dirty: true },
    pinning: { server: 0, generator: 1 },
    dataFileSystem: "ext4",
    during: { stealShare: 0.1, foreignShare: 0.1, quotaThrottledMs: 1, thermalThrottles: 1, loadAfter: 1 },
    warnings: ["warning"],
  },
  scenarios: [
    {
      ...{
        name: "echo",
        isolates: "sockets",
        factor: "connections",
        levels: [1],
        levelNames: ["one"],
        operation: "request",
      },
      metrics: [{ id: "polls", label: "polls per request", unit: "count", better: "lower", per: "operation" }],
    },
  ],
  contenders: [
    {
      ...{ name: "a", description: "a", twinOf: "a", kind: "async" },
      runtime: { name: "bun", title: "Bun", version: "1.4.5" },
    },
  ],
  observations: [
    {
      scenario: "echo",
      contender: "a",
      level: 1,
      round: 0,
      sequence: 0,
      operations: 1,
      elapsedNs: 1,
      cpuNs: 1,
      cpuUserNs: 0,
      cpuSystemNs: 0,
      syscallsPerOperation: 0.5,
      heldBytes: 1,
      latency: { lowestNs: [1, 2], counts: [1, 1], maxNs: 3 },
      generator: { cpuNs: 1, pinnedTo: 1 },
      counters: { polls: 3 },
      process: {
        ...{
          gcCount: 1,
          gcNs: 2,
          gcMaxNs: 2,
          allocatedBytesPerOperation: 3,
          voluntarySwitches: 1,
          involuntarySwitches: 1,
        },
        ...{ maxRssBytes: 1, loopDelayP50Ns: 1, loopDelayP99Ns: 1, loopDelayMaxNs: 1 },
      },
      warmup: { passes: 3, steady: true },
      setting: { paddingBytes: 16, pinnedTo: 1 },
    },
  ],
  skipped: [{ scenario: "echo", contender: "a", level: 1, reason: "reason" }],
  failures: [{ scenario: "echo", contender: "a", level: 1, round: 0, message: "message" }],
};

/** Fields that the types mark with a question mark. */
const OPTIONAL = new Set([
  "/environment/cpu/governor",
  "/environment/kernel/ioUringDisabled",
  "/environment/versions/cc",
  "/plan/claims",
  "/plan/shard",
  "/plan/session",
  "/environment/during",
  ...["stealShare", "foreignShare", "quotaThrottledMs", "thermalThrottles", "loadAfter"].map(
    (name) => `/environment/during/${name}`,
  ),
  "/scenarios/0/levelNames",
  "/scenarios/0/metrics/0/per",
  "/contenders/0/twinOf",
  "/contenders/0/runtime",
  "/observations/0/syscallsPerOperation",
  "/observations/0/heldBytes",
  "/observations/0/latency",
  "/observations/0/generator",
  "/observations/0/generator/pinnedTo",
  "/observations/0/counters",
  "/observations/0/process",
  ...[
    "gcCount",
    "gcNs",
    "gcMaxNs",
    "allocatedBytesPerOperation",
    "voluntarySwitches",
    "involuntarySwitches",
    "maxRssBytes",
  ].map((name) => `/observations/0/process/${name}`),
  ...["P50", "P99", "Max"].map((name) => `/observations/0/process/loopDelay${name}Ns`),
  "/observations/0/warmup",
  "/observations/0/setting",
  "/observations/0/setting/pinnedTo",
  "/skipped/0/level",
]);

/** Whose keys are data. */
const DICTIONARIES = new Set(["/environment/mitigations", "/observations/0/counters"]);

interface Field {
  readonly path: string;
  /** The complete run without the field. */
  readonly without: string;
}

/** Every field of every object in the run. */
function fieldsOf(value: unknown, path = ""): Field[] {
  if (typeof value !== "object" || value === null || DICTIONARIES.has(path)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const place = `${path}/${key}`;
    const inner = fieldsOf(child, place);
    return Array.isArray(value)
      ? inner
      : [{ path: place, without: without(COMPLETE, place.slice(1).split("/")) }, ...inner];
  });
}

function without(value: unknown, path: readonly string[]): string {
  return JSON.stringify(edited(value, path, () => undefined));
}

/** A copy in which the value at the path is another. */
function edited(value: unknown, [key, ...rest]: readonly string[], change: (old: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === key ? edited(item, rest, change) : item));
  if (typeof value !== "object" || value === null) throw new Error(`no field ${key}`);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]: [string, unknown]) => [
      name,
      name === key ? edited(item, rest, change) : item,
    ]),
  );
}

function changed(path: string, to: unknown): string {
  return JSON.stringify(edited(COMPLETE, path.slice(1).split("/"), () => to));
}

describe("the schema says what the types say", () => {
  it("accepts a run with every field there is", () => {
    expect(parseRun(JSON.stringify(COMPLETE))).toEqual(COMPLETE);
  });

  it("accepts a whole synthetic run", () => {
    const run = syntheticRun({ rounds: 2 });
    expect(parseRun(JSON.stringify(run))).toEqual(run);
  });

  const fields = fieldsOf(COMPLETE);

  it.each(fields.filter(({ path }) => !OPTIONAL.has(path)))(
    "refuses a run without $path",
    ({ path, without: text }) => {
      const name = path.slice(path.lastIndexOf("/") + 1);
      expect(() => parseRun(text)).toThrow(new RegExp(`lacks the field "${name}"`));
    },
  );

  it.each(fields.filter(({ path }) => OPTIONAL.has(path)))("accepts a run without $path", ({ without: text }) => {
    expect(() => parseRun(text)).not.toThrow();
  });

  it("knows every optional field by its place", () => {
    expect(fields.map(({ path }) => path).filter((path) => OPTIONAL.has(path))).toHaveLength(OPTIONAL.size);
  });

  it.each(["/environment/git", "/environment/pinning"])("accepts null for %s", (path) => {
    expect(() => parseRun(changed(path, null))).not.toThrow();
  });
});

describe("a record of the first version", () => {
  /** As it was written: metrics followed from the factor, or from the one thing that was measured. */
  const first = (scenario: Record<string, unknown>): string => {
    const { counters: _, process: __, warmup: ___, setting: ____, ...observation } = COMPLETE.observations[0] ?? {};
    const { claims: _____, shard: _______, session: ________, ...plan } = COMPLETE.plan;
    const { during: ______, ...environment } = COMPLETE.environment;
    const old = { name: "echo", isolates: "sockets", levels: [1], operation: "request", ...scenario };
    return JSON.stringify({
      ...COMPLETE,
      ...{ schemaVersion: 1, plan, environment, scenarios: [old], observations: [observation] },
    });
  };

  it.each([
    [{ factor: "connections" }, ["throughput", "cpu", "p50", "p99"]],
    [{ factor: "depth" }, ["time"]],
    [{ factor: "tasks", measures: "bytes" }, ["bytes"]],
    [{ factor: "depth", measures: "cpu" }, ["cpu"]],
  ])("is brought to this one: %j", (scenario, ids) => {
    const run = parseRun(first(scenario));
    expect(run.schemaVersion).toBe(2);
    expect(run.scenarios[0]?.metrics.map(({ id }) => id)).toEqual(ids);
    expect(run.scenarios[0]).not.toHaveProperty("measures");
    expect(run.observations[0]?.elapsedNs).toBe(1);
  });

  it("that is not whole is refused for what it lacks, in its own words", () => {
    const broken: unknown = JSON.parse(first({ factor: "depth" }));
    if (typeof broken !== "object" || broken === null) throw new Error("it is an object");
    expect(() => parseRun(JSON.stringify({ ...broken, scenarios: [7] }))).toThrow(/^\/scenarios\/0 must be object/);
    expect(() => parseRun(JSON.stringify({ ...broken, scenarios: undefined }))).toThrow(/lacks the field "scenarios"/);
    expect(() => parseRun(first({ factor: "depth", measures: "smell" }))).toThrow(/lacks the field "metrics"/);
  });
});

describe("a text that is no record of a run", () => {
  it.each([
    ["not JSON", "{", /^a run record is JSON, and this is not/],
    ["no object", "[]", /^the record must be object/],
    [
      "another version",
      changed("/schemaVersion", 3),
      /schemaVersion 3, and this program reads versions 1 to 2: .*measure again/,
    ],
    ["a wrong type", changed("/observations/0/level", "four"), /^\/observations\/0\/level must be number/],
    ["a value out of range", changed("/observations/0/operations", 0), /^\/observations\/0\/operations must be >= 1/],
    [
      "an unknown kind",
      changed("/contenders/0/kind", "magic"),
      /^\/contenders\/0\/kind must be one of \["blocking","async","limit"\]/,
    ],
    [
      "an unknown field",
      JSON.stringify({ ...COMPLETE, extra: 1 }),
      /^the record has a field that is not part of a run: "extra"/,
    ],
    [
      "an observation of nobody",
      changed("/observations/0/contender", "b"),
      /^\/observations\/0\/contender names the contender "b"/,
    ],
    ["a twin of nobody", changed("/contenders/0/twinOf", "b"), /^\/contenders\/0\/twinOf names the contender "b"/],
    ["a failure nowhere", changed("/failures/0/scenario", "b"), /^\/failures\/0\/scenario names the scenario "b"/],
    ["a shard beyond the last", changed("/plan/shard/index", 3), /^\/plan\/shard is number 3 of 2/],
    ["a level without a name", changed("/scenarios/0/levelNames", []), /0 names in "levelNames" and 1 levels/],
    [
      "an uneven histogram",
      changed("/observations/0/latency/counts", [1]),
      /2 buckets in "lowestNs" and 1 in "counts"/,
    ],
    ["a descending histogram", changed("/observations/0/latency/lowestNs", [2, 1]), /lowestNs must ascend/],
  ])("is refused by name: %s", (_, text, message) => {
    expect(() => parseRun(text)).toThrow(InvalidRunError);
    expect(() => parseRun(text)).toThrow(message);
  });
});
