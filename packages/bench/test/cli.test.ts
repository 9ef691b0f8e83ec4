import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it, vi } from "vitest";
import { chosenScenarios } from "../src/cli/commands/run.ts";
import { prepare } from "../src/cli/prepare.ts";
import { UsageError } from "../src/cli/usage-error.ts";
import { nearest } from "../src/cli/nearest.ts";
import { parseRun } from "../src/record/validate.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "pollab-cli-"));

afterAll(() => rmSync(out, { recursive: true }));

function start(...args: string[]): {
  child: ReturnType<typeof spawn>;
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
} {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = once(child, "close").then(() => ({ code: child.exitCode, stdout, stderr }));
  return { child, ended };
}

describe("a mistake on the command line", () => {
  it.each([
    [["ecko"], 'there is no scenario or command "ecko"; did you mean echo?'],
    [["something-else"], 'there is no scenario or command "something-else"; known are '],
    [["--quik"], "there is no option --quik; did you mean --quick?"],
    [["--seed"], "--seed expects a value"],
    [["--seed", "x"], '--seed expects a whole number from 0 to 4294967295, but was given "x"'],
    [["--rounds", "0"], '--rounds expects a whole number from 1 to 1000, but was given "0"'],
    [["--quick=yes"], "--quick takes no value"],
    [["--quick", "--full"], "--quick and --full exclude each other"],
    [["list", "echo"], 'there is no list of "echo"; known are scenarios, claims'],
    [["list", "claim"], 'there is no list of "claim"; did you mean claims?'],
    [["list", "--quick"], "there is no option --quick"],
    [["claims", "A12"], 'there is no claim "A12"; did you mean A1?'],
    [["claims", "--from", "run.json", "--seed", "1"], "--from and --seed exclude each other"],
    [["--from", "run.json"], "there is no option --from"],
    [["local"], "local expects scenarios: await-ready"],
    [["local", "echo"], 'there is no small workload "echo"'],
    [["local", "mpsk"], 'there is no small workload "mpsk"; did you mean mpsc?'],
    [["local", "mpsc", "--contender", "efect"], 'no contender "efect" takes part; did you mean effect?'],
    [["selftest", "echo"], 'selftest takes options only, but was given "echo"'],
    [["selftest", "--quick"], "there is no option --quick"],
    [["--out="], "--out expects a folder, but was given nothing"],
    [["echo", "--contender", "nod"], 'no contender "nod" takes part; did you mean node?'],
    [["echo", "--level", "65"], 'there is no level "65"; known are 1, 2, 4, '],
  ])("%j is told with what was expected", (args, message) => {
    expect(() => prepare(args)).toThrow(UsageError);
    expect(() => prepare(args)).toThrow(message);
  });

  it("in the folder for reports is told before anything is measured", async () => {
    const file = join(out, "a-file");
    writeFileSync(file, "");
    const { code, stdout, stderr } = await start("--out", file).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      /^bench: no reports can be written to .*a-file: .*EEXIST.*--out\.\nSee "pnpm bench --help"\.\n$/,
    );
    rmSync(file);
  });

  it("is a folder that cannot be made, even where the system says that what it is in does not exist", async () => {
    const { child, ended } = start("--out", "/proc/nowhere/reports");
    const limit = setTimeout(() => child.kill("SIGKILL"), 10_000);
    const { code, stderr } = await ended;
    clearTimeout(limit);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^bench: no reports .*ENOENT/) });
  });

  it("ends the command with 2, one line and no stack", async () => {
    const { code, stdout, stderr } = await start("ecko").ended;
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: 'bench: there is no scenario or command "ecko"; did you mean echo?\nSee "pnpm bench --help".\n',
    });
  });
});

describe("a machine without room", () => {
  it("is told in one line with what to do, and without a stack", async () => {
    vi.stubEnv("TMPDIR", join(out, "nowhere"));
    const { ended } = start("await-resume", "--out", out);
    vi.unstubAllEnvs();
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^seed \d+\nbench: the file of 64 MiB .*nowhere: ENOENT.*TMPDIR.*\n$/);
  });
});

describe("the scenarios of a run", () => {
  const chosen = (...names: string[]): string[] => chosenScenarios(names).map(({ name }) => name);

  it("are the headline unless others are named", () => {
    expect(chosen()).toEqual(["echo", "file-read", "await-call", "await-resume"]);
    expect(chosen("mpsc", "echo")).toEqual(["echo", "mpsc"]);
  });

  it("are all of a group when it is named", () => {
    expect(chosen("headline")).toEqual(chosen());
    expect(chosen("micro", "echo")).toEqual(expect.arrayContaining(["echo", "yield-many", "mpsc", "timers"]));
    expect(chosen("micro")).not.toContain("echo");
  });
});

