import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findForbiddenImports } from "../check-imports.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "check-imports-"));
  for (const name of ["runtime-core", "io-sys", "io-epoll", "executor-single", "bench"]) {
    write(`packages/${name}/package.json`, '{ "exports": { ".": "./dist/index.js" } }');
  }
  write("packages/runtime-core/package.json", '{ "exports": { "./future": "./dist/future/index.js" } }');
  write("apps/echo/package.json", "{}");
  write("apps/chat/package.json", "{}");
  write("examples/package.json", "{}");
});
afterEach(() => rmSync(root, { recursive: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

/** What is said about one file with one line of code. */
function check(name: string, code: string): string[] {
  write(name, code);
  return findForbiddenImports(root);
}

describe("imports between packages", () => {
  it("may go down", () => {
    expect(check("packages/io-epoll/src/a.ts", 'import { Future } from "@pollab/runtime-core/future";')).toEqual([]);
    expect(check("packages/bench/src/a.ts", 'import * as epoll from "@pollab/io-epoll";')).toEqual([]);
    expect(check("apps/echo/src/a.ts", 'import * as epoll from "@pollab/io-epoll";')).toEqual([]);
    expect(check("examples/src/a.ts", 'import * as epoll from "@pollab/io-epoll";')).toEqual([]);
  });

  it.each([
    ["up", "packages/executor-single/src/a.ts", 'import "@pollab/bench";'],
    ["from an executor to I/O", "packages/executor-single/src/a.ts", 'import "@pollab/io-epoll";'],
    ["from I/O to an executor", "packages/io-epoll/src/a.ts", 'import "@pollab/executor-single";'],
    ["from an app to the lab", "apps/echo/src/a.ts", 'import "@pollab/bench";'],
    ["from an example to the lab", "examples/src/a.ts", 'import "@pollab/bench";'],
    ["from an app to another", "apps/echo/src/a.ts", 'import "@pollab/chat";'],
    ["from the lab to an app", "packages/bench/src/a.ts", 'import "@pollab/echo";'],
    ["up from a test", "packages/io-epoll/test/a.test.ts", 'import "@pollab/executor-single";'],
    ["to what is no package", "packages/io-epoll/src/a.ts", 'import "@pollab/no-such";'],
  ])("may not go %s", (_, name, code) => {
    expect(check(name, code)).toHaveLength(1);
  });

  it("are found in every form that names a module", () => {
    const code = `import "@pollab/bench";
      import type { A } from "@pollab/bench";
      export { b } from "@pollab/bench";
      export * from "@pollab/bench";
      const c = await import("@pollab/bench");
      type D = import("@pollab/bench").D;
      require("@pollab/bench");`;
    const lines = check("packages/io-epoll/src/a.ts", code).map((line) => Number(/:(\d+):/.exec(line)?.[1]));
    expect(lines).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it("are not found in comments and strings", () => {
    expect(check("packages/io-epoll/src/a.ts", '// import "@pollab/bench"\nconst a = "@pollab/bench";')).toEqual([]);
  });

  it("say where they are and what would be allowed", () => {
    const [line] = check("packages/io-epoll/src/deep/a.ts", '\nimport "@pollab/bench";');
    expect(line).toBe('packages/io-epoll/src/deep/a.ts:2: "@pollab/bench": io-epoll may import runtime-core, io-sys.');
  });

  it("reach entry points only", () => {
    expect(check("apps/echo/src/a.ts", 'import "@pollab/io-epoll/dist/driver.js";')).toEqual([
      expect.stringContaining("is no entry point of io-epoll, which has ."),
    ]);
    expect(check("apps/echo/src/a.ts", 'import "@pollab/runtime-core";')).toEqual([
      expect.stringContaining("is no entry point of runtime-core, which has ./future"),
    ]);
  });

  it("use names, never relative paths", () => {
    expect(check("apps/echo/src/a.ts", 'import "../../../packages/io-epoll/src/index.ts";')).toHaveLength(1);
    expect(check("apps/echo/src/a.ts", 'new URL("../../../packages/io-sys/src/b.ts", import.meta.url);')).toHaveLength(
      1,
    );
    expect(check("apps/echo/src/a.ts", 'new URL("../../../reports/", import.meta.url);')).toEqual([]);
  });
});

describe("within a package", () => {
  it("relative imports are free, but sources do not import tests", () => {
    expect(check("packages/io-epoll/test/a.test.ts", 'import "../src/b.ts";')).toEqual([]);
    expect(check("packages/io-epoll/src/a.ts", 'import "./b.ts"; import "../test/c.ts";')).toEqual([
      expect.stringContaining("../test/c.ts"),
    ]);
  });

  it("what is built is named by URL only, because types are checked without it", () => {
    expect(check("apps/echo/test/a.ts", 'import { b } from "../dist/b.js";')).toEqual([
      expect.stringContaining("is not there when types are checked"),
    ]);
    expect(check("apps/echo/test/a.ts", 'new URL("../dist/b.js", import.meta.url);')).toEqual([]);
  });

  it("sources do not import their own package by its name", () => {
    expect(check("packages/io-epoll/src/a.ts", 'import "@pollab/io-epoll";')).toHaveLength(1);
  });
});

describe("runtime-core", () => {
  it("imports nothing, not even what Node.js brings", () => {
    expect(check("packages/runtime-core/src/a.ts", 'import "./b.ts";')).toEqual([]);
    expect(check("packages/runtime-core/src/a.ts", 'import "node:fs";')).toHaveLength(1);
    expect(check("packages/runtime-core/src/a.ts", 'import "anything";')).toHaveLength(1);
  });

  it("may be tested with anything but another package", () => {
    expect(check("packages/runtime-core/test/a.test.ts", 'import "node:fs"; import "vitest";')).toEqual([]);
    expect(check("packages/runtime-core/test/a.test.ts", 'import "@pollab/io-sys";')).toHaveLength(1);
  });
});

it("a package without a rule is reported", () => {
  write("packages/new-one/package.json", "{}");
  expect(findForbiddenImports(root)).toEqual([expect.stringContaining("packages/new-one: says nowhere")]);
});

it("a file that cannot be parsed is an error, not a file without imports", () => {
  write("packages/io-epoll/src/a.ts", "import from from;;; {");
  expect(() => findForbiddenImports(root)).toThrow("cannot be parsed");
});
