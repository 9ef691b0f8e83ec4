// The worked example of the README is made of real files: it must equal them, and it must work.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { judgeClaims, ledger, Samples } from "../src/claims/index.ts";
import { commands } from "../src/cli/commands/index.ts";
import { SET_UPS } from "../src/report/set-ups.ts";
import { neededBy } from "../src/runner/needs.ts";
import { makeRun } from "../src/runner/run.ts";
import { scenarios } from "../src/scenarios/index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** Each block of code with the path that stands above it. */
const examples = [...readme.matchAll(/^`([^`\n]+\.ts)`\n\n```ts\n([^]*?)```$/gm)].map(([, path = "", code = ""]) => ({
  path,
  code,
}));

/** Without indentation: an excerpt begins at the left margin. */
function flush(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trim())
    .join("\n");
}

describe("the worked example", () => {
  it("shows a program, a scenario, a claim and a contender", () => {
    expect(examples.map(({ path }) => path.split("/")[1])).toEqual(["programs", "scenarios", "claims", "contenders"]);
    expect(readme.match(/^```ts$/gm)).toHaveLength(examples.length);
  });

  it.each(examples)("has what $path has", ({ path, code }) => {
    expect(flush(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"))).toContain(flush(code).trim());
  });

  it("is measured and judged as it is written", { timeout: 300_000 }, async () => {
    const claims = ledger.filter(({ id }) => id === "B1");
    const run = await makeRun({
      ...neededBy(claims, scenarios, "quick"),
      ...{ claims: ["B1"], mode: "quick", seed: 1, signal: new AbortController().signal, onProgress: () => {} },
      mould: { rounds: 1, limitMs: Infinity, budget: { warmupMs: 20, batchMs: 5 } },
    });
    expect(run.failures).toEqual([]);
    const [judged] = judgeClaims(run, new Samples(run), claims);
    expect(judged?.verdict).toBe("supported");
    expect(judged?.parts).toHaveLength(5);
  });

  it("has the set-ups of all peers that the report has", () => {
    const [, table = ""] = /^\| peer +\|[^]*?\n((?:\|.*\n)+)/m.exec(readme) ?? [];
    const rows = table
      .trim()
      .split("\n")
      .slice(1)
      .map((line) =>
        line
          .slice(1, -1)
          .split(" | ")
          .map((cell) => cell.trim()),
      );
    expect(rows).toEqual(SET_UPS.map(({ peer, setUp, why }) => [peer, setUp, why]));
  });

  it("names only commands and scenarios that there are", () => {
    const lines = [...readme.matchAll(/pnpm bench (\w[\w-]*)/g)].map(([, word]) => word);
    const names = [...commands, ...scenarios].map(({ name }) => name);
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(names).toContain(line);
  });
});
