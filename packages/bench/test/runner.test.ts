import { describe, expect, it, vi } from "vitest";
import { Child } from "../src/runner/child.ts";
import type { Command } from "../src/runner/command.ts";
import { DataFile } from "../src/runner/data-file.ts";
import { pairOf } from "../src/runner/pinning.ts";
import { STANDARD } from "../src/record/metric.ts";
import { allOf, orderOfRound, select } from "../src/runner/plan.ts";
import { makeRun } from "../src/runner/run.ts";
import { scenarios } from "../src/scenarios/index.ts";
import type { Scenario } from "../src/scenarios/index.ts";
import { parseRun } from "../src/record/validate.ts";
import { existsSync, mkdtempSync, readdirSync, rmSync, readFileSync, statSync } from "node:fs";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";

const never = new AbortController().signal;

const script = (source: string, stopsOn: Command["stopsOn"] = "end of input"): Command => ({
  file: process.execPath,
  args: ["--eval", source],
  stopsOn,
});

/** A scenario whose observations are made up by the test. */
function pretended(observe: Scenario["observe"]): Scenario {
  const entrant = { command: () => script(""), operations: () => 1, warmup: () => 0 };
  return {
    name: "pretended",
    group: "headline",
    isolates: "Nothing: it is a test's.",
    factor: "level",
    levels: [1, 2],
    quickLevels: [1],
    operation: "operation",
    metrics: [STANDARD.time],
    entrants: { coroutine: entrant, "native-async": entrant },
    observe,
  };
}

const budget = { warmupMs: 20, batchMs: 5 };
const measured = { operations: 10, elapsedNs: 100, cpuNs: 90, cpuUserNs: 80, cpuSystemNs: 10 };

describe("a run", () => {
  const options = { mode: "default", seed: 5, signal: never, onProgress: () => {} } as const;

  it("observes every contender once at each level in each round, and its record is valid", async () => {
    const scenario = pretended(async () => measured);
    const run = await makeRun({
      ...options,
      wanted: [allOf(scenario, "default")],
      mould: { rounds: 3, limitMs: Infinity, budget },
    });
    parseRun(JSON.stringify(run));
    const seen = run.observations.map(({ contender, level, round }) => `${round} ${contender} ${level}`);
    const expected = [0, 1, 2].flatMap((round) =>
      ["coroutine", "native-async"].flatMap((contender) => [1, 2].map((level) => `${round} ${contender} ${level}`)),
    );
    expect(seen.toSorted()).toEqual(expected.toSorted());
    expect(run.observations.map(({ sequence }) => sequence)).toEqual(seen.map((_, i) => i));
  });

  it("records a contender that fails without a number, and goes on", async () => {
    const scenario = pretended(async (_entrant, level) => {
      if (level === 2) throw new Error("read 7 bytes where 8 were expected");
      return measured;
    });
    const run = await makeRun({
      ...options,
      wanted: [allOf(scenario, "default")],
      mould: { rounds: 1, limitMs: Infinity, budget },
    });
    expect(run.observations.map(({ level }) => level)).toEqual([1, 1]);
    expect(run.failures.map(({ level, message }) => [level, message])).toEqual([
      [2, "read 7 bytes where 8 were expected"],
      [2, "read 7 bytes where 8 were expected"],
    ]);
  });

  it("that is interrupted keeps what it has and counts no incomplete round", async () => {
    const interruption = new AbortController();
    let observations = 0;
    const scenario = pretended(async () => {
      observations++;
      if (observations === 6) {
        interruption.abort();
        throw new Error("killed");
      }
      return measured;
    });
    const run = await makeRun({
      ...options,
      signal: interruption.signal,
      wanted: [allOf(scenario, "default")],
      mould: { rounds: 9, limitMs: Infinity, budget },
    });
    expect(run.observations).toHaveLength(5);
    expect(run.failures).toEqual([]);
    expect(run.plan).toMatchObject({ rounds: 9, completedRounds: 1, stoppedEarly: "interrupted" });
  });

  it("begins no round that its time does not allow", async () => {
    const scenario = pretended(async () => {
      await new Promise((resolve) => setTimeout(resolve, 40));
      return measured;
    });
    const run = await makeRun({
      ...options,
      wanted: [allOf(scenario, "default")],
      mould: { rounds: 50, limitMs: 200, budget },
    });
    expect(run.plan).toMatchObject({ completedRounds: 1, stoppedEarly: "time" });
  });
});

describe("the order of a round", () => {
  const { cells } = select([
    allOf(
      pretended(async () => measured),
      "default",
    ),
  ]);
  const names = (seed: number, round: number): string =>
    orderOfRound(cells, seed, round)
      .flat()
      .map(({ contender, level }) => `${contender.name} ${level}`)
      .join();

  it("is the seed's, differs from round to round, and leaves nothing out", () => {
    expect(names(1, 0)).toBe(names(1, 0));
    const orders = new Set(Array.from({ length: 20 }, (_, round) => names(1, round)));
    expect(orders.size).toBeGreaterThan(5);
    expect(names(1, 3).split(",").toSorted()).toEqual(names(1, 4).split(",").toSorted());
  });
});

