import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { prepare } from "../src/cli/prepare.ts";
import { UsageError } from "../src/cli/usage-error.ts";
import { formatHistoryPage, openHistory, readHistory, Store, trendOf } from "../src/history/index.ts";
import { parseRun } from "../src/record/validate.ts";
import type { Run } from "../src/record/run.ts";
import { madeUp, type MadeUp } from "./fixtures/comparison-runs.ts";

let folder: string;
let database: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pollab-history-"));
  database = join(folder, "history.sqlite");
});

afterEach(() => rmSync(folder, { recursive: true }));

/** A run of a day in January. */
function runOf(day: number, options: Partial<MadeUp> = {}): Run {
  const commit = String(day).padStart(2, "0").repeat(20);
  return {
    ...madeUp({ seed: day, commit, rounds: 3, ...options }),
    startedAt: `2025-01-${String(day).padStart(2, "0")}T12:00:00Z`,
  };
}

function file(name: string, run: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof run === "string" ? run : JSON.stringify(run));
  return path;
}

/** What the command prints; it must succeed. */
async function history(...words: string[]): Promise<string> {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  try {
    expect(await prepare(["history", ...words, "--db", database])()).toBe(0);
  } finally {
    spy.mockRestore();
  }
  return written.join("");
}

async function refused(...words: string[]): Promise<string> {
  try {
    await history(...words);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("a history", () => {
  it("is made where there is none, keeps every run once, and says so", async () => {
    const [one, two] = [file("one.json", runOf(1)), file("two.json", runOf(2))];
    expect(await history("add", one)).toBe(`added: ${one}\n1 run on 1 machine in ${database}\n`);
    expect(await history("add", one, two)).toBe(
      `there already: ${one}\nadded: ${two}\n2 runs on 1 machine in ${database}\n`,
    );
  });

  it("gives back the very records that it was given, to be imported elsewhere", async () => {
    const runs = [runOf(1), runOf(2), runOf(3)];
    await history("add", ...runs.map((run, index) => file(`${index}.json`, run)));
    const exported = join(folder, "exported");
    expect(await history("export", exported)).toBe(`3 runs in ${exported}\n`);
    const files = readdirSync(exported).toSorted();
    expect(files.map((name) => name.slice(0, 24))).toEqual([
      "20250101T120000Z-0101010",
      "20250102T120000Z-0202020",
      "20250103T120000Z-0303030",
    ]);
    expect(files.map((name) => parseRun(readFileSync(join(exported, name), "utf8")))).toEqual(runs);
    database = join(folder, "other.sqlite");
    expect(await history("import", exported)).toContain(`3 runs on 1 machine in ${database}\n`);
    const again = join(folder, "again");
    await history("export", again);
    expect(readdirSync(again).toSorted()).toEqual(files);
  });

  it("takes the folder that a run left", async () => {
    mkdirSync(join(folder, "left"));
    const record = file("left/run.json", runOf(1));
    expect(await history("add", join(folder, "left"))).toContain(`added: ${record}\n`);
    expect(await history("import", join(folder, "left"))).toContain(`there already: ${record}\n`);
  });

  it("brings records of older versions to today's, when they are added and when they were added by an older program", async () => {
    const run = runOf(1);
    const old = {
      ...run,
      schemaVersion: 1,
      scenarios: run.scenarios.map(({ metrics: _metrics, ...scenario }) => ({ ...scenario, measures: "time" })),
    };
    await history("add", file("old.json", old));
    const opened = new Store(readHistory(database));
    expect([...opened.runs()].map((each) => each.run.schemaVersion)).toEqual([2]);
    expect(opened.series({ contenders: ["a"], levels: [1] }).map(({ metric }) => metric.id)).toEqual(["time"]);
  });

  it("keeps machines apart that are not alike", async () => {
    const run = runOf(2);
    const elsewhere = { ...run, environment: { ...run.environment, cpu: { model: "Another CPU", logicalCores: 8 } } };
    await history("add", file("1.json", runOf(1)), file("2.json", elsewhere), file("3.json", runOf(3)));
    const shown = await history("--contender", "a", "--metric", "time", "--level", "1");
    expect(shown.match(/^\S.* CPU, \d cores.*$/gm)).toEqual([
      expect.stringContaining("Made-up CPU, 2 cores"),
      expect.stringContaining("Another CPU, 8 cores"),
    ]);
    expect(shown.match(/^work\/a\/tasks=1 +time per task +(\d)/gm)?.map((row) => row.at(-1))).toEqual(["2", "1"]);
  });
});

describe("what is shown of a history", () => {
  const days = Array.from({ length: 20 }, (_, index) => index + 1);
  const quiet = (random: { unit(): number }): number => random.unit() / 100;

  beforeEach(async () => {
    const files = days.map((day) => {
      const slower = day < 13 ? {} : { c: 1.25 };
      const polls = day < 20 ? {} : { b: 4 };
      return file(`${day}.json`, runOf(day, { noise: quiet, slower, polls }));
    });
    await history("add", ...files);
  });

  it("names what changed, since which commit, and what it was and is", async () => {
    const shown = await history("--changed");
    expect(shown).toMatch(
      /^work\/c\/tasks=1 +time per task +20 +[▁-█]{20} +1\.\d\d µs +regressed \+2\d\.\d % \(1\.0\d µs to 1\.2\d µs\) since 1313131, 2025-01-13$/m,
    );
    expect(shown).toMatch(
      /^work\/b\/tasks=10 +polls per task .* regressed \+33\.3 % \(3\.00 to 4\.00\) since 2020202, 2025-01-20$/m,
    );
    expect(shown).toMatch(/\n4 series, of which 4 changed\n$/);
  });

  it("is chosen by scenario, contender, metric, level and number of runs", async () => {
    const shown = await history(
      "work",
      "--contender",
      "a",
      "--contender",
      "c",
      "--metric",
      "time",
      "--level",
      "10",
      "--last",
      "5",
    );
    expect(shown.match(/^work\/\S+ +.*? {2,}\d+/gm)).toEqual([
      expect.stringMatching(/^work\/a\/tasks=10 +time per task +5$/),
      expect.stringMatching(/^work\/c\/tasks=10 +time per task +5$/),
    ]);
  });

  it("is a page that stands alone, with a chart and a table for each series", async () => {
    const path = join(folder, "trends.html");
    expect(await history("page", path, "--metric", "time")).toBe(`${path}\n`);
    const page = readFileSync(path, "utf8");
    expect(page).toMatch(/^<!doctype html>/);
    expect(page.match(/<svg /g)).toHaveLength(2 * 9);
    expect(page.match(/<table/g)).toHaveLength(2 * 9);
    expect(page).toContain("2 of 18 series changed.");
    expect(page).toMatch(/work\/c\/tasks=1, time per task: regressed \+2\d\.\d(?:&nbsp;|\u00a0)% /);
    expect(page).not.toMatch(/\b(?:src|href)="(?!#)/);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("lets nothing in a name act as markup", () => {
    const store = new Store(openHistory(database));
    const trends = store
      .series({ contenders: ["a"] })
      .map((series) => trendOf({ ...series, place: "<script>x</script>", scenario: "<b>" }));
    const page = formatHistoryPage(trends, store.machines());
    expect(page).not.toMatch(/<script>|<b>/);
    expect(page).toContain("&lt;script&gt;x&lt;/script&gt;");
  });

  it.each([
    [["wrk"], 'the history has no scenario "wrk"; did you mean work?'],
    [["exprt"], 'the history has no scenario "exprt"; did you mean export?'],
    [["--contender", "limt"], 'the history has no contender "limt"; did you mean limit?'],
    [["--metric", "tim"], 'the history has no metric "tim"; did you mean time?'],
    [["--level", "x"], '--level expects a positive number, but was given "x"'],
    [["--last", "0"], "--last expects a whole number from 1"],
    [["add"], "history add expects runs"],
    [["import"], "history import expects folders"],
    [["export"], "history export expects one folder"],
    [["page"], "history page expects a file"],
    [["add", "x", "--last", "3"], "--last is for what is shown, not for history add"],
  ])("is refused where the words are wrong: %j", async (words, message) => {
    expect(await refused(...words)).toContain(message);
  });
});

describe("a file that is no record", () => {
  it.each([
    ["bad JSON", "{", /broken\.json: a run record is JSON, and this is not/],
    ["other JSON", '{"name":"package"}', /broken\.json: the record lacks the field/],
    ["a newer record", '{"schemaVersion":9}', /broken\.json: the record has schemaVersion 9/],
  ])("is refused by name, and nothing is added of what came with it: %s", async (_, text, message) => {
    await history("add", file("1.json", runOf(1)));
    const before = readFileSync(database);
    expect(await refused("add", file("2.json", runOf(2)), file("broken.json", text))).toMatch(message);
    expect(readFileSync(database).equals(before)).toBe(true);
  });

  it("is refused before a history is made", async () => {
    expect(await refused("add", join(folder, "nowhere.json"))).toMatch(/nowhere\.json cannot be read: ENOENT/);
    expect(existsSync(database)).toBe(false);
  });

  it("is what a folder without records has", async () => {
    expect(await refused("import", folder)).toBe(`${folder} has no records: files that end in .json`);
  });
});

describe("a file that is no history", () => {
  const refusals = async (): Promise<string[]> => [
    await refused("add", file("1.json", runOf(1))),
    await refused(),
    await refused("export", join(folder, "exported")),
  ];

  async function expectRefused(message: RegExp): Promise<void> {
    const before = readFileSync(database);
    for (const said of await refusals()) expect(said).toMatch(message);
    expect(readFileSync(database).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.startsWith("history.sqlite-"))).toEqual([]);
  }

  it("is refused by name and not touched: text", async () => {
    writeFileSync(database, "a diary");
    await expectRefused(/history\.sqlite is no history: it is not an SQLite database$/);
  });

  it("is refused by name and not touched: an empty file", async () => {
    writeFileSync(database, "");
    await expectRefused(/history\.sqlite is no history: it is not an SQLite database$/);
  });

  it("is refused by name and not touched: another program's database", async () => {
    const foreign = new DatabaseSync(database);
    foreign.exec("CREATE TABLE runs (id INTEGER); INSERT INTO runs VALUES (1)");
    foreign.close();
    await expectRefused(/history\.sqlite is no history: it is an SQLite database of another program$/);
  });

  it("is refused by name and not touched: one of a newer version", async () => {
    await history("add", file("1.json", runOf(1)));
    const newer = new DatabaseSync(database);
    newer.exec("PRAGMA user_version = 7");
    newer.close();
    await expectRefused(/history\.sqlite is a history of version 7, and this program knows version 1/);
  });

  it.each([
    ["cut off in the middle", (path: string) => truncateSync(path, 20_000)],
    ["cut off after its head", (path: string) => truncateSync(path, 200)],
    [
      "overwritten in places",
      (path: string) => {
        const bytes = readFileSync(path);
        bytes.fill(0xa5, 4096, 16_000);
        writeFileSync(path, bytes);
      },
    ],
  ])("is refused by name and not touched: one that is %s", async (_, damage) => {
    await history("add", ...[1, 2, 3].map((day) => file(`${day}.json`, runOf(day))));
    damage(database);
    await expectRefused(/history\.sqlite is damaged: /);
  });

  it("is a folder, or nothing at all", async () => {
    expect(await refused()).toBe(`there is no history at ${database}: make it with "pnpm bench history add"`);
    mkdirSync(database);
    expect(await refused()).toBe(`${database} is a folder, and a history is a file`);
  });
});

describe("adding runs", () => {
  it("adds all of them or none", async () => {
    await history("add", file("1.json", runOf(1)));
    const opened = openHistory(database);
    const store = new Store(opened);
    const [good, bad] = [runOf(2), runOf(3)];
    // What no schema lets through, so that the database itself has to refuse it.
    const broken = { ...bad, startedAt: null } as unknown as Run;
    expect(() =>
      store.add([
        { name: "good", run: good },
        { name: "bad", run: broken },
      ]),
    ).toThrow(/NOT NULL/);
    expect(store.size()).toEqual({ runs: 1, machines: 1 });
    opened.close();
    copyFileSync(database, join(folder, "copy.sqlite"));
    expect(new Store(readHistory(join(folder, "copy.sqlite"))).series({ contenders: ["a"], levels: [1] })).toHaveLength(
      2,
    );
  });
});
