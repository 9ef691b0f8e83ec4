// `pnpm uring:check`: what it says, in which shape, and how it ends.
import { constants, tmpdir } from "node:os";
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { inspect } from "../src/check/inspect.ts";
import type { Feature } from "../src/features.ts";
import type { FileFeature } from "../src/fs/file-features.ts";
import { OPERATIONS } from "../src/check/operations/index.ts";
import { REGISTRATIONS } from "../src/check/registrations.ts";
import { render } from "../src/check/render.ts";
import type { Report, Row } from "../src/check/report.ts";
import { rawCalls } from "../src/check/calls.ts";
import { Workbench } from "../src/check/workbench.ts";
import { nativeKernel } from "../src/kernel.ts";
import { judge } from "../src/check/trial.ts";
import { missing } from "./support/machine.ts";
import { noLauncher, type Refusal, run, runRefused } from "./support/refusing.ts";
import { openDescriptors } from "./support/test-runtime.ts";

const PROGRAM = "src/check/main.ts";

function rowsOf(report: Report, table: Report["tables"][number]["name"]): readonly Row[] {
  return report.tables.find(({ name }) => name === table)?.rows ?? [];
}

function leftovers(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("pollab-uring-check-"));
}

describe.skipIf(missing !== undefined)(`checking this kernel ${missing ?? ""}`, () => {
  const report = inspect();

  it("finds the driver usable where it is", () => {
    expect(report).toMatchObject({ schemaVersion: 1, usable: true, problem: null });
  });

  it("tries every operation there is a number for, and every registration", () => {
    expect(OPERATIONS.map(({ opcode }) => opcode)).toEqual(Array.from({ length: 65 }, (_, opcode) => opcode));
    expect(new Set(REGISTRATIONS.map(({ opcode }) => opcode)).size).toBe(38);
    expect(rowsOf(report, "operations")).toHaveLength(65);
  });

  it("finds no operation missing that the kernel lists, and none working that it does not", () => {
    const rows = rowsOf(report, "operations");
    expect(rows.every(({ probe }) => probe !== null)).toBe(true);
    for (const { name, status, probe } of rows) {
      expect({ name, offered: status === "works" || status === "untried" }).toEqual({ name, offered: probe });
    }
  });

  it("finds what the driver requires", () => {
    const required = report.tables.flatMap(({ rows }) => rows).filter(({ driver }) => driver === "required");
    expect(required.length).toBeGreaterThan(10);
    expect(required.filter(({ status }) => status !== "works")).toEqual([]);
  });

  it("says of everything that the driver uses what it does without", () => {
    const used = report.tables.flatMap(({ rows }) => rows).filter(({ driver }) => driver !== "unused");
    expect(used.filter(({ fallback }) => fallback === null)).toEqual([]);
  });

  it("names everything that the driver counts as done without, and nothing else", () => {
    const names: Readonly<Record<Feature | FileFeature, true>> = {
      "accept multishot": true,
      "direct descriptors": true,
      ftruncate: true,
      "incremental buffers": true,
      linkat: true,
      "message ring": true,
      mkdirat: true,
      napi: true,
      "poll multishot": true,
      "provided buffers": true,
      "recv multishot": true,
      "recvmsg multishot": true,
      "registered buffers": true,
      "registered files": true,
      "send zero-copy": true,
      "send zero-copy report": true,
      "sendmsg zero-copy": true,
      "submission thread": true,
      symlinkat: true,
      "synchronous cancel": true,
    };
    const counted = report.tables.flatMap(({ rows }) => rows).flatMap((row) => row.counted);
    expect([...new Set(counted)].toSorted()).toEqual(Object.keys(names).toSorted());
  });

  it("names no error of what works", () => {
    const rows = report.tables.flatMap((table) => table.rows);
    expect(rows.filter(({ status, error }) => status === "works" && error !== null)).toEqual([]);
  });

  it("leaves no descriptor and no file", () => {
    const before = { descriptors: openDescriptors(), files: leftovers() };
    inspect();
    expect({ descriptors: openDescriptors(), files: leftovers() }).toEqual(before);
  });

  it("has a folder only during a trial that needs one: nobody cleans up after a process that is killed", () => {
    const before = leftovers().length;
    const bench = new Workbench(nativeKernel(), rawCalls());
    expect(leftovers().length - before).toBe(0);
    bench.attempt(() => {
      bench.file();
      expect(leftovers().length - before).toBe(1);
    });
    expect(leftovers().length - before).toBe(0);
    bench.close();
  });

  it("ends quietly when nobody reads it to its end, and says so when it cannot be written", () => {
    const quiet = run("/bin/sh", "-c", `{ "${process.execPath}" ${PROGRAM}; echo "code $?" >&2; } | true`);
    expect(quiet.stderr).toBe("code 0\n");
    const full = run("/bin/sh", "-c", `"${process.execPath}" ${PROGRAM} > /dev/full`);
    expect(full.code).toBe(1);
    expect(full.stderr).toMatch(/^the report could not be written: .*ENOSPC[^\n]*\n$/);
  });

  it("goes on where there is no temporary folder, without what needs one", () => {
    const program = `TMPDIR=/nowhere "${process.execPath}" ${PROGRAM} --json`;
    const { code, stdout, stderr } = run("/bin/sh", "-c", program);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const rows = rowsOf(expectShape(stdout), "operations");
    expect(rows.find(({ name }) => name === "MKDIRAT")).toMatchObject({ status: "untried", error: "ENOENT" });
    expect(rows.find(({ name }) => name === "NOP")).toMatchObject({ status: "works" });
  });

  it("as a program begins with the verdict and ends with 0", () => {
    const { code, stdout, stderr } = run(process.execPath, PROGRAM);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^io_uring works here \(Linux \S+\), and the driver runs: .*\d+ of 65 operations/);
    expect(stdout).toMatch(/^ {2}READ {2,}5\.6 {2,}works {2,}required/m);
  });
});