describe("what cannot run here", () => {
  it("is skipped by name, with the reason, and everything else stays", () => {
    const scenario = { ...pretended(async () => measured), needs: [() => "no C compiler was found"] };
    const all = [scenario, ...scenarios.filter(({ name }) => name === "await-call")];
    const { cells, skipped } = select(all.map((each) => allOf(each, "default")));
    expect(skipped.filter((skip) => skip.scenario === "pretended").map(({ reason }) => reason)).toEqual([
      "no C compiler was found",
      "no C compiler was found",
    ]);
    expect(cells.every(({ scenario: { name } }) => name === "await-call")).toBe(true);
    expect(cells.length).toBeGreaterThan(0);
  });
});

describe("a program of the lab", () => {
  it("is read line by line and ends when its input does", async () => {
    await using child = new Child(
      script("console.log('ready'); process.stdin.on('end', () => console.log('bye')).resume()"),
      10_000,
      never,
    );
    expect(await child.line()).toBe("ready");
    child.requestStop();
    expect(await child.line()).toBe("bye");
    await child.finish();
  });

  it("that fails is told in its own words", async () => {
    await using child = new Child(script("console.error('no such file'); process.exit(3)"), 10_000, never);
    await expect(child.line()).rejects.toThrow(/ended without the expected output \(exit code 3\): no such file/);
    await expect(child.finish()).rejects.toThrow(/failed \(exit code 3\)/);
  });

  it("that does not exist is told too", async () => {
    const missing: Command = { file: "/nonexistent/program", args: [], stopsOn: "SIGTERM" };
    await using child = new Child(missing, 10_000, never);
    await expect(child.line()).rejects.toThrow(/program ended without the expected output.*(ENOENT|No such file)/s);
  });

  it("that takes too long is ended, and that is said", async () => {
    await using child = new Child(script("setInterval(() => {}, 1000)"), 100, never);
    await expect(child.line()).rejects.toThrow(/was ended because it took too long/);
  });

  it("ends with the run", async () => {
    const interruption = new AbortController();
    await using child = new Child(script("setInterval(() => {}, 1000)"), 10_000, interruption.signal);
    setTimeout(() => interruption.abort(), 50);
    await expect(child.line()).rejects.toThrow(/abort/i);
  });
});

describe("the cores of a run", () => {
  const hyperthreads = (core: number): number[] => [core & ~1, core | 1];

  it("are two that share no execution units, where there are any", () => {
    expect(pairOf([0, 1, 2, 3], hyperthreads)).toEqual({ server: 0, generator: 2 });
    expect(pairOf([1, 2], (core) => [core])).toEqual({ server: 1, generator: 2 });
  });

  it("are two threads of one core, if there is nothing else, and none if there is only one", () => {
    expect(pairOf([0, 1], hyperthreads)).toEqual({ server: 0, generator: 1 });
    expect(pairOf([5], hyperthreads)).toBe(null);
  });
});

describe("a lab that is killed", () => {
  it("leaves no program running", async ({ skip }) => {
    if (spawnSync("setpriv", ["--version"]).status !== 0) return skip("no setpriv here: util-linux has it");
    const modules = new URL("../dist/runner/", import.meta.url).href;
    const lab = spawn(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `import { Child } from "${modules}child.js";
         const source = "console.log(process.pid); for (;;);";
         const command = { file: process.execPath, args: ["--eval", source], stopsOn: "end of input" };
         const child = new Child(command, 60_000, new AbortController().signal);
         console.log(await child.line());
         await child.finish();`,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const [pid] = await once(lab.stdout.setEncoding("utf8"), "data");
    expect(existsSync(`/proc/${Number(pid)}`)).toBe(true);
    lab.kill("SIGKILL");
    await expect.poll(() => existsSync(`/proc/${Number(pid)}`), { timeout: 10_000 }).toBe(false);
  });
});

describe("the data file", () => {
  it("has the number of each block at its beginning, and is gone afterwards", () => {
    let path: string;
    {
      using file = new DataFile();
      path = file.path;
      const bytes = readFileSync(path);
      expect(bytes.length % 4096).toBe(0);
      for (const block of [0, 1, 255, 256, bytes.length / 4096 - 1])
        expect(bytes.readUInt32LE(block * 4096)).toBe(block);
    }
    expect(existsSync(path)).toBe(false);
  });

  it("has no name that a lab which is killed would leave behind, and is there for its programs all the same", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pollab-runner-"));
    vi.stubEnv("TMPDIR", folder);
    using file = new DataFile();
    vi.unstubAllEnvs();
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
    const source = `console.log(require("node:fs").statSync(${JSON.stringify(file.path)}).size)`;
    await using child = new Child(script(source), 10_000, never);
    expect(Number(await child.line())).toBe(statSync(file.path).size);
  });
});
