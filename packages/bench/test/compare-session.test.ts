import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { compareRuns } from "../src/compare/index.ts";
import {
  BasePrograms,
  baseName,
  BaseTree,
  bothOf,
  findCommit,
  nameOfBase,
  relocated,
  sessionMould,
  splitSession,
  standardBenchmarks,
  trailersSince,
} from "../src/compare/session/index.ts";
import { contenders } from "../src/contenders/index.ts";
import { parseRun } from "../src/record/validate.ts";
import { STANDARD } from "../src/record/metric.ts";
import { MachineError } from "../src/runner/machine-error.ts";
import { select } from "../src/runner/plan.ts";
import { makeRun } from "../src/runner/run.ts";
import type { Entrant, Scenario } from "../src/scenarios/index.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "pollab-session-")));
const never = new AbortController().signal;

afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe("the folder of a package", () => {
  it("is replaced in the file and the arguments of a command, and nowhere else", () => {
    const command = { file: "/lab/build/loadgen", args: ["/lab/dist/a.js", "/laboratory", "64"], stopsOn: "SIGTERM" };
    expect(relocated({ ...command, stopsOn: "SIGTERM" }, "/lab/", "/base/head")).toEqual({
      ...{ file: "/base/head/build/loadgen", args: ["/base/head/dist/a.js", "/laboratory", "64"], stopsOn: "SIGTERM" },
    });
  });
});

/** Programs that say which runtime they found, and a scenario that observes them. */
function twoLabs(
  name: string,
  base: { readonly runtime: string; readonly own?: string },
): Scenario & { lab: string; tree: string } {
  const program = 'import { cost } from "runtime";\nimport { times } from "#own";\nconsole.log(cost * times);\n';
  write(`${name}/lab/dist/own.js`, "export const times = 1;\n");
  for (const [side, runtime] of Object.entries({ lab: "export const cost = 2;\n", tree: base.runtime })) {
    const imports = side === "lab" ? { "#own": "./dist/own.js" } : {};
    write(`${name}/${side}/package.json`, JSON.stringify({ type: "module", imports }));
    write(`${name}/${side}/node_modules/runtime/package.json`, '{"type":"module","exports":"./index.js"}');
    write(`${name}/${side}/node_modules/runtime/index.js`, runtime);
  }
  write(`${name}/lab/dist/program.js`, program);
  if (base.own !== undefined) write(`${name}/tree/dist/program.js`, base.own);
  const lab = join(folder, name, "lab");
  const entrant: Entrant = {
    command: () => ({ file: process.execPath, args: [join(lab, "dist/program.js")], stopsOn: "end of input" }),
    operations: () => 1,
    warmup: () => 0,
  };
  return {
    ...{
      name: "made-up",
      group: "micro",
      isolates: "Which runtime runs.",
      factor: "tasks",
      levels: [1, 2],
      quickLevels: [1],
    },
    ...{ operation: "task", metrics: [STANDARD.time], lab, tree: join(folder, name, "tree") },
    entrants: { coroutine: entrant },
    observe: async (each, level) => {
      const { file, args } = each.command(level);
      const said = execFileSync(file, [...args], { encoding: "utf8", stdio: "pipe" });
      return { operations: 1, elapsedNs: Number(said), cpuNs: 0, cpuUserNs: 0, cpuSystemNs: 0 };
    },
  };
}

async function sessionOf(scenario: ReturnType<typeof twoLabs>, rounds = 2): Promise<ReturnType<typeof splitSession>> {
  const programs = new BasePrograms(scenario.lab, scenario.tree);
  const run = await makeRun({
    wanted: [{ scenario, contenders: new Set(["coroutine"]), levels: scenario.levels, repeated: "coroutine" }],
    ...{ mode: "default", seed: 1, signal: never, onProgress: () => {}, variants: bothOf(programs) },
    mould: { rounds, limitMs: Infinity, budget: { warmupMs: 1, batchMs: 1 } },
  });
  return splitSession(run, "b".repeat(40), programs.exceptions());
}