/** The documented shape, which programs read: every field, and no other. */
const SHAPE = {
  report: ["kernel", "limits", "problem", "schemaVersion", "tables", "usable"],
  problem: ["error", "message", "remedy", "syscall"],
  limit: ["level", "name", "remedy", "value"],
  table: ["name", "rows", "title", "total", "works"],
  row: ["counted", "driver", "error", "fallback", "name", "needs", "probe", "since", "status"],
};

function expectShape(text: string): Report {
  // What it holds is what is checked.
  const report = JSON.parse(text) as Report;
  const keys = (value: object): string[] => Object.keys(value).toSorted();
  expect(keys(report)).toEqual(SHAPE.report);
  if (report.problem !== null) expect(keys(report.problem)).toEqual(SHAPE.problem);
  for (const limit of report.limits) {
    expect(keys(limit)).toEqual(SHAPE.limit);
    expect(["fine", "low", "blocks"]).toContain(limit.level);
  }
  expect(report.tables.map(({ name }) => name)).toEqual([
    "setup",
    "features",
    "enter",
    "entries",
    "operations",
    "operationFlags",
    "register",
  ]);
  for (const table of report.tables) {
    expect(keys(table)).toEqual(SHAPE.table);
    expect(table.total).toBe(table.rows.length);
    expect(table.works).toBe(table.rows.filter(({ status }) => status === "works").length);
    expect(new Set(table.rows.map(({ name }) => name)).size).toBe(table.total);
    for (const row of table.rows) {
      expect(keys(row)).toEqual(SHAPE.row);
      expect(row.since).toMatch(/^\d\.\d{1,2}$/);
      expect(["works", "absent", "refused", "untried"]).toContain(row.status);
      expect(["required", "preferred", "unused"]).toContain(row.driver);
    }
  }
  return report;
}

describe("the JSON of the check", () => {
  it("has the documented shape, whatever the kernel offers", () => {
    expectShape(run(process.execPath, PROGRAM, "--json").stdout);
  });
});