describe("the nearest name", () => {
  it("is the one that the fewest edits lead to", () => {
    expect(nearest("fileread", ["echo", "file-read"])).toBe("file-read");
    expect(nearest("--sed", ["--seed", "--out"])).toBe("--seed");
  });

  it("is none when all are far", () => {
    expect(nearest("zzzzzz", ["echo", "file-read"])).toBe(undefined);
  });
});

describe("help and list", () => {
  it("say how to use the command, and what there is", async () => {
    const help = await start("--help").ended;
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toMatch(/--quick[\s\S]*--full[\s\S]*--seed[\s\S]*--out/);
    const list = await start("list").ended;
    expect(list).toMatchObject({ code: 0, stderr: "" });
    for (const name of ["echo", "file-read", "await-call", "single+uring", "c-epoll"])
      expect(list.stdout).toContain(name);
  });
});

describe("a quick look", () => {
  it("times one contender by tinybench, and leaves nothing behind", { timeout: 60_000 }, async () => {
    const { code, stdout } = await start("local", "oneshot", "--contender", "native-async").ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^oneshot 1 native-async +[\d.]+ [µn]s per \w+  ±[\d.]+ %  \d+ passes\n$/);
  });
});

describe("the ledger", () => {
  it("is derived again from a record without measuring, and says the same", { timeout: 60_000 }, async () => {
    const first = await start("claims", "B1", "--rounds", "1", "--quick", "--seed", "3", "--out", out).ended;
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^B1: supported/) });
    const [folder = ""] = readdirSync(out);
    const again = await start("claims", "b1", "--from", join(out, folder, "run.json")).ended;
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toContain(again.stdout.trim());
    const all = await start("claims", "A1", "--from", join(out, folder, "run.json")).ended;
    expect(all.stdout).toBe("The run has nothing that these claims need.\n");
    rmSync(join(out, folder), { recursive: true });
  });

  it("is refused of what is no record, in one line", async () => {
    const file = join(out, "broken.json");
    writeFileSync(file, '{"schemaVersion":9}');
    const { code, stdout, stderr } = await start("claims", "--from", file).ended;
    rmSync(file);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^bench: .*broken\.json: the record has schemaVersion 9, .*\nSee /);
    const missing = await start("claims", "--from", file).ended;
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringMatching(/broken\.json cannot be read: ENOENT/) });
  });
});

describe("a run", () => {
  it("prints tables, leaves a valid record and both reports, and says where", { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await start(
      "await-resume",
      "--quick",
      "--rounds",
      "2",
      "--seed",
      "7",
      "--out",
      out,
    ).ended;
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(
        /^seed 7\n8 observations a round, 2 rounds: about \d+ s, if nothing else runs\nround 1 of 2/,
      ),
    });
    expect(stdout).toMatch(/await-resume[\s\S]*coroutine[\s\S]*Reports: .*report\.html/);
    const [folder = ""] = readdirSync(out);
    expect(readdirSync(join(out, folder)).toSorted()).toEqual(["report.html", "report.md", "run.json"]);
    const run = parseRun(readFileSync(join(out, folder, "run.json"), "utf8"));
    expect(run).toMatchObject({ seed: 7, plan: { mode: "quick", rounds: 2, completedRounds: 2, stoppedEarly: false } });
    expect(new Set(run.observations.map(({ sequence }) => sequence)).size).toBe(run.observations.length);
    rmSync(join(out, folder), { recursive: true });
  });

  it("that is interrupted keeps what was measured, says so, and ends with 130", { timeout: 60_000 }, async () => {
    const { child, ended } = start("await-resume", "--rounds", "1000", "--seed", "7", "--out", out);
    // When the second round begins, there is something to keep.
    child.stderr?.on("data", (text: string) => {
      if (/^round 2 /m.test(text)) child.kill("SIGINT");
    });
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(/it was interrupted/);
    const [folder = ""] = readdirSync(out);
    const run = parseRun(readFileSync(join(out, folder, "run.json"), "utf8"));
    expect(run.plan.stoppedEarly).toBe("interrupted");
    expect(run.observations.length).toBeGreaterThan(0);
  });
});
