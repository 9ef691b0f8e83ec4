// Runs each example as a reader would, in a process of its own, and holds it to what its first comment says that it prints.
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { UringDriver } from "@pollab/io-uring-native";
import { describe, expect, it } from "vitest";

const SOURCES = resolve(import.meta.dirname, "../src");
const README = resolve(import.meta.dirname, "../README.md");
const names = globSync("*.ts", { cwd: SOURCES })
  .map((file) => basename(file, ".ts"))
  .sort();

/** What the first comment of an example promises for this machine. */
function promised(source: string): string | undefined {
  const heading = /^\/\/ Prints with io_uring:$/m.test(source)
    ? `Prints ${hasIoUring() ? "with" : "without"} io_uring:`
    : "Prints:";
  const block = source.split(`// ${heading}\n//\n`)[1];
  return block === undefined ? undefined : /^(?:\/\/ {5}.*\n)+/.exec(block)?.[0].replaceAll(/^\/\/ {5}/gm, "");
}

function hasIoUring(): boolean {
  try {
    UringDriver.create().close();
    return true;
  } catch {
    return false;
  }
}

describe("each example prints what it says", () => {
  it.each(names)("%s", (name) => {
    const path = join(SOURCES, `${name}.ts`);
    const { stdout, stderr, status } = spawnSync(process.execPath, [path], { encoding: "utf8", timeout: 20_000 });
    const expected = { stdout: promised(readFileSync(path, "utf8")), stderr: expect.any(String), status: 0 };
    expect({ stdout, stderr, status }).toEqual(expected);
  });
});

it("the README lists each example and no other", () => {
  const listed = [...readFileSync(README, "utf8").matchAll(/\(src\/(.+)\.ts\)/g)].map((match) => match[1]);
  expect(listed.sort()).toEqual(names);
});
