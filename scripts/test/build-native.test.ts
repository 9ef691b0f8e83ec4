import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findCompiler } from "../compiler.ts";

const script = resolve(import.meta.dirname, "../build-native.ts");

let folder: string;

beforeEach(() => {
  // A space in the path is what the compiler's list of dependencies gets wrong most easily.
  folder = mkdtempSync(join(tmpdir(), "build native "));
  mkdirSync(join(folder, "native"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function buildNative(args: string[], env: NodeJS.ProcessEnv = process.env): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, [script, ...args], { cwd: folder, env, encoding: "utf8" });
}

function run(program: string): number | null {
  return spawnSync(join(folder, "build", program)).status;
}

function modified(output: string): number {
  return statSync(join(folder, "build", output)).ctimeMs;
}

describe.skipIf(findCompiler() === undefined)("with a C compiler (skipped where there is none)", () => {
  it("builds an addon that Node.js loads", () => {
    write(
      "native/addon.c",
      `#include <node_api.h>
      NAPI_MODULE_INIT() { napi_value v; napi_create_int32(env, 42, &v); (void)exports; return v; }`,
    );
    expect(buildNative(["addon", "answer", "native/addon.c"])).toMatchObject({ status: 0, stderr: "" });
    expect(createRequire(import.meta.url)(join(folder, "build/answer.node"))).toBe(42);
  });

  it("builds a program from several sources", () => {
    write("native/three.c", "int three(void) { return 3; }");
    write("native/main.c", "int three(void); int main(void) { return three(); }");
    expect(buildNative(["program", "three", "native/main.c", "native/three.c"]).status).toBe(0);
    expect(run("three")).toBe(3);
  });

  it("does nothing when nothing has changed", () => {
    write("native/main.c", "int main(void) { return 0; }");
    buildNative(["program", "same", "native/main.c"]);
    const before = modified("same");
    expect(buildNative(["program", "same", "native/main.c"]).status).toBe(0);
    expect(modified("same")).toBe(before);
  });

  it("builds again when a header that a source includes has changed", () => {
    write("native/code.h", "#define CODE 4");
    write("native/main.c", '#include "code.h"\nint main(void) { return CODE; }');
    buildNative(["program", "code", "native/main.c"]);
    write("native/code.h", "#define CODE 5");
    buildNative(["program", "code", "native/main.c"]);
    expect(run("code")).toBe(5);
  });

  it("builds again when the output was removed", () => {
    write("native/main.c", "int main(void) { return 6; }");
    buildNative(["program", "gone", "native/main.c"]);
    rmSync(join(folder, "build/gone"));
    buildNative(["program", "gone", "native/main.c"]);
    expect(run("gone")).toBe(6);
  });

  it("fails on a warning, says which, and leaves no older output behind", () => {
    write("native/main.c", "int main(void) { return 0; }");
    buildNative(["program", "warned", "native/main.c"]);
    write("native/main.c", "int main(void) { int unused; return 0; }");
    const { status, stderr } = buildNative(["program", "warned", "native/main.c"]);
    expect(status).toBe(1);
    expect(stderr).toContain("unused");
    expect(existsSync(join(folder, "build/warned"))).toBe(false);
  });

  it("checks: the exit code is that of the program, run each time", () => {
    write("native/check.c", "int main(void) { return 7; }");
    expect(buildNative(["check", "core", "native/check.c"]).status).toBe(7);
    expect(buildNative(["check", "core", "native/check.c"]).status).toBe(7);
  });

  it("checks under sanitizers: a read out of bounds fails", () => {
    write(
      "native/check.c",
      `#include <stdlib.h>
      int main(int argc, char **argv) { (void)argv; char *p = calloc(1, 1); if (!p) return 0; int v = p[argc]; free(p); return v; }`,
    );
    const { status, stderr } = buildNative(["check", "core", "native/check.c"]);
    if (stderr.startsWith("skipped: ")) return expect(status).toBe(0);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/runtime error|AddressSanitizer/);
  });

  it("builds a program with sanitizers without running it", () => {
    write("native/main.c", "int main(void) { return 8; }");
    const { status, stderr } = buildNative(["sanitized", "careful", "native/main.c"]);
    expect(status).toBe(0);
    if (!stderr.startsWith("skipped: ")) expect(run("careful")).toBe(8);
  });
});

describe("without a C compiler", () => {
  it("warns once about what is missing and how to get it, and succeeds", () => {
    write("native/addon.c", "");
    const { status, stderr } = buildNative(["addon", "sys", "native/addon.c"], { PATH: folder });
    expect(status).toBe(0);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toContain("build/sys.node");
    expect(stderr).toContain("apt-get install gcc libc6-dev");
  });

  it("removes what an earlier build left, which may be out of date", () => {
    write("native/addon.c", "");
    mkdirSync(join(folder, "build"));
    write("build/sys.node", "old");
    write("build/sys.node.hash", "old");
    buildNative(["addon", "sys", "native/addon.c"], { PATH: folder });
    expect(existsSync(join(folder, "build/sys.node"))).toBe(false);
    expect(existsSync(join(folder, "build/sys.node.hash"))).toBe(false);
  });
});

describe("usage errors", () => {
  it.each([
    [[], "Usage:"],
    [["addon", "sys"], "Usage:"],
    [["library", "sys", "native/addon.c"], 'no kind "library"'],
    [["addon", "sys", "native/absent.c"], "native/absent.c does not exist"],
  ])("refuses %j", (args, message) => {
    const { status, stderr } = buildNative(args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
