// The commands about several runs, as a user types them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prepare } from "../src/cli/prepare.ts";
import { UsageError } from "../src/cli/usage-error.ts";
import { MARKER } from "../src/compare/index.ts";
import { parseRun } from "../src/record/validate.ts";
import { madeUp } from "./fixtures/comparison-runs.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "pollab-cli-runs-"));
const place = (name: string): string => join(folder, name);

beforeAll(() => {
  mkdirSync(place("base"));
  const still = (): number => 0;
  const base = madeUp({ seed: 1, noise: still });
  writeFileSync(place("base/run.json"), JSON.stringify(base));
  writeFileSync(place("same.json"), JSON.stringify(madeUp({ seed: 2, noise: still })));
  writeFileSync(place("worse.json"), JSON.stringify(madeUp({ seed: 2, noise: still, polls: { b: 4 } })));
  const cpu = { model: "Another CPU", logicalCores: 2 };
  writeFileSync(place("elsewhere.json"), JSON.stringify({ ...base, environment: { ...base.environment, cpu } }));
  writeFileSync(place("package.json"), '{"name":"something"}');
});

afterAll(() => rmSync(folder, { recursive: true }));

async function bench(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  await once(child, "close");
  return { code: child.exitCode, stdout, stderr };
}

describe("a mistake on the command line", () => {
  it.each([
    [["compare"], "compare expects two runs, the older one first, but was given 0"],
    [["compare", "a", "b", "c"], "but was given 3"],
    [["compare", "a", "b", "--rounds", "3"], "--rounds is for what is measured: it goes with --git"],
    [["compare", "a", "b", "--contender", "c"], "--contender is for what is measured"],
    [
      ["compare", "a", "b", "--threshold", "much"],
      '--threshold expects a percentage from 0 to 100, but was given "much"',
    ],
    [["compare", "a", "b", "--explain", "polls"], '--explain expects NAME=WHY, but was given "polls"'],
    [["compare", "a", "b", "--markdwn", "c"], "there is no option --markdwn; did you mean --markdown?"],
    [["compare", "--git", "no-such-commit"], 'there is no commit "no-such-commit" here'],
    [["compare", "--git", "HEAD", "mpcs"], 'there is no scenario or command "mpcs"; did you mean mpsc?'],
    [
      ["compare", "--git", "HEAD", "mpsc", "--contender", "corutine"],
      'no contender "corutine" takes part; did you mean coroutine?',
    ],
    [["compare", "--git", "HEAD", "--force"], "--git and --force exclude each other"],
    [["export"], "export expects one run.json, but was given 0"],
    [["export", "a"], "export expects --format, one of bencher, gab, gab-bigger, benchstat"],
    [["export", "a", "--format", "benchtat"], 'there is no format "benchtat"; did you mean benchstat?'],
    [["merge"], "merge expects runs"],
    [["--shard", "1/2"], "--shard needs --seed"],
    [
      ["claims", "--seed", "1", "--shard", "3/2"],
      '--shard expects I/N with I from 1 to N, or auto, but was given "3/2"',
    ],
    [["claims", "--from", "a", "--shard", "1/2"], "--from and --shard exclude each other"],
  ])("%j is told with what was expected", (args, message) => {
    expect(() => prepare(args)).toThrow(UsageError);
    expect(() => prepare(args)).toThrow(message);
  });

  it.each([
    [["compare", "base", "nowhere.json"], /^bench: nowhere\.json cannot be read: ENOENT/],
    [["compare", "base", "package.json"], /^bench: package\.json: the record lacks the field/],
    [
      ["compare", "base", "same.json", "--markdown", "no/such/folder.md"],
      /^bench: no\/such\/folder\.md cannot be written: ENOENT/,
    ],
    [["export", "package.json", "--format", "gab"], /^bench: package\.json: the record lacks/],
    [["merge", "base", "package.json"], /^bench: package\.json: the record lacks/],
    [["merge", "base", "same.json"], /^bench: base and same\.json both have work\/a\/tasks=1: give one of them/],
    [["history", "--db", "package.json"], /^bench: package\.json is no history: it is not an SQLite database/],
  ])("%j ends with 2, names the file and shows no stack", async (args, message) => {
    const { code, stdout, stderr } = await bench(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});

describe("compare", () => {
  it("ends with 0 where nothing is worse", async () => {
    const { code, stdout, stderr } = await bench("compare", "base", "same.json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/\nNothing is worse\.\n$/);
  });

  it("ends with 1 where something is, and writes what it is asked for", async () => {
    writeFileSync(place("summary.md"), "what another step wrote\n");
    const files = ["markdown", "bencher", "gab", "benchstat"].flatMap((name) => [`--${name}`, `out.${name}`]);
    const { code, stdout } = await bench("compare", "base", "worse.json", ...files, "--summary", "summary.md");
    expect(code).toBe(1);
    expect(stdout).toMatch(/\n2 counts differ\.\n$/);
    expect(readFileSync(place("out.markdown"), "utf8").startsWith(MARKER)).toBe(true);
    expect(readFileSync(place("summary.md"), "utf8")).toMatch(/^what another step wrote\n## Benchmarks compared\n/);
    expect(JSON.parse(readFileSync(place("out.bencher"), "utf8"))).toHaveProperty(
      "work/b/tasks=1.polls".split(/\.(?=polls)/),
      {
        ...{ value: 4, lower_value: 4, upper_value: 4 },
      },
    );
    expect(readFileSync(place("out.benchstat"), "utf8")).toMatch(/^side: base$[^]*^side: head$/m);
    expect(readFileSync(place("out.gab"), "utf8")).toContain('"work/b/tasks=1: polls per task"');
  });

  it("ends with 0 where what differs is explained", async () => {
    const { code, stdout } = await bench("compare", "base", "worse.json", "--explain", "b/polls=one more");
    expect(code).toBe(0);
    expect(stdout).toContain("explained: one more");
  });

  it("refuses machines that are not alike, unless it has to", async () => {
    const { code, stdout, stderr } = await bench("compare", "base", "elsewhere.json");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/not alike[^]*\n {2}processor: Made-up CPU and Another CPU\n[^]*--force/);
    const forced = await bench("compare", "base", "elsewhere.json", "--force");
    expect(forced.code).toBe(0);
    expect(forced.stdout).toContain("The machines are not alike: processor: Made-up CPU and Another CPU.");
  });
});

describe("a run that is split and merged", () => {
  it("has all of it, and says what is missing where a shard is", { timeout: 120_000 }, async () => {
    const words = ["await-resume", "await-call", "--quick", "--rounds", "1", "--seed", "3", "--out", "shards"];
    for (const shard of ["1/2", "2/2"]) {
      expect(await bench(...words, "--shard", shard)).toMatchObject({ code: 0 });
    }
    const [first = "", second = ""] = globSync("shards/*-shard-*/run.json", { cwd: folder }).toSorted();
    const labels = [first, second].map((name) => /shard-\d-of-2/.exec(name)?.[0]);
    expect(new Set(labels)).toEqual(new Set(["shard-1-of-2", "shard-2-of-2"]));
    const { code, stdout, stderr } = await bench("merge", first, second, "--out", "merged");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [path = ""] = globSync("merged/*-merged/run.json", { cwd: folder });
    expect(stdout).toContain(`${first}, ${second}\n`);
    expect(existsSync(place(path.replace("run.json", "report.html")))).toBe(true);
    const run = parseRun(readFileSync(place(path), "utf8"));
    expect(Object.fromEntries(run.scenarios.map(({ name, levels }) => [name, levels]))).toEqual({
      "await-call": [1, 100],
      "await-resume": [1, 100],
    });
    const parts = Map.groupBy(run.observations, ({ scenario, level }) => `${scenario} ${level}`);
    expect([...parts.keys()].toSorted()).toEqual([
      "await-call 1",
      "await-call 100",
      "await-resume 1",
      "await-resume 100",
    ]);

    const alone = await bench("merge", first, "--out", "alone");
    expect(alone).toMatchObject({ code: 1, stderr: "missing: shard 2 of 2\n" });
  });
});
