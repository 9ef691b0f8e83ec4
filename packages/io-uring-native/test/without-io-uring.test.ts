// This package's tests where there is no io_uring: what does not need it runs, and what does says why it is skipped.
import { constants } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { missing } from "./support/machine.ts";
import { launcher, noLauncher, run } from "./support/refusing.ts";

const reason = missing ?? noLauncher;

describe.skipIf(reason !== undefined)(`a kernel without io_uring ${reason ?? ""}`, () => {
  it("runs every test that does not need it, and names the reason of the others", () => {
    const vitest = join(import.meta.dirname, "../../../node_modules/vitest/vitest.mjs");
    // The schedules have a kernel of their own, and take their time.
    const left = ["**/without-io-uring.test.ts", "**/schedules.test.ts"].map((file) => `--exclude=${file}`);
    const options = ["--reporter=verbose", "--no-color", ...left];
    const { code, stdout, stderr } = run(
      launcher,
      `${constants.errno.ENOSYS}`,
      process.execPath,
      vitest,
      "run",
      ...options,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.split("\n").map((line) => line.trim());
    const skipped = lines.filter((line) => line.startsWith("\u2193"));
    expect(lines.filter((line) => line.startsWith("\u2713")).length).toBeGreaterThan(40);
    expect(skipped.length).toBeGreaterThan(100);
    expect(skipped.filter((line) => !line.includes("io_uring is not available (ENOSYS)"))).toEqual([]);
  });
});
