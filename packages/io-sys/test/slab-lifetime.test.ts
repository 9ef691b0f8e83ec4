import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

function run(fixture: string, ...flags: string[]): unknown {
  const path = fileURLToPath(new URL(`fixtures/${fixture}`, import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [...flags, path], { encoding: "utf8", timeout: 30_000 }));
}

describe("the memory of a slab", () => {
  test("is unmapped when its pool is closed or forgotten, and kept while a buffer of it is lent", () => {
    expect(run("mappings.ts", "--expose-gc")).toEqual({ closed: false, forgotten: false, lent: true });
  });

  test("is given back with its thread, except where a buffer is lent", () => {
    expect(run("thread-ends.ts")).toEqual({ held: false, lent: true });
  });
});

describe("a process that exits", () => {
  test("tells every parked thread", () => {
    expect(run("leaving.ts")).toEqual({ before: false, after: true, signalled: true });
  });
});
