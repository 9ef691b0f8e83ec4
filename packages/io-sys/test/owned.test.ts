import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test.each(["terminate", "end by itself"])(
  "a thread that leaves descriptors behind takes them with it, and no number that is another's by now: %s",
  (how) => {
    const program = fileURLToPath(new URL("./fixtures/owned.ts", import.meta.url));
    const { stdout, stderr } = spawnSync(process.execPath, [program, how], { encoding: "utf8", timeout: 20_000 });
    expect({ stdout: stdout === "" ? null : (JSON.parse(stdout) as unknown), stderr }).toEqual({
      stdout: { open: ["others", "again"], reused: true },
      stderr: "",
    });
  },
);
