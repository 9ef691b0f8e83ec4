import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { prepare } from "../src/cli/prepare.ts";
import { UsageError } from "../src/cli/usage-error.ts";
import { analyse, formatHtml, formatMarkdown } from "../src/report/index.ts";
import { syntheticRun } from "./fixtures/synthetic-run.ts";

const out = mkdtempSync(join(tmpdir(), "pollab-report-"));
const run = syntheticRun({ rounds: 2 });
const record = JSON.stringify(run);
let folder = "";
let file = "";

beforeEach(() => {
  folder = mkdtempSync(join(out, "run-"));
  file = join(folder, "run.json");
  writeFileSync(file, record);
});

afterAll(() => rmSync(out, { recursive: true }));

/** What the command wrote to stdout. */
async function report(...args: string[]): Promise<string> {
  const written: string[] = [];
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  try {
    expect(await prepare(["report", ...args])()).toBe(0);
  } finally {
    stdout.mockRestore();
  }
  return written.join("");
}

describe("bench report", () => {
  it("writes both pages beside the record, which stays as it is", async () => {
    expect(await report(file)).toBe(`${join(folder, "report.html")}\n${join(folder, "report.md")}\n`);
    const analysis = analyse(run);
    expect(readFileSync(join(folder, "report.html"), "utf8")).toBe(formatHtml(run, analysis));
    expect(readFileSync(join(folder, "report.md"), "utf8")).toBe(formatMarkdown(run, analysis));
    expect(readFileSync(file, "utf8")).toBe(record);
  });

  it("takes the record along to another folder, because the pages refer to it", async () => {
    const elsewhere = join(folder, "pages", "here");
    await report(file, "--out", elsewhere);
    expect(readdirSync(elsewhere).toSorted()).toEqual(["report.html", "report.md", "run.json"]);
    expect(readFileSync(join(elsewhere, "run.json"), "utf8")).toBe(record);
    await report(file, "--out", elsewhere);
  });

  it("does not write over the record of another run", async () => {
    const elsewhere = join(folder, "other");
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, "run.json"), "{}");
    await expect(report(file, "--out", elsewhere)).rejects.toThrow(/is the record of another run: give another folder/);
    expect(readdirSync(elsewhere)).toEqual(["run.json"]);
  });

  it("names a record that is none", async () => {
    writeFileSync(file, "{}");
    await expect(report(file)).rejects.toThrow(UsageError);
    await expect(report(join(folder, "nowhere.json"))).rejects.toThrow(/nowhere\.json cannot be read: ENOENT/);
  });

  it("expects one file", () => {
    expect(() => prepare(["report"])).toThrow("report expects one run.json, but was given 0 files");
    expect(() => prepare(["report", "a", "b"])).toThrow("report expects one run.json, but was given 2 files");
  });
});
