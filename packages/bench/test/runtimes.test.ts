import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runtimesIn, underRuntime } from "../src/claims/index.ts";
import { prepare } from "../src/cli/prepare.ts";
import { UsageError } from "../src/cli/usage-error.ts";
import { contenders } from "../src/contenders/index.ts";
import { type Runtime, runtimes, underRuntimes } from "../src/contenders/runtimes/index.ts";
import { installable } from "../src/contenders/runtimes/install.ts";
import { nativeCode } from "../src/contenders/requirements.ts";
import type { Run } from "../src/record/run.ts";
import { onRuntimes } from "../src/runner/on-runtimes.ts";
import { allOf } from "../src/runner/plan.ts";
import { type RunSetup, type Scenario, scenarios } from "../src/scenarios/index.ts";

const setup: RunSetup = {
  pinning: null,
  dataFile: "",
  seed: 1,
  budget: { warmupMs: 20, batchMs: 5 },
  paddingBytes: 0,
  signal: new AbortController().signal,
};

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pollab-runtimes-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const published = {
  name: "ant",
  title: "Ant",
  version: "1.2.3",
  packages: { [process.arch]: "@ant/linux" },
  program: "bin/ant",
  args: ["run"],
  environment: (own: string) => ({ ANT_DIR: own }),
};

