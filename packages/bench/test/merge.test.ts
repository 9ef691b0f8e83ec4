import { describe, expect, it } from "vitest";
import { shardIn, wantedIn } from "../src/cli/shard.ts";
import { parseArguments } from "../src/cli/arguments.ts";
import { SHARD_FLAG } from "../src/cli/shard.ts";
import { UsageError } from "../src/cli/usage-error.ts";
import { MergeError, mergeRuns } from "../src/merge/merge.ts";
import type { Part } from "../src/merge/merge.ts";
import { parseRun } from "../src/record/validate.ts";
import type { Run } from "../src/record/run.ts";
import { analyse } from "../src/report/index.ts";
import { allOf, select } from "../src/runner/plan.ts";
import { shardOf } from "../src/runner/shard.ts";
import { scenarios } from "../src/scenarios/index.ts";
import { syntheticRun } from "./fixtures/synthetic-run.ts";

const wanted = scenarios.map((scenario) => allOf(scenario, "default"));

describe("a shard", () => {
  const COUNT = 6;
  const shards = Array.from({ length: COUNT }, (_, index) => shardOf(wanted, { index: index + 1, count: COUNT }, 7));
  const partsOf = (shard: (typeof shards)[number]): string[] =>
    shard.flatMap(({ scenario, levels }) => levels.map((level) => `${scenario.name} ${level}`));

  it("has with the others each level of each scenario exactly once", () => {
    const all = shards.flatMap(partsOf);
    expect(all.toSorted()).toEqual(partsOf(wanted).toSorted());
    expect(new Set(all).size).toBe(all.length);
  });

  it("has about as many as any other", () => {
    const sizes = shards.map((shard) => partsOf(shard).length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  it("has all contenders of what it has, so that no ratio is taken between machines", () => {
    for (const { scenario, contenders } of shards.flat()) {
      expect(contenders).toEqual(new Set(Object.keys(scenario.entrants)));
    }
    const [echo] = scenarios.filter(({ name }) => name === "echo");
    if (echo === undefined) throw new Error("it is there");
    const cells = Array.from(
      { length: 3 },
      (_, index) => select(shardOf([allOf(echo, "quick")], { index: index + 1, count: 3 }, 1)).cells,
    );
    const levelsOf = (contender: string): number[][] =>
      cells.map((own) => own.filter((cell) => cell.contender.name === contender).map(({ level }) => level));
    expect(levelsOf("node")).toEqual(levelsOf("single+epoll"));
  });

  it("follows from the seed, whatever order the scenarios come in", () => {
    const asked = { index: 2, count: COUNT };
    expect(partsOf(shardOf(wanted.toReversed(), asked, 7)).toSorted()).toEqual(
      partsOf(shardOf(wanted, asked, 7)).toSorted(),
    );
    expect(partsOf(shardOf(wanted, asked, 8))).not.toEqual(partsOf(shardOf(wanted, asked, 7)));
  });

  it("that would be empty is refused", () => {
    expect(() => wantedIn(wanted.slice(0, 1), { index: 900, count: 900 }, 7)).toThrow(
      /there are only \d+ parts to share out, so shard 900 of 900 has none/,
    );
  });
});

describe("the option --shard", () => {
  const given = (text: string, environment = {}, seed = ["--seed", "1"]): ReturnType<typeof shardIn> =>
    shardIn(
      parseArguments(["--shard", text, ...seed], { ...SHARD_FLAG, seed: { type: "string", help: "" } }),
      environment,
    );

  it("is I/N, counted from 1", () => {
    expect(given("2/6")).toEqual({ index: 2, count: 6 });
    expect(given("1/1")).toEqual({ index: 1, count: 1 });
  });

  it("is found out in an indexed Job, which counts from 0", () => {
    expect(given("auto", { JOB_COMPLETION_INDEX: "0", POLLAB_SHARDS: "6" })).toEqual({ index: 1, count: 6 });
    expect(given("auto", { JOB_COMPLETION_INDEX: "5", POLLAB_SHARDS: "6" })).toEqual({ index: 6, count: 6 });
  });

  it.each([
    ["7/6", {}, '--shard expects I/N with I from 1 to N, or auto, but was given "7/6"'],
    ["0/6", {}, 'but was given "0/6"'],
    ["2", {}, 'but was given "2"'],
    ["a/b", {}, 'but was given "a/b"'],
    ["auto", {}, "JOB_COMPLETION_INDEX is not set"],
    ["auto", { JOB_COMPLETION_INDEX: "0" }, "POLLAB_SHARDS is not set"],
    ["auto", { JOB_COMPLETION_INDEX: "6", POLLAB_SHARDS: "6" }, 'but they are "6" and "6"'],
    ["auto", { JOB_COMPLETION_INDEX: "x", POLLAB_SHARDS: "6" }, 'but they are "x" and "6"'],
  ])("is refused where it is wrong: %s %j", (text, environment, message) => {
    expect(() => given(text, environment)).toThrow(UsageError);
    expect(() => given(text, environment)).toThrow(message);
  });

  it("needs a seed, which has to be the same for all", () => {
    expect(() => given("1/2", {}, [])).toThrow("--shard needs --seed");
  });
});

/** The shard of a made-up run that has these levels. */
function part(index: number, count: number, levels: readonly number[], change: (run: Run) => Run = (run) => run): Part {
  const run = syntheticRun({ rounds: 2 });
  return {
    name: `${index}.json`,
    run: change({
      ...run,
      plan: { ...run.plan, shard: { index, count } },
      scenarios: run.scenarios.map((scenario) => ({
        ...scenario,
        levels: scenario.levels.filter((level) => levels.includes(level)),
      })),
      observations: run.observations.filter(({ level }) => levels.includes(level)),
      skipped: run.skipped.filter(({ level }) => level === undefined || levels.includes(level)),
    }),
  };
}

const elsewhere = (run: Run): Run => ({
  ...run,
  environment: { ...run.environment, cpu: { ...run.environment.cpu, model: "Another CPU" } },
});

describe("shards that are merged", () => {
  const [first, second] = [part(1, 2, [1, 4, 10, 64, 256]), part(2, 2, [2, 8, 16, 100])];

  it("are the run that was split, whatever order they come in", () => {
    const { groups, missing } = mergeRuns([second, first]);
    expect(missing).toBe(undefined);
    const [merged] = groups;
    if (merged === undefined) throw new Error("there is one");
    const whole = syntheticRun({ rounds: 2 });
    expect(merged.run.scenarios).toEqual(whole.scenarios);
    expect(merged.run.contenders).toEqual(whole.contenders);
    expect(merged.run.observations).toHaveLength(whole.observations.length);
    expect(new Set(merged.run.observations.map(({ sequence }) => sequence)).size).toBe(whole.observations.length);
    expect(merged.run.skipped).toHaveLength(whole.skipped.length);
    expect(merged.run.plan.shard).toBe(undefined);
    expect(() => parseRun(JSON.stringify(merged.run))).not.toThrow();
    // Everything but what is said of how it came about is derived from the observations.
    const verdicts = ({ claims }: ReturnType<typeof analyse>): unknown =>
      claims.map(({ id, verdict }) => [id, verdict]);
    expect(verdicts(analyse(merged.run))).toEqual(verdicts(analyse(whole)));
    expect(mergeRuns([first, second])).toMatchObject({ groups: [{ run: merged.run }] });
  });

  it("of machines that are not alike stay apart, with what they differ in", () => {
    const { groups, missing } = mergeRuns([first, part(2, 2, [2, 8], elsewhere)]);
    expect(missing).toBe(undefined);
    expect(groups.map(({ parts, unlike }) => ({ parts, unlike }))).toEqual([
      { parts: ["1.json"], unlike: [] },
      { parts: ["2.json"], unlike: ["processor: Synthetic CPU @ 0.00GHz and Another CPU"] },
    ]);
    expect(groups[1]?.run.environment.warnings).toContain("Only shards 2 of 2 were measured on machines like this.");
  });

  it("of which some are nowhere are merged, and those are named", () => {
    const { groups, missing } = mergeRuns([part(2, 4, [2]), part(3, 4, [8])]);
    expect(missing).toEqual({ shards: [1, 4], of: 4 });
    expect(groups[0]?.run.environment.warnings).toContain("Only shards 2, 3 of 4 were measured.");
  });

  const other = (change: (run: Run) => Run): Part => part(2, 2, [2], change);
  it.each<[string, Part, string]>([
    ["the same shard twice", { ...part(1, 2, [2]), name: "again.json" }, "1.json and again.json are both shard 1"],
    [
      "what is there twice",
      part(2, 2, [4]),
      "1.json and 2.json both have echo/blocking/connections=4: give one of them",
    ],
    [
      "another number of shards",
      part(2, 3, [2]),
      "1.json and 2.json do not belong together: they are shards of 2 and 3.",
    ],
    ["another seed", other((run) => ({ ...run, seed: 5 })), "their seeds are 42 and 5"],
    [
      "another mode",
      other((run) => ({ ...run, plan: { ...run.plan, mode: "quick" } })),
      "in the modes default and quick",
    ],
    ["other rounds", other((run) => ({ ...run, plan: { ...run.plan, rounds: 9 } })), "with rounds 2 and 9"],
    [
      "other code",
      other((run) => ({ ...run, environment: { ...run.environment, git: { commit: "f".repeat(40), dirty: false } } })),
      "of commits 0123456 and fffffff. Runs of different code are compared.",
    ],
    [
      "another scenario of the same name",
      other((run) => ({ ...run, scenarios: run.scenarios.map((each) => ({ ...each, operation: "look" })) })),
      "1.json and 2.json do not mean the same by the scenario echo",
    ],
  ])("are refused by name where there is %s", (_, wrong, message) => {
    expect(() => mergeRuns([first, wrong])).toThrow(MergeError);
    expect(() => mergeRuns([first, wrong])).toThrow(message);
  });

  it("are refused by name also when there are three, and the third is wrong", () => {
    expect(() => mergeRuns([part(1, 3, [1]), part(2, 3, [2]), part(3, 3, [2])])).toThrow("2.json and 3.json both have");
  });
});

describe("runs of different scenarios", () => {
  it("are put together without being shards", () => {
    const only = (name: string): Part => {
      const run = syntheticRun({ rounds: 2 });
      return {
        name,
        run: {
          ...run,
          scenarios: run.scenarios.filter((each) => each.name === name),
          observations: run.observations.filter((each) => each.scenario === name),
          skipped: [],
        },
      };
    };
    const { groups, missing } = mergeRuns([only("echo"), only("await-call")]);
    expect(missing).toBe(undefined);
    expect(groups[0]?.run.scenarios.map(({ name }) => name)).toEqual(["echo", "await-call"]);
  });
});