describe.skipIf((missing ?? noLauncher) !== undefined)(`under a filter ${missing ?? noLauncher ?? ""}`, () => {
  const REMEDIES: Readonly<Record<Refusal, RegExp>> = {
    EPERM: /^allow io_uring_setup, io_uring_enter and io_uring_register in the seccomp profile/,
    EACCES: /^allow io_uring_setup.*; or a security module/,
    ENOSYS: /^allow io_uring_setup.*5\.11 or newer/,
    ENOMEM: /^ulimit -l|^free memory/,
  };
  const refusals = ["EPERM", "EACCES", "ENOSYS", "ENOMEM"] as const;

  it.each(refusals)("%s from io_uring_setup: the driver cannot run, and nothing can be tried", (error) => {
    const before = leftovers();
    const { code, stdout, stderr } = runRefused(error, "setup", PROGRAM, "--json");
    expect(leftovers()).toEqual(before);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    const report = expectShape(stdout);
    expect(report).toMatchObject({ usable: false, problem: { syscall: "io_uring_setup", error } });
    expect(report.problem?.remedy).toMatch(REMEDIES[error]);
    for (const { works, rows } of report.tables) {
      expect(works).toBe(0);
      for (const row of rows) expect(row).toMatchObject({ status: "untried", error });
    }
  });

  it.each(refusals)("%s from io_uring_enter: the driver cannot run although rings can be made", (error) => {
    const { code, stdout, stderr } = runRefused(error, "enter", PROGRAM, "--json");
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    const report = expectShape(stdout);
    expect(report).toMatchObject({ usable: false, problem: { syscall: "io_uring_enter", error } });
    expect(report.problem?.remedy).toMatch(REMEDIES[error]);
    expect(rowsOf(report, "setup").find(({ name }) => name === "CQSIZE")?.status).toBe("works");
    expect(rowsOf(report, "operations").find(({ name }) => name === "NOP")).toMatchObject({ status: "refused", error });
  });

  it.each(refusals)("%s from io_uring_register: the driver runs, without what is registered", (error) => {
    const { code, stdout, stderr } = runRefused(error, "register", PROGRAM, "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const report = expectShape(stdout);
    expect(report).toMatchObject({ usable: true, problem: null });
    const registrations = rowsOf(report, "register");
    for (const row of registrations) expect(["refused", "untried"]).toContain(row.status);
    expect(registrations[0]).toMatchObject({ name: "BUFFERS", status: "refused", error });
    // The kernel cannot be asked, which changes nothing for what is tried.
    expect(rowsOf(report, "operations").find(({ name }) => name === "NOP")).toMatchObject({
      status: "works",
      probe: null,
    });
  });

  it("as text names the error and what to do in the first lines, without a stack", () => {
    const { code, stdout, stderr } = runRefused("EPERM", "setup", PROGRAM);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    const [verdict, problem, remedy] = stdout.split("\n");
    expect(verdict).toMatch(/^io_uring cannot be used here/);
    expect(problem).toBe("  io_uring_setup says EPERM: operation not permitted");
    expect(remedy).toMatch(/^ {2}To change that: allow io_uring_setup/);
  });
});

describe("the command line of the check", () => {
  it("explains itself", () => {
    const { code, stdout, stderr } = run(process.execPath, PROGRAM, "--help");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^pnpm uring:check \[--json\]/);
  });

  it.each([
    ["--jsn", "did you mean --json?"],
    ["--hlep", "did you mean --help?"],
    ["--verbose", "there are --json and --help"],
    ["all", "there are --json and --help"],
  ])("refuses %s in one line: %s", (argument, hint) => {
    const { code, stdout, stderr } = run(process.execPath, PROGRAM, argument);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe(`"${argument}" is no option of this command: ${hint}\n`);
  });

  it("takes the dashes that a package manager passes on", () => {
    expect(run(process.execPath, PROGRAM, "--", "--help").code).toBe(0);
  });
});

describe("an answer of the kernel", () => {
  const { EINVAL, EPERM, ENOENT, EOPNOTSUPP } = constants.errno;

  it("of at least 0 means that it works, whatever the kernel lists", () => {
    expect(judge({}, 0, false)).toEqual({ status: "works" });
  });

  it("that proves that it understood means so too", () => {
    expect(judge({ proof: [ENOENT] }, -ENOENT, undefined)).toEqual({ status: "works" });
    expect(judge({}, -ENOENT, undefined)).toEqual({ status: "refused", error: "ENOENT" });
  });

  it.each([EINVAL, EOPNOTSUPP])("-%i means unknown only where the kernel does not claim it", (errno) => {
    expect(judge({}, -errno, undefined).status).toBe("absent");
    expect(judge({}, -errno, false).status).toBe("absent");
    expect(judge({}, -errno, true).status).toBe("refused");
    expect(judge({ needs: "a card" }, -errno, true).status).toBe("untried");
  });

  it("that forbids is a refusal", () => {
    expect(judge({}, -EPERM, undefined)).toEqual({ status: "refused", error: "EPERM" });
  });
});

describe("the text of a report", () => {
  const row: Row = {
    name: "FAST",
    since: "6.1",
    status: "absent",
    error: "EINVAL",
    driver: "preferred",
    fallback: "goes slow",
    counted: [],
    needs: null,
    probe: null,
  };

  function textOf(rows: readonly Row[]): string {
    return render({
      schemaVersion: 1,
      kernel: "6.0",
      usable: true,
      problem: null,
      limits: [{ name: "L", value: "1", level: "low", remedy: "more" }],
      tables: [{ name: "setup", title: "set-up flags", works: 0, total: rows.length, rows }],
    });
  }

  it("says what the driver does now where something is missing, and would do where it is not", () => {
    expect(textOf([row])).toContain("  FAST  6.1    not offered (EINVAL)  used; now goes slow\n");
    expect(textOf([{ ...row, status: "works", error: null }])).toContain("works  used; else goes slow\n");
  });

  it("says where the kernel's own list disagrees", () => {
    expect(textOf([{ ...row, probe: true }])).toContain("the kernel's own list has it");
    expect(textOf([{ ...row, status: "works", error: null, probe: false }])).toContain(
      "the kernel's own list lacks it",
    );
  });

  it("puts the summary first, then the limits with their remedies", () => {
    expect(textOf([row]).split("\n").slice(0, 4)).toEqual([
      "io_uring works here (Linux 6.0), and the driver runs: 0 of 1 set-up flags.",
      "",
      "Limits",
      "  L  low  1  to change it: more",
    ]);
  });
});
