// How threads and processes with a runtime end, whatever the runtime is at: none hangs, none ends early, none leaves anything.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { ioUringMissing } from "../support/io-uring.ts";
import { driverNames, occupationNames } from "./programs/runtimes.ts";

interface End {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
}

const PROGRAMS = {
  hosted: fileURLToPath(new URL("programs/hosted.ts", import.meta.url)),
  owned: fileURLToPath(new URL("programs/owned.ts", import.meta.url)),
};

function run(program: keyof typeof PROGRAMS, ...args: string[]): End {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [PROGRAMS[program], ...args], {
    encoding: "utf8",
    timeout: 20_000,
    killSignal: "SIGKILL",
  });
  // What a program says there explains what is wrong with the rest.
  return { status, signal, stdout: stderr.includes("on purpose") ? stdout : stdout + stderr };
}

const ended = (status: number, stdout = ""): End => ({ status, signal: null, stdout });
const KILLED: End = { status: null, signal: "SIGTERM", stdout: "" };

function everyWay(occupations: readonly string[], ends: readonly string[]): string {
  return occupations.flatMap((occupation) => ends.map((end) => `${occupation}, ${end}: 0 descriptors left\n`)).join("");
}

function skipWhereMissing(driver: string): void {
  beforeEach(({ skip }) => {
    if (driver === "uring" && ioUringMissing !== undefined) skip(ioUringMissing);
  });
}

describe.each(driverNames)("a process with a runtime on %s in its event loop", (driver) => {
  skipWhereMissing(driver);
  test("ends when the runtime has no task", () => {
    expect(run("hosted", "main", driver, "nothing", "ends by itself")).toEqual(ended(0));
  });

  describe.each(occupationNames)("that is %s", (occupation) => {
    test.each([
      ["ends by itself", ended(0, "still there\n")],
      ["exits", ended(7)],
      ["exits within a task", ended(7)],
      ["throws", ended(1)],
      ["is ended by a signal", KILLED],
      ["handles a signal", ended(0, "handled\n")],
    ])("%s", (end, expected) => {
      expect(run("hosted", "main", driver, occupation, end)).toEqual(expected);
    });
  });
});

describe.each(driverNames)("a worker with a runtime on %s in its event loop", (driver) => {
  skipWhereMissing(driver);
  const occupations = ["nothing", ...occupationNames];
  test("ends in every way, and leaves no descriptor", () => {
    const lines = everyWay(occupations, ["is terminated", "ends by itself", "exits"]);
    expect(run("hosted", "workers", driver)).toEqual(ended(0, lines));
  });

  describe.each(occupations)("that is %s", (occupation) => {
    test.each([
      ["is left by the process", ended(7)],
      ["is unreferenced", ended(0)],
    ])("%s", (end, expected) => {
      expect(run("hosted", "worker", driver, occupation, end)).toEqual(expected);
    });
  });
});

describe.each(driverNames)("a worker that a runtime on %s owns", (driver) => {
  skipWhereMissing(driver);
  test("ends in every way, and leaves no descriptor", () => {
    const ends = ["is terminated", "is ended by a handler of a signal", "exits within a task"];
    expect(run("owned", "workers", driver)).toEqual(ended(0, everyWay(occupationNames, ends)));
  });

  describe.each(occupationNames)("that is %s", (occupation) => {
    test.each([
      ["is left by the process", ended(7)],
      ["is left by a failing process", ended(1)],
      ["is unreferenced", ended(0)],
    ])("%s", (end, expected) => {
      expect(run("owned", "worker", driver, occupation, end)).toEqual(expected);
    });
  });
});

describe.each(driverNames)("a main thread that a runtime on %s owns", (driver) => {
  skipWhereMissing(driver);
  describe.each(occupationNames)("that is %s", (occupation) => {
    test.each([
      ["returns", ended(0, "returned\n")],
      ["exits within a task", ended(7)],
      ["is ended by a signal", KILLED],
    ])("%s", (end, expected) => {
      expect(run("owned", "main", driver, occupation, end)).toEqual(expected);
    });
  });
});
