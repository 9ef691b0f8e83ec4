// The run that the repository keeps, and the figures of README that are made from it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { prepare } from "../src/cli/prepare.ts";
import { UsageError } from "../src/cli/usage-error.ts";
import { fillMarked, MarkerError, markersIn } from "../src/reference/marked-text.ts";
import { markdownTable } from "../src/reference/markdown-table.ts";
import { checkReference, figuresOf } from "../src/reference/reference.ts";
import { hostileRun, syntheticClaimsRun, syntheticRun } from "./fixtures/synthetic-run.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const parent = mkdtempSync(join(tmpdir(), "pollab-reference-"));
afterAll(() => rmSync(parent, { recursive: true }));

const run = syntheticRun({ rounds: 3 });
const record = JSON.stringify(run);
const README = `# A project

<!-- reference machine -->
<!-- /reference -->

<!-- reference answer -->
something old

<!-- /reference -->

<!-- reference faster -->
<!-- /reference -->

Written by hand.

<!-- reference table echo cpu -->
<!-- /reference -->

<!-- reference best echo -->
<!-- /reference -->

<!-- reference chart echo throughput -->
<!-- /reference -->

<!-- reference ahead echo throughput -->
<!-- /reference -->
`;

let made = 0;
/** A repository with nothing but a README, and if given with a run beside it. */
function repository(readme: string): string {
  const root = join(parent, String(made++));
  mkdirSync(root);
  writeFileSync(join(root, "README.md"), readme);
  return root;
}

function recordFile(text: string): string {
  const file = join(parent, `run-${made++}.json`);
  writeFileSync(file, text);
  return file;
}

const bench = (...args: string[]): Promise<number> | number => prepare(["reference", ...args])();
const readmeOf = (root: string): string => readFileSync(join(root, "README.md"), "utf8");

describe("this repository", () => {
  it("has the figures of its reference run in README, or no figures", () => {
    expect(checkReference(ROOT)).toEqual([]);
  });
});

describe("the text between markers", () => {
  const filled = (text: string): string => fillMarked(text, (what) => `[${what}]`);

  it("is made new, and what stands around it is left alone", () => {
    const text = "one\n<!-- reference a b -->\nold\nolder\n<!-- /reference -->\ntwo\n";
    const expected = "one\n<!-- reference a b -->\n\n[a b]\n\n<!-- /reference -->\ntwo\n";
    expect(filled(text)).toBe(expected);
    expect(filled(expected)).toBe(expected);
    expect(markersIn(text)).toEqual(["a b"]);
  });

  it("is none where a marker does not stand alone on its line", () => {
    const text = "as in `<!-- reference a -->` or\n  <!-- reference b -->\n";
    expect(filled(text)).toBe(text);
  });

  it.each([
    ["<!-- reference a -->\n", "line 1: <!-- reference a --> has no <!-- /reference -->"],
    ["\n<!-- /reference -->\n", "line 2: <!-- /reference --> ends nothing"],
    ["<!-- reference a -->\n<!-- reference b -->\n", "line 2: <!-- reference b --> stands within that of line 1"],
  ])("is refused where markers are not in pairs: %j", (text, message) => {
    expect(() => filled(text)).toThrow(MarkerError);
    expect(() => filled(text)).toThrow(message);
  });
});

describe("a table in Markdown", () => {
  it("has columns of one width, numbers to the right, the best in bold, and no markup in its text", () => {
    const rows = [
      [{ text: "a|b" }, { text: "1.5 ±2 %*", role: "best" as const }],
      [{ text: "c_d" }, { text: "12" }],
    ];
    expect(markdownTable({ title: "t", content: "numbers", columns: ["n", "value"], rows })).toBe(
      [
        "| n    |        value |",
        "| ---- | -----------: |",
        "| a\\|b | **1.5 ±2 %** |",
        "| c\\_d |           12 |",
      ].join("\n"),
    );
  });
});