describe("a session of two commits", () => {
  it(
    "runs the programs of one lab on both runtimes, and leaves two runs that are paired",
    { timeout: 60_000 },
    async () => {
      const { base, head } = await sessionOf(twoLabs("both", { runtime: "export const cost = 4;\n", own: "throw 1;" }));
      for (const [run, cost] of [
        [base, 4],
        [head, 2],
      ] as const) {
        expect(new Set(run.observations.map(({ elapsedNs }) => elapsedNs))).toEqual(new Set([cost]));
        expect(new Set(run.observations.map(({ contender }) => contender))).toEqual(
          new Set(["coroutine", "coroutine (twin)"]),
        );
        expect(run.observations).toHaveLength(2 * 2 * 2);
        expect(run.failures).toEqual([]);
        expect(() => parseRun(JSON.stringify(run))).not.toThrow();
      }
      expect(base.environment.git).toEqual({ commit: "b".repeat(40), dirty: false });
      expect(base.environment.warnings).toEqual(head.environment.warnings);
      expect(compareRuns(base, head).paired).toBe(true);
    },
  );

  it("observes both close together, in an order of chance", { timeout: 60_000 }, async () => {
    const { base, head } = await sessionOf(twoLabs("order", { runtime: "export const cost = 4;\n" }), 3);
    const first = head.observations.map(({ contender, level, round, sequence }) => {
      const other = base.observations.find(
        (each) => each.contender === contender && each.level === level && each.round === round,
      );
      expect(Math.abs(sequence - (other?.sequence ?? Infinity))).toBe(1);
      return sequence < (other?.sequence ?? -1);
    });
    expect(new Set(first)).toEqual(new Set([true, false]));
  });

  it(
    "falls back on the other commit's own program where its runtime lacks what this one needs, and says so",
    { timeout: 60_000 },
    async () => {
      const scenario = twoLabs("fallback", {
        runtime: "export const old = 8;\n",
        own: 'import { old } from "runtime";\nconsole.log(old);\n',
      });
      const { base, head } = await sessionOf(scenario);
      expect(new Set(base.observations.map(({ elapsedNs }) => elapsedNs))).toEqual(new Set([8]));
      expect(base.environment.warnings).toContainEqual(
        expect.stringMatching(
          /^coroutine in made-up ran the program of its own commit, .*: SyntaxError: .*does not provide an export named 'cost'/,
        ),
      );
      expect(head.environment.warnings).not.toContainEqual(expect.stringContaining("its own commit"));
    },
  );

  it("has no figure of a commit that cannot run it at all, and that is not worse", { timeout: 60_000 }, async () => {
    const { base, head } = await sessionOf(twoLabs("lacking", { runtime: "export const old = 8;\n" }));
    expect(base.observations).toEqual([]);
    expect(base.failures[0]?.message).toMatch(/^the other commit cannot run it: SyntaxError: .*'cost'/);
    expect(head.observations).toHaveLength(2 * 2 * 2);
    expect(head.failures).toEqual([]);
    expect(() => compareRuns(base, head)).toThrow(
      /nothing in common.*made-up\/coroutine\/tasks=1: the other commit cannot run it/s,
    );
  });

  it("marks contenders by a name that none has", () => {
    expect(nameOfBase(baseName("single+uring (twin)"))).toBe("single+uring (twin)");
    expect(contenders.every(({ name }) => nameOfBase(name) === undefined)).toBe(true);
  });
});

describe("a comparison that names no benchmark", () => {
  it("measures what is this project's own, a contender of each scenario twice", () => {
    const { cells } = select(standardBenchmarks());
    const names = new Set(cells.map(({ contender }) => contender.name.replace(" (twin)", "")));
    expect([...names].filter((name) => !/^(?:coroutine|single\+(?:epoll|uring))$/.test(name))).toEqual([]);
    for (const { scenario, levels } of standardBenchmarks()) {
      expect(scenario.levels).toEqual(expect.arrayContaining([...levels]));
      if (!cells.some((each) => each.scenario === scenario)) continue;
      expect(cells.some((each) => each.scenario === scenario && each.contender.twinOf !== undefined)).toBe(true);
    }
  });

  it("takes the rounds that are asked for, or those of its mode, and all the time that they take", () => {
    expect([sessionMould("quick"), sessionMould("default"), sessionMould("default", 5)]).toMatchObject(
      [6, 12, 5].map((rounds) => ({ rounds, limitMs: Infinity })),
    );
  });
});