/** A program of that name in front of the others, in sh. */
function stub(name: string, source: string): void {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${source}\n`);
  chmodSync(join(bin, name), 0o755);
  vi.stubEnv("PATH", `${bin}${delimiter}${process.env["PATH"] ?? ""}`);
}

function saidToUser(): () => string {
  const spy = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  return () => spy.mock.calls.map(([text]) => String(text)).join("");
}

describe("a runtime", () => {
  it("is installed with npm when it is asked for, once, after the user was told", () => {
    const said = saidToUser();
    const log = join(folder, "log");
    stub(
      "npm",
      `echo "$@" >> ${log}\nmkdir -p "$3/node_modules/@ant/linux/bin"\n: > "$3/node_modules/@ant/linux/bin/ant"`,
    );
    const runtime = installable(published, folder);
    expect(existsSync(runtime.file)).toBe(false);
    expect(runtime.install()).toBeUndefined();
    expect(installable(published, folder).install()).toBeUndefined();
    expect(existsSync(runtime.file)).toBe(true);
    expect(runtime.file).toBe(join(folder, "ant-1.2.3/node_modules/@ant/linux/bin/ant"));
    const asked = readFileSync(log, "utf8");
    expect(asked.trim().split("\n")).toHaveLength(1);
    expect(asked).toMatch(/^install --prefix .* --ignore-scripts .*@ant\/linux@1\.2\.3\n$/);
    expect(said()).toBe(`downloading Ant 1.2.3 from npm (@ant/linux@1.2.3) into ${folder}/ant-1.2.3, once\n`);
  });

  it("that cannot be downloaded is missing with what failed and what to do, and leaves nothing behind", () => {
    saidToUser();
    stub("npm", "echo 'npm error network ENOTFOUND' >&2\nexit 1");
    const runtime = installable(published, folder);
    expect(runtime.install()).toMatch(
      /^Ant 1\.2\.3: "npm install @ant\/linux@1\.2\.3" failed \(npm error network ENOTFOUND\)\. It needs npm.*--runtimes/,
    );
    expect(existsSync(`${folder}/ant-1.2.3`)).toBe(false);
    expect(existsSync(`${folder}/ant-1.2.3.partial`)).toBe(false);
  });

  it("that is not published for this processor is missing by name", () => {
    expect(installable({ ...published, packages: {} }, folder).install()).toContain(process.arch);
  });
});

/** The lab's own Node.js, as if it were another runtime. */
const ownAgain = (more: Partial<Runtime> = {}): Runtime => ({
  ...installable(published, folder),
  file: process.execPath,
  args: ["--no-warnings"],
  install: () => undefined,
  ...more,
});

function named(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`there is no scenario ${name}`);
  return found;
}

describe("contenders under another runtime", () => {
  it("are those that are JavaScript, with their twins, beside all others", () => {
    const scenario = named("resume");
    const [wanted] = onRuntimes([allOf(scenario, "quick")], [ownAgain()]);
    const names = Object.keys(wanted?.scenario.entrants ?? {});
    expect(names.filter((name) => !name.includes("@"))).toEqual(Object.keys(scenario.entrants));
    expect(names.filter((name) => name.includes("@")).toSorted()).toEqual(
      Object.keys(scenario.entrants)
        .filter((name) => name !== "tokio")
        .map((name) => (name.endsWith("(twin)") ? name.replace(" (twin)", " @ant (twin)") : `${name} @ant`))
        .toSorted(),
    );
    expect(wanted?.contenders).toContain("coroutine @ant");
    expect(wanted?.contenders).not.toContain("tokio @ant");
  });

  it("are the wanted ones alone, and who is observed twice is so there too", () => {
    const wanted = {
      ...allOf(named("await-call"), "quick"),
      contenders: new Set(["native-async"]),
      repeated: "native-async",
    };
    const [wider] = onRuntimes([wanted], [ownAgain()]);
    expect([...(wider?.contenders ?? [])]).toEqual(["native-async", "native-async @ant"]);
    expect(Object.keys(wider?.scenario.entrants ?? {})).toContain("native-async @ant (twin)");
  });

  it("are not there unless they are asked for", () => {
    const wanted = [allOf(named("resume"), "quick")];
    expect(onRuntimes(wanted, [])).toBe(wanted);
    expect(scenarios.flatMap(({ entrants }) => Object.keys(entrants)).filter((name) => name.includes("@"))).toEqual([]);
  });

  it("run the same program by that runtime, in its environment", async () => {
    const [wanted] = onRuntimes([allOf(named("resume"), "quick")], [ownAgain()]);
    const entrant = wanted?.scenario.entrants["coroutine @ant"];
    if (wanted === undefined || entrant === undefined) throw new Error("it takes part");
    const { file, args, environment } = entrant.command(1);
    expect([file, args[0], environment]).toEqual([
      process.execPath,
      "--no-warnings",
      { ANT_DIR: `${folder}/ant-1.2.3` },
    ]);
    expect(args[1]).toMatch(/micro\/coroutine\/resume\.js$/);
    const tiny = { ...entrant, operations: () => 20, warmup: () => 0 };
    expect((await wanted.scenario.observe(tiny, 1, setup)).operations).toBe(20);
  });

  it("name the runtime and its version in the record", () => {
    const [coroutine] = underRuntimes(
      contenders.filter(({ name }) => name === "coroutine"),
      [ownAgain()],
    );
    expect(coroutine).toMatchObject({
      name: "coroutine @ant",
      runtime: { name: "ant", title: "Ant", version: "1.2.3" },
      description: expect.stringContaining("under Ant 1.2.3"),
    });
  });

  it("that need native code are tried first, and what does not load is named", () => {
    const native = { name: "hosted+epoll", kind: "async", description: "", needs: [nativeCode] } as const;
    const trial = (runtime: Runtime): string | undefined =>
      underRuntimes([native], [runtime])[0]
        ?.prepare?.map((find) => find())
        .find((reason) => reason !== undefined);
    expect(trial(ownAgain())).toBeUndefined();
    const refusing = ownAgain({ args: ["--eval", "throw new Error('unsupported uv function: uv_poll_init')", "--"] });
    expect(trial(refusing)).toMatch(/^Ant 1\.2\.3 does not run the epoll driver in its event loop: .*uv_poll_init/);
  });
});

describe("--runtimes", () => {
  it.each([
    [["--runtimes", "bum"], 'there is no runtime "bum"; did you mean bun?'],
    [["--runtimes", "bun,node25"], 'there is no runtime "node25"; did you mean node26?'],
    [["--runtimes", "quickjs"], 'there is no runtime "quickjs"; known are node26, bun, deno'],
    [["--runtimes="], "--runtimes expects names such as bun,deno, but was given nothing"],
    [["claims", "A3", "--runtimes", "bum"], 'there is no runtime "bum"; did you mean bun?'],
    [["claims", "--from", "run.json", "--runtimes", "bun"], "--from and --runtimes exclude each other"],
  ])("%j is told with what was expected", (args, message) => {
    expect(() => prepare(args)).toThrow(UsageError);
    expect(() => prepare(args)).toThrow(message);
  });
});

describe("a run under another runtime", () => {
  const ant = { name: "ant", title: "Ant", version: "1.2.3" };
  const bee = { name: "bee", title: "Bee", version: "4" };
  const who = (name: string, more: object = {}) => ({ name, kind: "async", description: "", ...more }) as const;
  const seen = (contender: string) => ({ scenario: "resume", contender, level: 1, round: 0 });
  const run = {
    contenders: [
      who("coroutine"),
      who("coroutine (twin)", { twinOf: "coroutine" }),
      who("hosted+epoll"),
      who("tokio"),
      who("coroutine @ant", { runtime: ant }),
      who("coroutine @ant (twin)", { runtime: ant, twinOf: "coroutine @ant" }),
      who("hosted+epoll @ant", { runtime: ant }),
      who("coroutine @bee", { runtime: bee }),
    ],
    observations: ["coroutine", "coroutine @ant", "coroutine @bee", "tokio", "hosted+epoll"].map(seen),
    skipped: [{ scenario: "resume", contender: "hosted+epoll @ant", reason: "no uv_poll" }],
    failures: [{ ...seen("coroutine @ant (twin)"), message: "crashed" }],
  } as unknown as Run;

  it("has everybody in his own place who was measured there, and whoever is no JavaScript in his", () => {
    expect(runtimesIn(run)).toEqual([ant, bee]);
    const there = underRuntime(run, ant);
    expect(there.contenders.map(({ name, twinOf }) => [name, twinOf])).toEqual([
      ["tokio", undefined],
      ["coroutine", undefined],
      ["coroutine (twin)", "coroutine"],
      ["hosted+epoll", undefined],
    ]);
    expect(there.contenders.filter(({ runtime }) => runtime !== undefined)).toEqual([]);
    expect(there.observations.map(({ contender }) => contender)).toEqual(["coroutine", "tokio"]);
    expect(there.skipped).toEqual([{ scenario: "resume", contender: "hosted+epoll", reason: "no uv_poll" }]);
    expect(there.failures.map(({ contender }) => contender)).toEqual(["coroutine (twin)"]);
  });
});

// Downloading is for a run that asks for it, never for tests.
describe.each(runtimes)("$title $version", (runtime) => {
  const isHere = existsSync(runtime.file);
  const unless = isHere
    ? ""
    : ` (skipped: it is not installed; "pnpm bench run resume --quick --runtimes ${runtime.name}" does)`;

  it.skipIf(!isHere)(`runs micro-benchmarks, and leaves out of the record what it cannot tell${unless}`, async () => {
    const wanted = [named("resume"), named("pending-tasks"), named("stack-traces")].map((each) => allOf(each, "quick"));
    for (const { scenario } of onRuntimes(wanted, [runtime])) {
      for (const name of [`native-async @${runtime.name}`, `coroutine @${runtime.name}`]) {
        const entrant = scenario.entrants[name];
        if (entrant === undefined) throw new Error(`${name} takes part in ${scenario.name}`);
        const tiny = {
          ...entrant,
          operations: scenario.name === "stack-traces" ? () => 1 : () => 20_000,
          warmup: () => 0,
        };
        const measured = await scenario.observe(tiny, 1, setup);
        expect(measured.elapsedNs).toBeGreaterThan(0);
        expect(measured.process?.maxRssBytes).toBeGreaterThan(0);
        if (runtime.name !== "node26") expect(measured.process).not.toHaveProperty("gcCount");
        if (scenario.name === "pending-tasks") expect(measured.heldBytes).toBeGreaterThan(50 * 20_000);
      }
    }
  });
});