describe("the figures of README", () => {
  const figures = figuresOf(record, README);
  const readme = figures["README.md"] ?? "";

  it("are sentences, tables and pictures of the run, and the same each time", () => {
    expect(Object.keys(figures)).toEqual([
      "README.md",
      "reports/reference/echo-throughput.svg",
      "reports/reference/ahead-echo-throughput.svg",
    ]);
    expect(readme).toMatch(/\*\*echo: async wins above N\\\* = /);
    expect(readme).not.toContain("something old");
    expect(readme).toContain("\nWritten by hand.\n");
    expect(readme).toMatch(/^!\[Throughput .*\]\(reports\/reference\/echo-throughput\.svg\)$/m);
    expect(readme).toMatch(/^Measured on \d{4}-\d\d-\d\d at \w{7}, in 3 rounds, on /m);
    expect(figuresOf(record, readme)).toEqual(figures);
  });

  it("stand as the formatter of the repository would have them", () => {
    const { stdout, status } = spawnSync(join(ROOT, "node_modules/.bin/oxfmt"), ["--stdin-filepath", "README.md"], {
      input: readme,
      cwd: ROOT,
      encoding: "utf8",
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: readme });
  });

  it("count a single round as one", () => {
    const text = "<!-- reference machine -->\n<!-- /reference -->\n";
    expect(figuresOf(JSON.stringify(syntheticRun({ rounds: 1 })), text)["README.md"]).toContain(", in 1 round, on ");
  });

  it("have verdicts where the run is one of claims", () => {
    const text = "<!-- reference verdicts -->\n<!-- /reference -->\n";
    const { "README.md": filled } = figuresOf(JSON.stringify(syntheticClaimsRun()), text);
    expect(filled).toMatch(/^\*\*\d+ claims?: .*\*\*$/m);
    expect(filled).toMatch(/^\| A9 +\| supported +\| Waits that /m);
  });

  it("draw in colours for light and dark, with every name that the chart has", () => {
    const svg = figures["reports/reference/echo-throughput.svg"] ?? "";
    const defined = new Set([...svg.matchAll(/--([\w-]+):#/g)].map(([, name]) => name));
    for (const [, name] of svg.matchAll(/var\(--([\w-]+)\)/g)) expect(defined).toContain(name);
    expect(svg).toContain("prefers-color-scheme: dark");
    for (const name of ["blocking", "single+epoll", "node"]) expect(svg).toContain(`>${name}</text>`);
    expect(svg).not.toMatch(/<script|href/);
  });

  it("let no name act as markup", () => {
    const text = "<!-- reference faster -->\n<!-- /reference -->\n";
    expect(figuresOf(JSON.stringify(hostileRun(run)), text)["README.md"]).not.toMatch(/[^\\]<img/);
  });

  it.each([
    ["chrat echo cpu", 'there is no figure "chrat echo cpu"; known are "machine"'],
    ["table ecko cpu", 'the reference run has no scenario "ecko"; it has echo, '],
    ["table echo speed", 'echo has no metric "speed" in the reference run; it has throughput, '],
    ["targets", 'the reference run has nothing to show for "targets"'],
    ["ahead echo p99", 'the reference run has nothing to show for "ahead echo p99"'],
  ])("are refused where the run has none: %s", (what, message) => {
    const text = `<!-- reference ${what} -->\n<!-- /reference -->\n`;
    expect(() => figuresOf(record, text)).toThrow(MarkerError);
    expect(() => figuresOf(record, text)).toThrow(message);
  });
});

describe("bench reference", () => {
  beforeEach(() => {
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
  });
  afterEach(() => vi.restoreAllMocks());

  it("keeps a recorded run with its pages, and fills README from it", async () => {
    const root = repository(README);
    expect(await bench("--from", recordFile(record), "--root", root)).toBe(0);
    expect(readdirSync(join(root, "reports/reference")).toSorted()).toEqual([
      "ahead-echo-throughput.svg",
      "echo-throughput.svg",
      "report.html",
      "report.md",
      "run.json",
    ]);
    expect(checkReference(root)).toEqual([]);
    expect(await bench("--check", "--root", root)).toBe(0);
    // From its own record it is the same again.
    const before = readmeOf(root);
    expect(await bench("--from", join(root, "reports/reference"), "--root", root)).toBe(0);
    expect(readmeOf(root)).toBe(before);
  });

  it("measures one where none is given", { timeout: 120_000 }, async () => {
    const root = repository("<!-- reference table await-call time -->\n<!-- /reference -->\n");
    expect(await bench("await-call", "--quick", "--rounds", "1", "--seed", "1", "--root", root)).toBe(0);
    expect(readmeOf(root)).toMatch(/^\| native-async +\| /m);
    expect(checkReference(root)).toEqual([]);
  });

  it("finds a figure that was changed by hand, a picture that is missing, and a run that is not there", async () => {
    const root = repository(README);
    const noRun = "README.md has figures of a reference run, but there is no reports/reference/run.json";
    expect(checkReference(root)).toEqual([expect.stringContaining(noRun)]);
    expect(await bench("--check", "--root", root)).toBe(1);
    await bench("--from", recordFile(record), "--root", root);
    writeFileSync(join(root, "README.md"), readmeOf(root).replace("N\\* = ", "N\\* = 1"));
    rmSync(join(root, "reports/reference/echo-throughput.svg"));
    expect(checkReference(root)).toEqual([
      expect.stringMatching(/^README\.md is not what the reference run gives: "pnpm bench reference --from /),
      expect.stringMatching(/^reports\/reference\/echo-throughput\.svg is not what the reference run gives/),
    ]);
    writeFileSync(join(root, "reports/reference/run.json"), "{}");
    expect(checkReference(root)).toEqual([expect.stringMatching(/^reports\/reference\/run\.json: /)]);
  });

  it("has nothing to check where README has no markers", () => {
    expect(checkReference(repository("# Nothing measured\n"))).toEqual([]);
  });

  it("leaves everything as it was where README asks for what the run has not", () => {
    const root = repository("<!-- reference best ecko -->\n<!-- /reference -->\n");
    expect(() => bench("--from", recordFile(record), "--root", root)).toThrow(UsageError);
    expect(existsSync(join(root, "reports"))).toBe(false);
  });

  it.each([
    [["--from", "run.json", "--seed", "1"], "--from and --seed exclude each other"],
    [["--check", "--from", "run.json"], "--check and --from exclude each other"],
    [["ecko"], 'there is no scenario or command "ecko"'],
  ])("tells a mistake: %j", (args, message) => {
    expect(() => prepare(["reference", ...args])).toThrow(message);
  });
});