describe("another commit", () => {
  const repository = join(folder, "repository");
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
      cwd: repository,
      encoding: "utf8",
      stdio: "pipe",
    });
  /** Stands for pnpm: it notes what it is asked for, and fails or waits where it is told to. */
  const pnpm = join(folder, "pnpm");
  const temporary = join(folder, "tmp");
  const asked = (): string[] => readFileSync(join(folder, "asked"), "utf8").trim().split("\n");
  const leftovers = (): string[] => readdirSync(temporary);

  beforeAll(() => {
    mkdirSync(repository);
    mkdirSync(temporary);
    git("init", "--quiet", "--initial-branch", "main");
    for (const [file, message] of [
      ["one", "First"],
      ["two", "Second\n\nBench-explain: polls=one more,\n  for the budget\nBench-explain: nothing"],
      ["three", "Third\n\nBench-explain: echo/syscalls=a call less"],
    ] as const) {
      writeFileSync(join(repository, file), "");
      git("add", file);
      git("commit", "--quiet", "--message", message);
    }
    writeFileSync(
      pnpm,
      `#!/bin/sh
echo "$PWD: $*" | sed "s|.*/pollab-base-[^/]*/||" >> ${folder}/asked
case "$*" in
  *$FAKE_FAILS*) echo "no such package" >&2; exit 1;;
  *$FAKE_WAITS*) sleep 1000;;
esac
`,
    );
    chmodSync(pnpm, 0o755);
  });

  function withPnpm(fails = "never", waits = "never"): void {
    rmSync(join(folder, "asked"), { force: true });
    vi.stubEnv("TMPDIR", temporary);
    vi.stubEnv("npm_execpath", pnpm);
    vi.stubEnv("FAKE_FAILS", fails);
    vi.stubEnv("FAKE_WAITS", waits);
  }

  it("is found by any name that git knows, and undefined by others", () => {
    expect(findCommit("main", repository)).toEqual({ hash: git("rev-parse", "HEAD").trim(), repository });
    expect(findCommit("HEAD~2", repository)?.hash).toBe(git("rev-parse", "HEAD~2").trim());
    expect(findCommit("nowhere", repository)).toBe(undefined);
    expect(findCommit("--all", repository)).toBe(undefined);
    expect(() => findCommit("main", "/")).toThrow(MachineError);
  });

  it("is explained by trailers of the commits since", () => {
    const first = findCommit("HEAD~2", repository);
    if (first === undefined) throw new Error("it is there");
    expect(trailersSince(first, "Bench-explain")).toEqual([
      "echo/syscalls=a call less",
      "polls=one more, for the budget",
      "nothing",
    ]);
  });

  it("is checked out, installed from the store first, and built, and goes away again", async () => {
    withPnpm("--offline");
    const commit = findCommit("HEAD~1", repository);
    if (commit === undefined) throw new Error("it is there");
    const said: string[] = [];
    const tree = await BaseTree.build(commit, never, (what) => said.push(what.replace(/ [0-9a-f]{7}/, "")));
    expect(readdirSync(tree.path).toSorted()).toEqual([".git", "one", "two"]);
    expect(said).toEqual(["checking out", "installing what depends on", "building"]);
    expect(asked()).toEqual([
      "base: install --frozen-lockfile --offline",
      "base: install --frozen-lockfile --prefer-offline",
      "base: exec node scripts/turbo.ts build --filter=@pollab/bench --output-logs=errors-only",
    ]);
    expect(git("worktree", "list").trim().split("\n")).toHaveLength(2);
    await tree[Symbol.asyncDispose]();
    expect(git("worktree", "list").trim().split("\n")).toHaveLength(1);
    expect(existsSync(tree.path)).toBe(false);
    expect(leftovers()).toEqual([]);
  });

  it("that cannot be built is told with the last words of what failed, and leaves nothing", async () => {
    withPnpm("exec");
    const commit = findCommit("HEAD", repository);
    if (commit === undefined) throw new Error("it is there");
    await expect(BaseTree.build(commit, never, () => {})).rejects.toThrow(
      /^building [0-9a-f]{7} failed: it ended with exit code 1\nno such package$/,
    );
    expect(leftovers()).toEqual([]);
    expect(git("worktree", "list").trim().split("\n")).toHaveLength(1);
  });

  it("goes away when it is interrupted while it is built, with the programs that build it", async () => {
    withPnpm("never", "exec");
    const commit = findCommit("HEAD", repository);
    if (commit === undefined) throw new Error("it is there");
    const interruption = new AbortController();
    const building = BaseTree.build(commit, interruption.signal, (what) => {
      if (what.startsWith("building")) setTimeout(() => interruption.abort(), 200);
    });
    await expect(building).rejects.toThrow(/aborted/);
    expect(leftovers()).toEqual([]);
    expect(git("worktree", "list").trim().split("\n")).toHaveLength(1);
  });
});
