import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Exit } from "./native-programs.ts";
import { noSanitizers, run, sanitized } from "./native-programs.ts";

const fileRead = sanitized("file-read");
const folder = mkdtempSync(join(tmpdir(), "pollab-file-read-"));
afterAll(() => rmSync(folder, { recursive: true }));

const blockBytes = 4096;

/** A file whose blocks begin with their numbers, except the one that `wrong` names. */
function fileOf(blocks: number, name: string, wrong?: number): string {
  const bytes = Buffer.alloc(blocks * blockBytes);
  for (let block = 0; block < blocks; block += 1) bytes.writeUInt32LE(block === wrong ? 77 : block, block * blockBytes);
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const good = fileOf(64, "good");

async function read(engine: string, file: string, ...more: readonly (string | number)[]): Promise<Exit> {
  if (fileRead === undefined) throw new Error(noSanitizers);
  return run(fileRead, "--engine", engine, "--file", file, ...more);
}

describe.each(["psync", "uring", "uring-registered"])("file-read on %s", (engine) => {
  async function reasonToSkip(): Promise<string | undefined> {
    if (fileRead === undefined) return noSanitizers;
    const { code, stderr } = await read(engine, good, "--operations", 1);
    return code === 2 ? stderr : undefined;
  }

  it.for([1, 8, 4096])("prints one line of JSON at depth %i", async (depth, { skip }) => {
    const reason = await reasonToSkip();
    if (reason !== undefined) return skip(reason);
    const exit = await read(engine, good, "--depth", depth, "--operations", 1000, "--warmup", 100, "--seed", 0);
    expect(exit).toMatchObject({ code: 0, stderr: "" });
    // What it holds is checked here.
    const result = JSON.parse(exit.stdout) as Record<string, number>;
    expect(Object.keys(result)).toEqual(["operations", "elapsedNs", "cpuNs", "cpuUserNs", "cpuSystemNs", "syscalls"]);
    expect(result["operations"]).toBe(1000);
    if (engine === "psync") expect(result["syscalls"]).toBe(1000);
    else if (depth > 1) expect(result["syscalls"]).toBeLessThan(1000);
  });

  it("reports a block that does not begin with its number", async ({ skip }) => {
    const reason = await reasonToSkip();
    if (reason !== undefined) return skip(reason);
    const exit = await read(engine, fileOf(8, "wrong", 5), "--depth", 4, "--operations", 1000);
    expect(exit).toMatchObject({ code: 1, stdout: "" });
    expect(exit.stderr).toMatch(/: block 5 begins with the number 77\n$/);
  });

  it("refuses a file that is not whole blocks", async ({ skip }) => {
    const reason = await reasonToSkip();
    if (reason !== undefined) return skip(reason);
    const ragged = join(folder, "ragged");
    writeFileSync(ragged, Buffer.alloc(blockBytes + 1));
    const exit = await read(engine, ragged, "--operations", 1);
    expect(exit).toMatchObject({ code: 1, stdout: "" });
    expect(exit.stderr).toContain(
      "must be a regular file of whole 4096-byte blocks, at least one read long, but has 4097 bytes",
    );
  });
});

describe("file-read", () => {
  it.for<[string[], string]>([
    [["--engine", "mmap"], '--engine must be one of psync uring uring-registered, not "mmap"'],
    [["--engine", "psync", "--file", "x"], "--operations is missing"],
    [
      ["--engine", "psync", "--seed", "4294967296"],
      '--seed must be a whole number from 0 to 4294967295, not "4294967296"',
    ],
  ])("refuses %j with exit code 2", async ([line, message], { skip }) => {
    if (fileRead === undefined) return skip(noSanitizers);
    const exit = await run(fileRead, ...line);
    expect(exit).toMatchObject({ code: 2, stdout: "" });
    expect(exit.stderr).toContain(`: ${message}\nusage: file-read`);
  });

  it("says that the file is missing", async ({ skip }) => {
    if (fileRead === undefined) return skip(noSanitizers);
    const exit = await read("psync", join(folder, "missing"), "--operations", 1);
    expect(exit.code).toBe(1);
    expect(exit.stderr).toContain("No such file or directory");
  });
});
